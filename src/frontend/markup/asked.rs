//! What the author of a text asks for beyond the text, and how it is applied to the tokens.

use super::style::Style;
use crate::token::{Span, Syllable, Token};

/// Readings, breaks, voice settings and marks of a text.
///
/// All places are in UTF-16 code units of the text as written, markup included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Markup {
    /// Readings given by the author; the span holds the characters they belong to.
    pub readings: Vec<(Span, Vec<Syllable>)>,
    /// Silence in milliseconds (0 to 10,000) at a place.
    pub breaks: Vec<(usize, u32)>,
    /// Voice settings of a span; an inner one stands after the outer one and holds its settings too.
    pub styles: Vec<(Span, Style)>,
    /// Named places.
    pub marks: Vec<(usize, String)>,
}

impl Markup {
    /// Gives tokens the readings and pauses that the author wrote.
    pub fn apply(&self, tokens: &mut [Token]) {
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
    }
}
