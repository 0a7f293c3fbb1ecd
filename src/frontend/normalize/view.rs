//! The text in pieces, and the place in it that the rules look at.

use super::links::Links;
use super::numbers::Digits;
use crate::frontend::spoken::{SpokenChar, is_han};

/// What a piece is made of; Han characters and symbols stand alone, the others come in runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Digits,
    Latin,
    Han,
    Space,
    Symbol,
}

#[derive(Debug)]
struct Piece {
    kind: Kind,
    /// Where it starts in the text, in bytes.
    byte: usize,
    /// Where it starts in the characters.
    char: usize,
}

/// A text cut into pieces.
pub(super) struct Pieces {
    text: String,
    pieces: Vec<Piece>,
    chars: usize,
    english: bool,
    digits: Digits,
    links: Links,
}

/// A letter of the Latin alphabet, with or without an accent.
pub(super) fn is_latin(ch: char) -> bool {
    ch.is_ascii_alphabetic()
        || matches!(ch, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}') && ch.is_alphabetic()
}

fn kind(ch: char) -> Kind {
    match ch {
        '0'..='9' => Kind::Digits,
        ' ' => Kind::Space,
        _ if is_latin(ch) => Kind::Latin,
        _ if is_han(ch) => Kind::Han,
        _ => Kind::Symbol,
    }
}

impl Pieces {
    pub(super) fn new(chars: &[SpokenChar], digits: Digits, links: Links) -> Self {
        let mut text = String::with_capacity(chars.len() * 3);
        let mut pieces: Vec<Piece> = Vec::with_capacity(chars.len());
        for (index, c) in chars.iter().enumerate() {
            let kind = kind(c.ch);
            let run = matches!(kind, Kind::Digits | Kind::Latin | Kind::Space);
            if !run || pieces.last().is_none_or(|last| last.kind != kind) {
                pieces.push(Piece { kind, byte: text.len(), char: index });
            }
            text.push(c.ch);
        }
        let english = is_english(&text);
        Self { text, pieces, chars: chars.len(), english, digits, links }
    }

    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    pub(super) fn view(&self, at: usize) -> View<'_> {
        View { all: self, at }
    }

    /// Where piece `at` starts, in characters; the end of the text past the last one.
    pub(super) fn char_at(&self, at: usize) -> usize {
        self.pieces.get(at).map_or(self.chars, |piece| piece.char)
    }

    fn byte_at(&self, at: usize) -> usize {
        self.pieces.get(at).map_or(self.text.len(), |piece| piece.byte)
    }
}

/// A place in the text: piece 0 is the one to be read, pieces 1, 2, ... follow.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    all: &'a Pieces,
    at: usize,
}

impl<'a> View<'a> {
    /// The same text, `n` pieces on.
    pub(super) fn skip(self, n: usize) -> Self {
        Self { at: self.at + n, ..self }
    }

    /// Whether the text is English, so that its figures are too.
    pub(super) fn english(self) -> bool {
        self.all.english
    }

    /// How the caller wants bare runs of figures read.
    pub(super) fn asked(self) -> Digits {
        self.all.digits
    }

    /// How the caller wants web addresses read.
    pub(super) fn links(self) -> Links {
        self.all.links
    }

    /// What piece `n` is made of; `None` past the end.
    pub(super) fn kind(self, n: usize) -> Option<Kind> {
        self.all.pieces.get(self.at + n).map(|piece| piece.kind)
    }

    /// Piece `n`; empty past the end.
    pub(super) fn piece(self, n: usize) -> &'a str {
        let start = self.all.byte_at(self.at + n);
        &self.all.text[start..self.all.byte_at(self.at + n + 1)]
    }

    /// Piece `n` if it is of digits.
    pub(super) fn digits(self, n: usize) -> Option<&'a str> {
        (self.kind(n) == Some(Kind::Digits)).then(|| self.piece(n))
    }

    /// Piece `n` if it is of Latin letters.
    pub(super) fn latin(self, n: usize) -> Option<&'a str> {
        (self.kind(n) == Some(Kind::Latin)).then(|| self.piece(n))
    }

    /// Whether piece `n` is one character out of `set`.
    pub(super) fn is(self, n: usize, set: &str) -> bool {
        let piece = self.piece(n);
        !piece.is_empty() && set.contains(piece)
    }

    /// 1 if piece `n` is a space, else 0: how many pieces to step over.
    pub(super) fn blank(self, n: usize) -> usize {
        usize::from(self.kind(n) == Some(Kind::Space))
    }

    /// The text from piece `n` on.
    pub(super) fn rest(self, n: usize) -> &'a str {
        &self.all.text[self.all.byte_at(self.at + n)..]
    }

    /// The text from piece `n` on, without a space at its start.
    pub(super) fn after(self, n: usize) -> &'a str {
        self.rest(n).trim_start_matches(' ')
    }

    /// The text before piece 0, without spaces at its end.
    pub(super) fn before(self) -> &'a str {
        self.all.text[..self.all.byte_at(self.at)].trim_end_matches(' ')
    }

    /// Whether the digits at piece 0 stand in a sum, so that a dash after them is a minus.
    pub(super) fn in_sum(self) -> bool {
        let before = self.before().ends_with(['+', '×', '÷', '=', '*']);
        let after = 3 + self.blank(3);
        self.is(1, "-") && (before || self.is(after, "+×÷=*"))
    }

    /// How many pieces from piece `n` on make up `bytes` bytes; `None` if none ends there.
    pub(super) fn pieces_in(self, n: usize, bytes: usize) -> Option<usize> {
        let end = self.all.byte_at(self.at + n) + bytes;
        (0..=bytes)
            .find(|count| self.all.byte_at(self.at + n + count) >= end)
            .filter(|count| self.all.byte_at(self.at + n + count) == end)
    }
}

/// The last `n` characters of `text`.
pub(super) fn tail(text: &str, n: usize) -> &str {
    let start = text.char_indices().rev().take(n).last().map_or(text.len(), |(byte, _)| byte);
    &text[start..]
}

/// The first `n` characters of `text`.
pub(super) fn head(text: &str, n: usize) -> &str {
    let end = text.char_indices().nth(n).map_or(text.len(), |(byte, _)| byte);
    &text[..end]
}

/// Whether `text` starts with one of `words`.
pub(super) fn starts(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.starts_with(word))
}

/// Whether `text` ends with one of `words`.
pub(super) fn ends(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.ends_with(word))
}

/// Whether `text` holds one of `words`.
pub(super) fn holds(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Whether `text` is English: no Han, and at least two words in small letters with spaces around them.
fn is_english(text: &str) -> bool {
    let word = |word: &&str| {
        let word = word.trim_matches(|ch: char| ".,!?;:\"'()".contains(ch));
        word.len() >= 2
            && word.bytes().all(|byte| byte.is_ascii_lowercase())
            && !matches!(word, "am" | "pm" | "kg" | "km" | "cm")
    };
    !text.chars().any(is_han) && text.split([' ', '\n']).filter(word).take(2).count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_known_by_its_words() {
        for (text, english) in [
            ("I have 3 apples.", true),
            ("iPhone 15 Pro", false),
            ("1:02:36 am", false),
            ("我 have apples now", false),
            ("www.example.com/a1", false),
        ] {
            assert_eq!(is_english(text), english, "{text}");
        }
    }
}
