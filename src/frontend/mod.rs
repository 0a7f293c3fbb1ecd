//! Text to readings: normalize, segment, pinyin, prosody, sandhi. Pure Rust, no tensors.

mod analysis;
mod context;
mod latin;
mod lexicon;
mod markup;
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
pub use markup::{Script, Style};
pub use normalize::Emoji;
pub use token::{Boundary, Span, Syllable, Token};

use crate::error::Result;

/// The front end: a lexicon and the stages that use it.
pub struct Frontend {
    lexicon: Lexicon,
    emoji: Emoji,
}

impl Frontend {
    /// Builds the front end over a packed lexicon.
    pub fn new(lexicon: Lexicon) -> Self {
        Self { lexicon, emoji: Emoji::default() }
    }

    /// Says emoji by name, or drops them as it does at first.
    pub fn set_emoji(&mut self, emoji: Emoji) {
        self.emoji = emoji;
    }

    /// The text as it would be written if everything in it were spelled out to be read.
    ///
    /// `markup-invalid` for broken markup, here and below.
    pub fn normalize(&self, text: &str) -> Result<String> {
        Ok(markup::read(text, self.emoji)?.spoken.text())
    }

    /// What the author asks for beyond the text: readings, breaks, voice settings, marks.
    pub fn script(&self, text: &str) -> Result<Script> {
        markup::read(text, self.emoji)
    }

    /// The tokens to speak, in order of the text.
    pub fn analyze(&self, text: &str) -> Result<Vec<Token>> {
        let script = markup::read(text, self.emoji)?;
        let mut tokens = analysis::tokens(&self.lexicon, &script.spoken);
        script.settle(&mut tokens);
        Ok(tokens)
    }
}
