//! Report of what each stage of the front end made of a text, to find out where a reading comes from.

use serde::Serialize;

use crate::error::Result;
use crate::frontend::Frontend;
use crate::options::MarkupMode;
use crate::token::{Boundary, Span, Syllable, Token, spell};

/// A text after each stage of the front end.
#[derive(Debug, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Explanation {
    /// Text as it is read aloud.
    pub normalized: String,
    /// Words in order of the text.
    pub words: Vec<ExplainedWord>,
}

/// Word with its readings and what follows it.
#[derive(Debug, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), tsify(missing_as_null))]
pub struct ExplainedWord {
    /// Word as it is spoken.
    pub text: String,
    /// Range of the original text, in UTF-16 code units.
    pub span: Span,
    /// Dictionary reading in context: `ni3 hao3`.
    pub pinyin: String,
    /// Reading after tone sandhi: `ni2 hao3`.
    pub surface: String,
    /// Boundary after it: `#1` word, `#2` phrase, `#3` clause, `#4` sentence.
    #[cfg_attr(target_arch = "wasm32", tsify(type = r##""#0" | "#1" | "#2" | "#3" | "#4""##))]
    pub boundary: &'static str,
    /// Punctuation mark after it, if any.
    pub mark: Option<char>,
    /// Silence after it, in milliseconds.
    pub pause_ms: u32,
}

/// Reads a text and reports every stage. Fails with `markup-invalid` if the markup is malformed.
pub fn explain(frontend: &Frontend, text: &str) -> Result<Explanation> {
    let script = frontend.read(text, MarkupMode::Auto)?;
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
