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
pub(crate) mod testing;
mod token;
mod user_dictionary;
mod vocabulary;
mod yi_bu;

pub use latin::{Phone, Stress, Vowel};
pub use lexicon::Lexicon;
pub use markup::{Emotion, Script, Style};
pub use normalize::Emoji;
pub use token::{Boundary, Span, Syllable, Token, spell};

use serde::Deserialize;

use crate::error::Result;
use user_dictionary::UserDictionary;

/// The front end: a lexicon and the stages that use it.
pub struct Frontend {
    lexicon: Lexicon,
    user: UserDictionary,
    manner: Manner,
}

/// Choices of reading on which people differ.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct Manner {
    /// Whether emoji are said by name or dropped.
    pub emoji: Emoji,
    /// Whether 啊 runs on from the syllable before it as people say it (天啊 as 天哪).
    pub a_variants: bool,
}

impl Frontend {
    /// Builds the front end over a packed lexicon.
    pub fn new(lexicon: Lexicon) -> Self {
        Self { lexicon, user: UserDictionary::default(), manner: Manner::default() }
    }

    /// Reads in this manner from now on.
    pub fn set_manner(&mut self, manner: Manner) {
        self.manner = manner;
    }

    /// Takes the words of a user's dictionary in place of those it had: a text with a word and its pinyin
    /// on each line (`单于<TAB>chan2 yu2`). `option-invalid` names the line that is not so.
    pub fn set_user_dictionary(&mut self, text: &str) -> Result<()> {
        self.user = UserDictionary::read(text, |pinyin| self.lexicon.sound(pinyin))?;
        Ok(())
    }

    /// The text as it would be written if everything in it were spelled out to be read.
    ///
    /// `markup-invalid` for broken markup, here and below.
    pub fn normalize(&self, text: &str) -> Result<String> {
        Ok(self.script(text)?.text())
    }

    /// What the author asks for beyond the text: readings, breaks, voice settings, marks.
    pub fn script(&self, text: &str) -> Result<Script> {
        markup::read(text, self.manner.emoji)
    }

    /// The tokens to speak, in order of the text.
    pub fn analyze(&self, text: &str) -> Result<Vec<Token>> {
        Ok(self.tokens(&self.script(text)?))
    }

    /// The tokens of a text that [`Self::script`] has read.
    pub fn tokens(&self, script: &Script) -> Vec<Token> {
        let mut tokens = analysis::tokens(&self.lexicon, &self.user, &script.spoken);
        if self.manner.a_variants {
            a_variants::apply(&mut tokens);
        }
        script.settle(&mut tokens);
        tokens
    }
}
