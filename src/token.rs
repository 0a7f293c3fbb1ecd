//! What the front end hands to the rest: tokens with readings, places and boundaries.

use crate::phone::Phone;

/// A range of the original text in UTF-16 code units (JavaScript string indices), end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Span {
    /// Its first unit.
    pub start: usize,
    /// The unit after its last one.
    pub end: usize,
}

/// One Mandarin syllable: pinyin letters (`v` for ü, no tone) and tone 1-5, 5 being neutral.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Syllable {
    /// Pinyin letters.
    pub base: String,
    /// 1 to 5.
    pub tone: u8,
}

impl Syllable {
    /// Whether it is the suffix 儿: only that carries `er5`, as a syllable of its own 儿 is `er2`.
    pub fn is_erhua(&self) -> bool {
        self.base == "er" && self.tone == 5
    }
}

impl std::fmt::Display for Syllable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.base, self.tone)
    }
}

/// Syllables as people write them, separated by spaces: `ni3 hao3`.
pub fn spell(syllables: &[Syllable]) -> String {
    syllables.iter().map(Syllable::to_string).collect::<Vec<_>>().join(" ")
}

/// What follows a token, from closest to widest; the voice's `#0`..`#3` are the first four.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Boundary {
    /// Inside a word.
    Syllable,
    /// Between words (`#1`).
    Word,
    /// Between phrases, without punctuation (`#2`).
    Phrase,
    /// At a comma, colon, enumeration comma, bracket or dash (`#3`).
    Clause,
    /// At a full stop, question or exclamation mark, semicolon, ellipsis or line end.
    Sentence,
}

/// One spoken Chinese character or Latin word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// As spoken: one Han character (of the normalized text), or a Latin word.
    pub text: String,
    /// The characters of the original text that it speaks.
    pub span: Span,
    /// Dictionary reading in context; one syllable for a Han character, one or more for a Latin word,
    /// none for a character that no source has a reading for.
    pub pinyin: Vec<Syllable>,
    /// The same after sandhi.
    pub surface: Vec<Syllable>,
    /// English phones of a Latin word, for voices that speak English; none for a Han character, and for a Latin word
    /// that is read as pinyin or that the author gave a reading.
    pub phones: Vec<Phone>,
    /// What follows it.
    pub boundary: Boundary,
    /// The strongest punctuation mark before the next token (`'。'`, `'?'`, ...), if there is one.
    pub mark: Option<char>,
    /// Silence after it, in milliseconds; 0 where nothing is to be heard.
    pub pause_ms: u32,
}
