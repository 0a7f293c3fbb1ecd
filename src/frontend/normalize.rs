//! Written text to text that can be read aloud character by character.

use super::spoken::{Origin, Spoken, SpokenChar};
use super::token::Span;

/// Spells out everything in `text` that is not read as it stands.
pub fn normalize(text: &str) -> Spoken {
    let mut at = 0;
    let chars = text
        .chars()
        .map(|ch| {
            let start = at;
            at += ch.len_utf16();
            SpokenChar { ch, span: Span { start, end: at }, origin: Origin::Text }
        })
        .collect();
    Spoken { chars }
}
