//! A stretch of Chinese characters with nothing between them, and what is known about it.

use super::pinyin::Reading;
use crate::frontend::lexicon::Word;
use crate::frontend::spoken::Origin;

/// Characters, words and readings of a stretch; all lists but words have one entry a character.
pub struct Stretch {
    /// Where it starts in its sentence.
    pub start: usize,
    pub text: Vec<char>,
    pub origins: Vec<Origin>,
    pub words: Vec<Word>,
    pub readings: Vec<Reading>,
}

impl Stretch {
    /// The tone of each reading, 5 for a character without one.
    pub fn tones(&self) -> Vec<u8> {
        self.readings.iter().map(|reading| reading.sound.map_or(5, |sound| sound.tone())).collect()
    }

    /// The character `offset` places from `at`.
    pub fn near(&self, at: usize, offset: isize) -> Option<char> {
        self.text.get(at.checked_add_signed(offset)?).copied()
    }

    /// Whether the characters at `at` and before it are the same.
    pub fn is_doubled(&self, at: usize) -> bool {
        at > 0 && self.near(at, -1) == self.near(at, 0)
    }
}
