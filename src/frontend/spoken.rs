//! Normalized text that still knows which characters of the original it speaks.

use crate::token::Span;

/// How a character came about, where that decides its reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Written as it stands in the text.
    Text,
    /// Part of a number read as a quantity (一百二十三): 一 keeps its tone unless it counts a measure word.
    Number,
    /// Part of a string read digit by digit (year, phone, code): no sandhi on 一 or 不.
    Digits,
}

/// One character to speak (or a punctuation mark) and the place it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpokenChar {
    pub ch: char,
    pub span: Span,
    pub origin: Origin,
}

/// The normalized text: Han characters, Latin letters, punctuation and spaces, in order of the text.
///
/// Spans never go backwards and stay inside the original text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoken {
    pub chars: Vec<SpokenChar>,
}

impl Spoken {
    /// The characters as a string.
    pub fn text(&self) -> String {
        self.chars.iter().map(|c| c.ch).collect()
    }
}
