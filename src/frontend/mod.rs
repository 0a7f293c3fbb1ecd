//! Text to readings: normalize, segment, pinyin, prosody, sandhi. Pure Rust, no tensors.

mod analysis;
mod context;
mod latin;
mod lexicon;
mod normalize;
mod packed;
mod pinyin;
mod polyphone;
mod prosody;
mod rules;
mod sandhi;
mod segment;
mod sound;
mod spoken;
mod stretch;
#[cfg(test)]
mod testing;
mod token;
mod vocabulary;
mod yi_bu;

pub use lexicon::Lexicon;
pub use token::{Boundary, Span, Syllable, Token};

use crate::error::Result;

/// The front end: a lexicon and the stages that use it.
pub struct Frontend {
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
    pub fn analyze(&self, text: &str) -> Result<Vec<Token>> {
        Ok(analysis::tokens(&self.lexicon, &normalize::normalize(text)))
    }
}
