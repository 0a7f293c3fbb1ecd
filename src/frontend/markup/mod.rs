//! Marked-up text: a subset of SSML, and readings written into plain text.
//!
//! A text that starts with `<speak` (or `<?xml`) is SSML; see `ssml.rs` for the elements. In any other text
//! a reading may stand in braces after its characters: `重{chong2}庆`, `银行{yin2 hang2}`. Broken markup is
//! an error with line and column, never spoken.

mod element;
mod inline;
mod say_as;
mod ssml;
mod style;

pub use style::{Emotion, Style};

use super::normalize::{self, Emoji};
use super::spoken::Spoken;
use super::token::{Span, Syllable, Token};
use crate::error::{Error, ErrorKind, Result};

/// A text to speak and what its author asks for beyond the text.
///
/// All places are in UTF-16 code units of the text as written, markup included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// The text in characters to speak.
    pub(super) spoken: Spoken,
    /// Readings given by the author; the span holds the characters they belong to.
    pub readings: Vec<(Span, Vec<Syllable>)>,
    /// Silence in milliseconds (0 to 10,000) at a place.
    pub breaks: Vec<(usize, u32)>,
    /// Voice settings of a span; an inner one stands after the outer one and holds its settings too.
    pub styles: Vec<(Span, Style)>,
    /// Named places.
    pub marks: Vec<(usize, String)>,
}

/// Reads a text with or without markup; `markup-invalid` where the markup is broken.
pub fn read(text: &str, emoji: Emoji) -> Result<Script> {
    let opening = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    let is_ssml = ["<?xml", "<speak"].iter().any(|tag| opening.starts_with(tag));
    if is_ssml { ssml::read(text, emoji) } else { inline::read(text, emoji) }
}

impl Script {
    /// The text as it is read aloud.
    pub fn text(&self) -> String {
        self.spoken.text()
    }

    /// Gives tokens the readings and pauses that the author wrote.
    pub(super) fn settle(&self, tokens: &mut [Token]) {
        for (span, syllables) in &self.readings {
            let inside = tokens
                .iter_mut()
                .filter(|token| span.start <= token.span.start && token.span.end <= span.end);
            pronounce(inside.collect(), syllables);
        }
        for (place, pause_ms) in &self.breaks {
            if let Some(token) = before(tokens, *place).and_then(|last| tokens.get_mut(last)) {
                token.pause_ms = *pause_ms;
            }
        }
    }

    /// Which tokens have a pause after them that the author wrote.
    pub fn rested(&self, tokens: &[Token]) -> Vec<usize> {
        self.breaks.iter().filter_map(|(place, _)| before(tokens, *place)).collect()
    }
}

/// Index of the last token that starts before a place.
fn before(tokens: &[Token], place: usize) -> Option<usize> {
    tokens.partition_point(|token| token.span.start < place).checked_sub(1)
}

/// One syllable a token, or all of them on the only one.
fn pronounce(mut tokens: Vec<&mut Token>, syllables: &[Syllable]) {
    let share = if tokens.len() == 1 { syllables.len() } else { 1 };
    for (token, said) in tokens.iter_mut().zip(syllables.chunks(share.max(1))) {
        token.pinyin = said.to_vec();
        token.surface = said.to_vec();
        token.phones.clear();
    }
}

/// Pinyin with tone digits (`hang2`, `lv4`, `lü4`), parted by blanks; what is wrong with it otherwise.
fn syllables(written: &str) -> std::result::Result<Vec<Syllable>, String> {
    let read = |one: &str| syllable(one).ok_or_else(|| format!("{one:?} is no syllable with a tone digit"));
    let found: Vec<Syllable> = written.split_whitespace().map(read).collect::<std::result::Result<_, _>>()?;
    if found.is_empty() { Err("no syllable is given".to_string()) } else { Ok(found) }
}

fn syllable(written: &str) -> Option<Syllable> {
    let tone = written.chars().next_back()?.to_digit(10).filter(|tone| (1..=5).contains(tone))?;
    let base = written.get(..written.len() - 1)?.to_lowercase().replace(['ü', 'v'], "v").replace("u:", "v");
    super::latin::is_syllable(&base).then_some(Syllable { base, tone: tone as u8 })
}

/// The error for broken markup at byte `at` of `text`.
fn broken(text: &str, at: usize, what: impl std::fmt::Display) -> Error {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    Error::new(ErrorKind::MarkupInvalid, format!("line {line}, column {column}: {what}"))
}

#[cfg(test)]
mod tests;
