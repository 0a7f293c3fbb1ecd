//! Marked-up text: a subset of SSML, and readings written into plain text.
//!
//! A text that starts with `<speak` (or `<?xml`) is SSML; see `ssml.rs` for the elements. In any other text
//! a reading may stand in braces after its characters: `重{chong2}庆`, `银行{yin2 hang2}`. Broken markup is
//! an error with line and column, never spoken.

mod asked;
mod broken;
mod element;
mod inline;
mod say_as;
mod ssml;
mod style;
mod syllables;

pub use asked::{Mark, Markup};
pub use style::{Emotion, Style};

use super::spoken::SpokenChar;
use crate::error::Result;

/// The characters to speak and what the markup around them asks for; `markup-invalid` where it is broken.
pub fn parse(text: &str) -> Result<(Vec<SpokenChar>, Markup)> {
    let opening = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    let is_ssml = ["<?xml", "<speak"].iter().any(|tag| opening.starts_with(tag));
    if is_ssml { ssml::parse(text) } else { inline::parse(text) }
}

#[cfg(test)]
mod tests;
