//! What a rule makes of the pieces it takes.

use super::view::View;
use crate::frontend::spoken::Origin;

/// How many pieces a rule takes, and what it says for them.
#[derive(Debug)]
pub(super) struct Verbalization {
    pub pieces: usize,
    pub said: String,
    pub origin: Origin,
}

/// A rule looks at piece 0 and says what it makes of it and of those that follow, if it knows them.
pub(super) type Rule = fn(View) -> Option<Verbalization>;

impl Verbalization {
    /// Said as a quantity.
    pub(super) fn number(pieces: usize, said: impl Into<String>) -> Option<Self> {
        Some(Self { pieces, said: said.into(), origin: Origin::Number })
    }

    /// Said digit by digit.
    pub(super) fn digits(pieces: usize, said: impl Into<String>) -> Option<Self> {
        Some(Self { pieces, said: said.into(), origin: Origin::Digits })
    }

    /// Said in ordinary words.
    pub(super) fn text(pieces: usize, said: impl Into<String>) -> Option<Self> {
        Some(Self { pieces, said: said.into(), origin: Origin::Text })
    }
}
