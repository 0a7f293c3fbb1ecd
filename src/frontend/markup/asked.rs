//! What the author of a text asks for beyond the text, and how it is applied to the tokens.

use std::collections::BTreeMap;

use super::style::Style;
use crate::token::{Boundary, Span, Syllable, Token};

/// Readings, breaks, voice settings and marks of a text.
///
/// All places are in UTF-16 code units of the text as written, markup included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Markup {
    /// Readings given by the author.
    pub readings: Vec<GivenReading>,
    /// Pauses given by the author.
    pub breaks: Vec<Break>,
    /// Voice settings of a span; an inner one stands after the outer one and holds its settings too.
    pub styles: Vec<(Span, Style)>,
    /// Named places.
    pub marks: Vec<Mark>,
    /// Silence after each sentence that has no break of its own, in milliseconds.
    pub sentence_ms: Option<u32>,
}

/// How the characters of a span are read.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenReading {
    /// The characters.
    pub span: Span,
    /// One for each of them, or all those of one word.
    pub syllables: Vec<Syllable>,
}

/// Silence at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// Where it is written.
    pub place: usize,
    /// Milliseconds, 0 to 10,000.
    pub pause_ms: u32,
}

/// A named place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where it is written.
    pub place: usize,
    /// Its name.
    pub name: String,
}

impl Markup {
    /// Gives tokens the readings and pauses that the author wrote.
    pub fn apply(&self, tokens: &mut [Token]) {
        for GivenReading { span, syllables } in &self.readings {
            let inside = tokens
                .iter_mut()
                .filter(|token| span.start <= token.span.start && token.span.end <= span.end);
            pronounce(inside.collect(), syllables);
        }
        self.rest(tokens);
    }

    /// Gives tokens the pauses that the author wrote.
    pub fn rest(&self, tokens: &mut [Token]) {
        let rests = self.rests(tokens);
        let sentences = |token: &&mut Token| token.boundary == Boundary::Sentence;
        for token in tokens.iter_mut().filter(sentences) {
            token.pause_ms = self.sentence_ms.unwrap_or(token.pause_ms);
        }
        for (token, pause_ms) in rests.after {
            if let Some(token) = tokens.get_mut(token) {
                token.pause_ms = pause_ms;
            }
        }
    }

    /// The pauses that the author wrote; several at one place add up.
    pub fn rests(&self, tokens: &[Token]) -> Rests {
        let mut rests = Rests::default();
        for Break { place, pause_ms } in &self.breaks {
            match before(tokens, *place) {
                Some(token) => *rests.after.entry(token).or_default() += pause_ms,
                None => rests.leading_ms += pause_ms,
            }
        }
        rests
    }
}

/// Pauses that the author wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rests {
    /// Milliseconds before the first token.
    pub leading_ms: u32,
    /// Milliseconds after tokens, by their index.
    pub after: BTreeMap<usize, u32>,
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
