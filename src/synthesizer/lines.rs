//! Symbol lines as chunks: every symbol a token, the break marks as boundaries.

use crate::chunk::Chunk;
use crate::error::{Error, ErrorKind, Result};
use crate::token::{Boundary, Span, Token};
use crate::voice::acoustic::Alphabet;
use crate::voice::lines::{self, Written};

/// A chunk for each line that is not blank. `empty-text` if there is none, `markup-invalid` for a line that is not of
/// the voice's symbols.
pub fn chunks(text: &str, alphabet: &dyn Alphabet) -> Result<Vec<Chunk>> {
    let mut chunks = Vec::new();
    let mut start = 0;
    for (number, line) in text.split('\n').enumerate() {
        if !line.trim().is_empty() {
            let symbols = lines::read(line, alphabet).map_err(|cause| {
                Error::new(ErrorKind::MarkupInvalid, format!("line {}: {}", number + 1, cause.message()))
                    .because(cause)
            })?;
            chunks.push(Chunk { tokens: tokens(line, start, &symbols) });
        }
        start += units(line) + 1;
    }
    match chunks.is_empty() {
        true => Err(Error::new(ErrorKind::EmptyText, "there are no symbol lines")),
        false => Ok(chunks),
    }
}

/// `start`: where the line begins, in UTF-16 units.
fn tokens(line: &str, start: usize, symbols: &[Written]) -> Vec<Token> {
    let at = |byte: usize| start + line.get(..byte).map_or(0, units);
    let token = |written: &Written| Token {
        text: written.symbol.to_owned(),
        span: Span { start: at(written.place.start), end: at(written.place.end) },
        pinyin: Vec::new(),
        surface: Vec::new(),
        boundary: boundary(written.symbol),
        mark: None,
        pause_ms: 0,
    };
    symbols.iter().map(token).collect()
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Where a line may be cut if it is too long for the voice.
fn boundary(symbol: &str) -> Boundary {
    match symbol.split('$').next() {
        Some("#1") => Boundary::Word,
        Some("#2") => Boundary::Phrase,
        Some("#3") => Boundary::Clause,
        Some("#4") => Boundary::Sentence,
        _ => Boundary::Syllable,
    }
}
