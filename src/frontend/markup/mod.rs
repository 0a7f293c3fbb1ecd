//! Marked-up text: a subset of SSML, and readings written into plain text.
//!
//! A text that starts with `<speak` (or `<?xml`) is SSML; see `ssml.rs` for the elements. In any other text
//! a reading may stand in braces after its characters: `重{chong2}庆`, `银行{yin2 hang2}`. Broken SSML is
//! an error with line and column, never spoken; braces that hold no reading are text, unless markup is asked for.

mod asked;
mod broken;
mod dialects;
mod element;
mod inline;
mod say_as;
mod ssml;
mod style;
mod syllables;

pub use asked::{Mark, Markup, Rests};
pub use style::{Emotion, Speaker, Style};

use super::spoken::{SpokenChar, places};
use crate::error::Result;
use crate::options::MarkupMode;

/// The characters to speak and what the markup around them asks for; `markup-invalid` where it is broken.
pub fn parse(text: &str, mode: MarkupMode) -> Result<(Vec<SpokenChar>, Markup)> {
    match mode {
        MarkupMode::Off => Ok((places(text).collect(), Markup::default())),
        _ if is_ssml(text) => ssml::parse(text),
        MarkupMode::On => inline::parse(text, true),
        MarkupMode::Auto => inline::parse(text, false),
    }
}

/// Whether a text opens as an SSML document does, with a prefix of its namespace or without one.
fn is_ssml(text: &str) -> bool {
    let opening = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    let Some(tag) = opening.strip_prefix('<') else { return false };
    let name = tag.split([' ', '\t', '\r', '\n', '>', '/']).next().unwrap_or_default();
    name == "?xml" || element::local(name) == "speak"
}

#[cfg(test)]
mod tests;
