//! Chunks of symbol lines, with one token per symbol.

use crate::chunk::Chunk;
use crate::error::{Error, ErrorKind, Result};
use crate::token::{Span, Token};
use crate::voice::acoustic::Phonemizer;
use crate::voice::symbol_lines::{self, Written};

/// Chunks of symbol lines, one per line that is not blank. Fails with `empty-text` if there is none, and with
/// `markup-invalid` if a line is malformed or has a symbol that the voice lacks.
pub fn chunks(text: &str, phonemizer: &dyn Phonemizer) -> Result<Vec<Chunk>> {
    let mut chunks = Vec::new();
    let mut start = 0;
    for (number, line) in text.split('\n').enumerate() {
        if !line.trim().is_empty() {
            let symbols = symbol_lines::read(line, phonemizer).map_err(|cause| {
                Error::new(ErrorKind::MarkupInvalid, format!("line {}: {}", number + 1, cause.message()))
                    .because(cause)
            })?;
            chunks.push(Chunk { tokens: tokens(line, start, &symbols, phonemizer) });
        }
        start += units(line) + 1;
    }
    match chunks.is_empty() {
        true => Err(Error::new(ErrorKind::EmptyText, "there are no symbol lines")),
        false => Ok(chunks),
    }
}

/// Tokens of a line that starts at `start`, in UTF-16 code units.
fn tokens(line: &str, start: usize, symbols: &[Written], phonemizer: &dyn Phonemizer) -> Vec<Token> {
    let at = |byte: usize| start + line.get(..byte).map_or(0, units);
    let token = |written: &Written| Token {
        text: written.symbol.to_owned(),
        span: Span { start: at(written.place.start), end: at(written.place.end) },
        pinyin: Vec::new(),
        surface: Vec::new(),
        phones: Vec::new(),
        boundary: phonemizer.boundary(written.symbol),
        mark: None,
        pause_ms: 0,
    };
    symbols.iter().map(token).collect()
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
