//! Symbol lines: text with one symbol per pair of braces, separated by spaces, `{b} {a1} {#0}`. The front end of
//! KAN-TTS writes the same format.

use std::ops::Range;

use super::acoustic::Phonemizer;
use crate::error::{Error, ErrorKind, Result};

/// Symbol of a line and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<'a> {
    /// Symbol without its braces.
    pub symbol: &'a str,
    /// Byte range in the line, including the braces.
    pub place: Range<usize>,
}

/// Symbols of a line. A number and a tab before them are skipped. Fails with `markup-invalid` if the line is malformed
/// or has a symbol that the voice lacks.
pub fn read<'a>(line: &'a str, phonemizer: &dyn Phonemizer) -> Result<Vec<Written<'a>>> {
    let start = match line.split_once('\t') {
        Some((number, _)) if !number.contains('{') => number.len() + 1,
        _ => 0,
    };
    let words = line[start..].split_whitespace();
    let symbols: Vec<_> =
        words.enumerate().map(|(i, word)| read_word(line, word, i + 1)).collect::<Result<_>>()?;
    if symbols.is_empty() {
        return Err(Error::new(ErrorKind::MarkupInvalid, "the line has no symbols"));
    }
    for (i, written) in symbols.iter().enumerate() {
        phonemizer.ids(&[written.symbol.to_owned()]).map_err(|cause| {
            let message = format!("symbol {} is none of the voice's: {}", i + 1, cause.message());
            Error::new(ErrorKind::MarkupInvalid, message).because(cause)
        })?;
    }
    Ok(symbols)
}

fn read_word<'a>(line: &'a str, word: &'a str, number: usize) -> Result<Written<'a>> {
    let inside = word.strip_prefix('{').and_then(|word| word.strip_suffix('}'));
    let symbol = inside.filter(|symbol| !symbol.is_empty()).ok_or_else(|| {
        Error::new(ErrorKind::MarkupInvalid, format!("symbol {number}: {word:?} does not stand in braces"))
    })?;
    let start = word.as_ptr() as usize - line.as_ptr() as usize;
    Ok(Written { symbol, place: start..start + word.len() })
}

/// Line of symbols.
///
/// ```
/// assert_eq!(hanvox::voice::symbol_lines::write(["b", "a1"]), "{b} {a1}");
/// ```
pub fn write<'a>(symbols: impl IntoIterator<Item = &'a str>) -> String {
    symbols.into_iter().map(|symbol| format!("{{{symbol}}}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::fastspeech2::symbols::Symbols;
    use crate::voice::manifest::tests::layout;
    use proptest::prelude::*;

    fn symbols(line: &str) -> Result<Vec<String>> {
        let phonemizer = Symbols::new(&layout())?;
        Ok(read(line, &phonemizer)?.into_iter().map(|written| written.symbol.to_owned()).collect())
    }

    #[test]
    fn a_number_may_stand_before_the_symbols() {
        for line in ["{b} {a1} {#0}", "7\t{b} {a1} {#0}", "\t{b}  {a1}\u{3000}{#0} ", "{b}\t{a1} {#0}"] {
            assert_eq!(symbols(line).unwrap(), ["b", "a1", "#0"], "{line}");
        }
    }

    #[test]
    fn symbols_know_their_place() {
        let line = "0\t{b} {a1}";
        let phonemizer = Symbols::new(&layout()).unwrap();
        let read = read(line, &phonemizer).unwrap();
        assert_eq!(&line[read[1].place.clone()], "{a1}");
    }

    #[test]
    fn what_is_no_line_of_symbols_is_refused() {
        for (line, told) in [
            ("", "no symbols"),
            ("3\t", "no symbols"),
            ("八爸", "八爸"),
            ("{b} a1", "symbol 2"),
            ("{b} {}", "symbol 2"),
            ("{b} {x9}", "symbol 2 is none of the voice's"),
            ("{b} {x9}", "x9"),
        ] {
            let error = symbols(line).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::MarkupInvalid, "{line}");
            assert!(error.message().contains(told), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_line_panics(line in r"([{}#~$ \t]|a1|b|\PC){0,40}") {
            let _ = symbols(&line);
        }

        #[test]
        fn what_is_written_can_be_read(written in prop::collection::vec("(b|a[1-5]|#0|#3|er5)", 1..20)) {
            prop_assert_eq!(symbols(&write(written.iter().map(String::as_str))).unwrap(), written);
        }
    }
}
