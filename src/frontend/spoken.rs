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
    /// Where letters of other scripts stood, which are not said.
    pub left_out: Vec<Span>,
}

impl Spoken {
    /// The characters as a string.
    pub fn text(&self) -> String {
        self.chars.iter().map(|c| c.ch).collect()
    }
}

/// The characters of a text as written, each with its place.
pub fn places(text: &str) -> impl Iterator<Item = SpokenChar> {
    text.chars().scan(0, |at, ch| {
        let start = *at;
        *at += ch.len_utf16();
        Some(SpokenChar { ch, span: Span { start, end: *at }, origin: Origin::Text })
    })
}

/// Whether `ch` is a Chinese character.
pub fn is_han(ch: char) -> bool {
    matches!(ch, '〇' | '々' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}')
}
