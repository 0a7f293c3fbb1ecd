//! The reading of a Latin word.

use super::phones;
use crate::phone::Phone;
use crate::token::Syllable;

/// How a Latin word is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The nearest Mandarin syllables.
    pub syllables: Vec<Syllable>,
    /// English phones; none for a word that is pinyin.
    pub phones: Vec<Phone>,
}

impl Reading {
    /// The reading of English phones.
    pub(super) fn english(phones: Vec<Phone>) -> Self {
        Self { syllables: phones::syllables(&phones), phones }
    }
}
