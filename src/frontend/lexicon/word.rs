//! A word as it stands in a text, and where its reading comes from.

use std::ops::Range;

use super::vocabulary::WordId;

/// A word of a stretch of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its characters.
    pub range: Range<usize>,
    /// Its entry, if it has one.
    pub entry: Option<Entry>,
}

/// Where a word's reading stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// In the vocabulary.
    Packed(WordId),
    /// In the user's dictionary.
    User,
}

impl Word {
    /// The number of characters.
    pub fn len(&self) -> usize {
        self.range.len()
    }
}
