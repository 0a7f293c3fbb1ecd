//! Tones as they are spoken: third tones in a row, 一 and 不, and 啊 after other syllables.

pub mod a_variants;
pub mod sandhi;
mod yi_bu;
