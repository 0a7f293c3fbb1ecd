//! What each stage of the front end made of a text, for people who wonder about a reading.

use serde::Serialize;

use crate::error::Result;
use crate::frontend::Frontend;
use crate::token::{Boundary, Span, Syllable, Token, spell};

/// A text after each stage.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The text as it is read aloud.
    pub normalized: String,
    /// Its words, in order.
    pub words: Vec<ExplainedWord>,
}

/// A word with what was decided about it.
#[derive(Debug, Serialize)]
pub struct ExplainedWord {
    /// As it is written.
    pub text: String,
    /// The characters of the original text, in UTF-16 units.
    pub span: Span,
    /// Dictionary reading in context.
    pub pinyin: String,
    /// The same after sandhi.
    pub surface: String,
    /// What follows: `#1` word, `#2` phrase, `#3` clause, `#4` sentence.
    pub boundary: &'static str,
    /// The punctuation mark that follows, if there is one.
    pub mark: Option<char>,
    /// Silence after it.
    pub pause_ms: u32,
}

/// Runs the front end and keeps what every stage made.
pub fn explain(frontend: &Frontend, text: &str) -> Result<Explanation> {
    let script = frontend.read(text)?;
    let words = script.tokens.chunk_by(|token, _| token.boundary == Boundary::Syllable).map(word).collect();
    Ok(Explanation { normalized: script.normalized, words })
}

fn word(tokens: &[Token]) -> ExplainedWord {
    let all =
        |side: fn(&Token) -> &[Syllable]| spell(&tokens.iter().flat_map(side).cloned().collect::<Vec<_>>());
    let (first, last) = (&tokens[0], &tokens[tokens.len() - 1]);
    ExplainedWord {
        text: tokens.iter().map(|token| token.text.as_str()).collect(),
        span: Span { start: first.span.start, end: last.span.end },
        pinyin: all(|token| &token.pinyin),
        surface: all(|token| &token.surface),
        boundary: name(last.boundary),
        mark: last.mark,
        pause_ms: last.pause_ms,
    }
}

fn name(boundary: Boundary) -> &'static str {
    match boundary {
        Boundary::Syllable => "#0",
        Boundary::Word => "#1",
        Boundary::Phrase => "#2",
        Boundary::Clause => "#3",
        Boundary::Sentence => "#4",
    }
}
