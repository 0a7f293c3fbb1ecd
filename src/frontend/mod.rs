//! Text to readings: markup, normalization, words, pinyin, prosody, tones. Pure Rust, no tensors.

mod latin;
mod lexicon;
mod markup;
mod normalize;
mod prosody;
mod read;
mod readings;
mod spoken;
#[cfg(test)]
pub(crate) mod testing;
mod tones;

pub use lexicon::Lexicon;
pub use markup::{Emotion, Markup, Style};
pub use normalize::Emoji;

use serde::Deserialize;

use crate::error::Result;
use crate::token::Token;
use lexicon::UserDictionary;
use tones::a_variants;

/// The front end: a lexicon and the stages that use it.
pub struct Frontend {
    lexicon: Lexicon,
    user: UserDictionary,
    options: ReadingOptions,
}

/// A text after every stage of the front end.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// The text as it is read aloud.
    pub normalized: String,
    /// What is spoken, in order of the text.
    pub tokens: Vec<Token>,
    /// What the author asks for beyond the text: readings, breaks, voice settings, marks.
    pub markup: Markup,
}

/// Choices of reading on which people differ.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, deny_unknown_fields)]
pub struct ReadingOptions {
    /// Whether emoji are said by name or dropped.
    pub emoji: Emoji,
    /// Whether 啊 runs on from the syllable before it as people say it (天啊 as 天哪).
    pub a_variants: bool,
}

impl Frontend {
    /// Builds the front end over a packed lexicon.
    pub fn new(lexicon: Lexicon) -> Self {
        Self { lexicon, user: UserDictionary::default(), options: ReadingOptions::default() }
    }

    /// Reads by these options from now on.
    pub fn set_options(&mut self, options: ReadingOptions) {
        self.options = options;
    }

    /// Takes the words of a user's dictionary in place of those it had: a text with a word and its pinyin
    /// on each line (`单于<TAB>chan2 yu2`). `option-invalid` names the line that is not so.
    pub fn set_user_dictionary(&mut self, text: &str) -> Result<()> {
        self.user = UserDictionary::read(text, |pinyin| self.lexicon.sound(pinyin))?;
        Ok(())
    }

    /// A text after every stage; `markup-invalid` for broken markup, here and below.
    pub fn read(&self, text: &str) -> Result<Script> {
        let (written, markup) = markup::parse(text)?;
        let spoken = normalize::normalize(written, self.options.emoji);
        let mut tokens = read::read(&self.lexicon, &self.user, &spoken);
        if self.options.a_variants {
            a_variants::apply(&mut tokens);
        }
        markup.apply(&mut tokens);
        Ok(Script { normalized: spoken.text(), tokens, markup })
    }

    /// The text as it would be written if everything in it were spelled out to be read.
    pub fn normalize(&self, text: &str) -> Result<String> {
        let (written, _) = markup::parse(text)?;
        Ok(normalize::normalize(written, self.options.emoji).text())
    }

    /// The tokens to speak, in order of the text.
    pub fn analyze(&self, text: &str) -> Result<Vec<Token>> {
        Ok(self.read(text)?.tokens)
    }
}
