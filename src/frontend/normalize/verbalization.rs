//! Result of a normalization rule.

use super::view::View;
use crate::frontend::spoken::Origin;

/// Number of pieces that a rule consumes, and how they are read.
#[derive(Debug)]
pub(super) struct Verbalization {
    pub pieces: usize,
    pub said: String,
    pub origin: Origin,
}

/// Rule: reads piece 0 and as many after it as belong to it; `None` if it does not apply.
pub(super) type Rule = fn(View) -> Option<Verbalization>;

impl Verbalization {
    /// Read as a quantity.
    pub(super) fn number(pieces: usize, said: impl Into<String>) -> Option<Self> {
        Some(Self { pieces, said: said.into(), origin: Origin::Number })
    }

    /// Read digit by digit.
    pub(super) fn digits(pieces: usize, said: impl Into<String>) -> Option<Self> {
        Some(Self { pieces, said: said.into(), origin: Origin::Digits })
    }

    /// Read as ordinary words.
    pub(super) fn text(pieces: usize, said: impl Into<String>) -> Option<Self> {
        Some(Self { pieces, said: said.into(), origin: Origin::Text })
    }
}
