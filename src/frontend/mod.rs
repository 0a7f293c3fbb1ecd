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
pub use markup::{Emotion, Mark, Markup, Rests, Speaker, Style};
pub use normalize::{Digits, Emoji, Links};

use serde::Deserialize;

use crate::error::Result;
use crate::options::MarkupMode;
use crate::token::{Span, Token};
use lexicon::UserDictionary;
use spoken::{Spoken, SpokenChar};
use tones::a_variants;

/// Front end: a lexicon and the stages that use it.
///
/// ```
/// use hanvox::frontend::{Frontend, Lexicon};
///
/// # let bytes = std::fs::read("models/lexicon/lexicon.bin")?;
/// let frontend = Frontend::new(Lexicon::read(&bytes)?);
/// assert_eq!(frontend.normalize("3个人")?, "三个人");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Frontend {
    lexicon: Lexicon,
    user: UserDictionary,
    options: ReadingOptions,
}

/// A text after every stage of the front end.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// Text as it is read aloud.
    pub normalized: String,
    /// Tokens to speak, in order of the text.
    pub tokens: Vec<Token>,
    /// Where the text has what nobody here can say: letters of other scripts, and characters that no dictionary
    /// knows. In order, neighbours joined.
    pub left_out: Vec<Span>,
    /// The author's markup: readings, breaks, voice settings, marks.
    pub markup: Markup,
}

/// Options for readings on which tastes differ.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(default, deny_unknown_fields)]
pub struct ReadingOptions {
    /// Whether emoji are dropped or read by name. Default: dropped.
    pub emoji: Emoji,
    /// How figures are read that have neither unit nor measure word nor mark beside them. Default: by length and shape.
    pub digits: Digits,
    /// How web addresses and e-mail are read. Default: sign by sign.
    pub links: Links,
    /// Whether 啊 is linked to the syllable before it, as in speech (天啊 as 天哪). Default: false.
    pub a_variants: bool,
}

impl Frontend {
    /// Creates a front end with default options and an empty user dictionary.
    pub fn new(lexicon: Lexicon) -> Self {
        Self { lexicon, user: UserDictionary::default(), options: ReadingOptions::default() }
    }

    /// Sets the reading options.
    pub fn set_options(&mut self, options: ReadingOptions) {
        self.options = options;
    }

    /// Replaces the user dictionary by a text with one word and its pinyin per line (`单于<TAB>chan2 yu2`).
    ///
    /// Fails with `option-invalid`, naming the line, if one is malformed.
    pub fn set_user_dictionary(&mut self, text: &str) -> Result<()> {
        self.user = UserDictionary::read(text, |pinyin| self.lexicon.sound(pinyin))?;
        Ok(())
    }

    /// Reads a text: parses its markup, normalizes it, finds words and readings, and applies the markup.
    ///
    /// Fails with `markup-invalid` if the markup is malformed; so do [`Self::normalize`] and [`Self::analyze`], which
    /// read as markup what looks like it.
    pub fn read(&self, text: &str, mode: MarkupMode) -> Result<Script> {
        let (written, markup) = markup::parse(text, mode)?;
        let spoken = self.normalized(written);
        let mut tokens = read::read(&self.lexicon, &self.user, &spoken);
        if self.options.a_variants {
            a_variants::apply(&mut tokens);
        }
        markup.apply(&mut tokens);
        let left_out = left_out(&spoken, &tokens);
        Ok(Script { normalized: spoken.text(), tokens, left_out, markup })
    }

    /// Text with everything spelled out as it is read: `3个` as `三个`.
    pub fn normalize(&self, text: &str) -> Result<String> {
        let (written, _) = markup::parse(text, MarkupMode::Auto)?;
        Ok(self.normalized(written).text())
    }

    /// Text with everything spelled out as the options ask.
    fn normalized(&self, written: impl IntoIterator<Item = SpokenChar>) -> Spoken {
        let ReadingOptions { emoji, digits, links, .. } = self.options;
        normalize::normalize(written, emoji, digits, links)
    }

    /// Tokens to speak, in order of the text.
    pub fn analyze(&self, text: &str) -> Result<Vec<Token>> {
        Ok(self.read(text, MarkupMode::Auto)?.tokens)
    }
}

/// Places of foreign letters and of tokens without a reading, neighbours joined.
fn left_out(spoken: &Spoken, tokens: &[Token]) -> Vec<Span> {
    let unread = tokens.iter().filter(|token| token.pinyin.is_empty()).map(|token| token.span);
    let mut places: Vec<Span> = spoken.left_out.iter().copied().chain(unread).collect();
    places.sort_unstable_by_key(|place| place.start);
    places.dedup_by(|next, last| {
        let joins = next.start <= last.end;
        if joins {
            last.end = last.end.max(next.end);
        }
        joins
    });
    places
}
