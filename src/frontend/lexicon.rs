//! Reader of the packed lexicon that `models/lexicon` builds.

use crate::error::Result;

/// Words, readings and frequencies, read from one packed file.
pub struct Lexicon {}

impl Lexicon {
    /// Reads a packed lexicon; `voice-corrupt` if it is not one or is of another version.
    pub fn read(_bytes: &[u8]) -> Result<Self> {
        Ok(Self {})
    }
}
