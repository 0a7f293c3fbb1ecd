//! Words and readings of a stretch of Chinese: dictionary, rules, surnames, and the sentence around it.

pub mod context;
pub mod pinyin;
pub mod segment;
pub mod stretch;
mod surnames;
