//! Text to readings: normalize, segment, pinyin, prosody, sandhi. Pure Rust, no tensors.

mod a_variants;
mod analysis;
mod context;
mod latin;
mod lexicon;
mod markup;
mod names;
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
mod user_dictionary;
mod vocabulary;
mod yi_bu;

pub use lexicon::Lexicon;
pub use markup::{Script, Style};
pub use normalize::Emoji;
pub use token::{Boundary, Span, Syllable, Token};

use crate::error::Result;
use user_dictionary::UserDictionary;

/// The front end: a lexicon and the stages that use it.
pub struct Frontend {
    lexicon: Lexicon,
    user: UserDictionary,
    a_variants: bool,
    emoji: Emoji,
}

impl Frontend {
    /// Builds the front end over a packed lexicon.
    pub fn new(lexicon: Lexicon) -> Self {
        Self { lexicon, user: UserDictionary::default(), a_variants: false, emoji: Emoji::default() }
    }

    /// Says emoji by name, or drops them as it does at first.
    pub fn set_emoji(&mut self, emoji: Emoji) {
        self.emoji = emoji;
    }

    /// Takes the words of a user's dictionary in place of those it had: a text with a word and its pinyin
    /// on each line (`单于<TAB>chan2 yu2`). `option-invalid` names the line that is not so.
    pub fn set_user_dictionary(&mut self, text: &str) -> Result<()> {
        self.user = UserDictionary::read(text, |pinyin| self.lexicon.sound(pinyin))?;
        Ok(())
    }

    /// Whether 啊 runs on from the syllable before it as people say it (天啊 as 天哪); off at first.
    pub fn set_a_variants(&mut self, on: bool) {
        self.a_variants = on;
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
        let mut tokens = analysis::tokens(&self.lexicon, &self.user, &script.spoken);
        if self.a_variants {
            a_variants::apply(&mut tokens);
        }
        script.settle(&mut tokens);
        Ok(tokens)
    }
}
