//! Text to readings: normalize, segment, pinyin, sandhi, prosody. Pure Rust, no tensors.

pub mod latin;
mod lexicon;
mod normalize;
mod spoken;
mod token;

pub use lexicon::Lexicon;
pub use token::{Boundary, Span, Syllable, Token};

use crate::error::Result;

/// The front end: a lexicon and the stages that use it.
pub struct Frontend {
    #[allow(dead_code)]
    lexicon: Lexicon,
}

impl Frontend {
    /// Builds the front end over a packed lexicon.
    pub fn new(lexicon: Lexicon) -> Self {
        Self { lexicon }
    }

    /// The text as it would be written if everything in it were spelled out to be read.
    pub fn normalize(&self, text: &str) -> String {
        normalize::normalize(text).text()
    }

    /// The tokens to speak, in order of the text.
    pub fn analyze(&self, _text: &str) -> Result<Vec<Token>> {
        Ok(Vec::new())
    }
}
