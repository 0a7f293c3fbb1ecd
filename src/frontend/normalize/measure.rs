//! Measure words, and what else shows that a number is a quantity.

use super::tables::{WordList, words};
use super::view::{ends, starts};

/// WordList before which 2 is said 两 and a number counts something.
static MEASURE_WORDS: WordList = WordList::new(|| words(include_str!("data/measure-words.txt")));

/// WordList that start like a measure word where the number before them is a rank or a name.
static RANKS: WordList = WordList::new(|| words(include_str!("data/ranks.txt")));

/// Whether a measure word stands at the start of `after`.
pub(super) fn counts(after: &str) -> bool {
    !starts(after, &RANKS) && starts(after, &MEASURE_WORDS)
}

/// Whether `before` ends in a word that makes the number after it a rank (第2次, 星期2).
pub(super) fn ranked(before: &str) -> bool {
    ends(before, &["第", "初", "周", "星期", "礼拜", "高", "大年", "点", "老", "小"])
}
