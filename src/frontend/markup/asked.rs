//! What the author of a text asks for beyond the text, and how it is applied to the tokens.

use super::style::Style;
use crate::token::{Span, Syllable, Token};

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
        for Break { place, pause_ms } in &self.breaks {
            if let Some(token) = before(tokens, *place).and_then(|last| tokens.get_mut(last)) {
                token.pause_ms = *pause_ms;
            }
        }
    }

    /// Which tokens have a pause after them that the author wrote.
    pub fn rested(&self, tokens: &[Token]) -> Vec<usize> {
        self.breaks.iter().filter_map(|pause| before(tokens, pause.place)).collect()
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
    }
}
