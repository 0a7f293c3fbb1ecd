//! Chunks: bounded units of synthesis, cut at punctuation.

use crate::token::{Boundary, Span, Token};

/// Maximum length of a chunk in spoken characters, including the punctuation between them. It holds even for text
/// without punctuation.
pub const MOST_CHARACTERS: usize = 100;

/// Room left for the marks that close a chunk, such as a full stop and a closing quote.
const CLOSING_MARKS: usize = 2;

/// Sentences longer than this are cut into clauses: the voices were trained on sentences of about this length.
const LONG_SENTENCE: usize = 50;

/// Part of a text that is synthesized in one go.
#[derive(Clone, Debug, PartialEq)]
pub struct Chunk {
    /// Its tokens, at least one.
    pub tokens: Vec<Token>,
}

impl Chunk {
    /// Range of the original text that it speaks.
    pub fn span(&self) -> Span {
        let start = self.tokens.first().map_or(0, |token| token.span.start);
        let end = self.tokens.iter().map(|token| token.span.end).max().unwrap_or(start);
        Span { start, end }
    }

    /// Silence after it, in milliseconds.
    pub fn pause_ms(&self) -> u32 {
        self.tokens.last().map_or(0, |token| token.pause_ms)
    }

    /// Length in spoken characters, including the punctuation between them.
    pub fn length(&self) -> usize {
        length(&self.tokens)
    }

    /// Splits it into two of about equal length, at the widest boundary near the middle; `None` for a single token.
    pub fn halves(self) -> Option<[Chunk; 2]> {
        let count = self.tokens.len();
        let near_middle = count / 4..(count * 3).div_ceil(4).min(count.saturating_sub(1));
        let middle_out = |&i: &usize| (self.tokens[i].boundary, std::cmp::Reverse(i.abs_diff(count / 2)));
        let last = near_middle.max_by_key(middle_out)?;
        let mut tokens = self.tokens;
        let rest = tokens.split_off(last + 1);
        Some([Chunk { tokens }, Chunk { tokens: rest }])
    }
}

/// Length of tokens: their syllables, and the unspoken characters between them.
fn length(tokens: &[Token]) -> usize {
    let syllables: usize = tokens.iter().map(|token| token.surface.len().max(1)).sum();
    let between = tokens.windows(2).map(|pair| pair[1].span.start.saturating_sub(pair[0].span.end));
    syllables + between.sum::<usize>()
}

/// Ranges of the chunks in the original text, which is given as UTF-16. They include the punctuation around the spoken
/// characters, don't overlap, and have no white space at either end.
pub fn places(chunks: &[Chunk], text: &[u16]) -> Vec<Span> {
    let spans: Vec<Span> = chunks.iter().map(Chunk::span).collect();
    let mut start = 0;
    let mut places = Vec::with_capacity(spans.len());
    for (i, span) in spans.iter().enumerate() {
        let next = spans.get(i + 1).map_or(text.len(), |next| next.start);
        let after = text.get(span.end..next).unwrap_or_default();
        let opening = after.iter().position(|&unit| is_opening(unit)).unwrap_or(after.len());
        let end = span.end + if i + 1 < spans.len() { opening } else { after.len() };
        places.push(trimmed(Span { start: start.min(span.start), end }, text));
        start = end;
    }
    places
}

/// Whether a punctuation mark belongs to the text after it.
fn is_opening(unit: u16) -> bool {
    char::from_u32(unit.into()).is_some_and(|ch| "“‘（《〈「『【〔[({<".contains(ch))
}

fn trimmed(span: Span, text: &[u16]) -> Span {
    let blank = |unit: &u16| char::from_u32((*unit).into()).is_some_and(char::is_whitespace);
    let part = text.get(span.start..span.end).unwrap_or_default();
    let start = span.start + part.iter().take_while(|unit| blank(unit)).count();
    let end = span.end - part.iter().rev().take_while(|unit| blank(unit)).count();
    Span { start: start.min(end), end }
}

/// Cuts tokens into chunks: at the ends of sentences, in long sentences at clauses, and where a clause exceeds the
/// maximum length, at a word boundary if there is one.
pub fn chunks(tokens: Vec<Token>) -> Vec<Chunk> {
    chunks_cut(tokens, &[])
}

/// Like [`chunks`], also cut before the tokens with the indexes `cuts`, in ascending order.
pub fn chunks_cut(mut tokens: Vec<Token>, cuts: &[usize]) -> Vec<Chunk> {
    let mut pieces: Vec<_> = cuts.iter().rev().map(|&cut| tokens.split_off(cut.min(tokens.len()))).collect();
    pieces.push(tokens);
    pieces.into_iter().rev().flat_map(sentences).map(|tokens| Chunk { tokens }).collect()
}

/// The chunks of tokens that are not cut for another reason.
fn sentences(tokens: Vec<Token>) -> Vec<Vec<Token>> {
    split_after(tokens, Boundary::Sentence)
        .into_iter()
        .flat_map(|sentence| match length(&sentence) {
            0..=LONG_SENTENCE => vec![sentence],
            _ => gather(split_after(sentence, Boundary::Clause)),
        })
        .flat_map(cap)
        .collect()
}

/// Splits after every token whose boundary is at least `boundary`.
fn split_after(tokens: Vec<Token>, boundary: Boundary) -> Vec<Vec<Token>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        let ends = token.boundary >= boundary;
        if let Some(part) = parts.last_mut() {
            part.push(token);
        }
        if ends {
            parts.push(Vec::new());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Joins neighboring clauses up to the length of a long sentence.
fn gather(clauses: Vec<Vec<Token>>) -> Vec<Vec<Token>> {
    let mut gathered: Vec<Vec<Token>> = Vec::new();
    for clause in clauses {
        match gathered.last_mut() {
            Some(last) if length(last) + length(&clause) <= LONG_SENTENCE => last.extend(clause),
            _ => gathered.push(clause),
        }
    }
    gathered
}

/// Halves tokens until none exceed the maximum length. A single token that does is cut between its syllables, and keeps
/// all of them.
fn cap(tokens: Vec<Token>) -> Vec<Vec<Token>> {
    if length(&tokens) <= MOST_CHARACTERS - CLOSING_MARKS {
        return vec![tokens];
    }
    match (Chunk { tokens: tokens.clone() }).halves() {
        Some([a, b]) => [a, b].into_iter().flat_map(|half| cap(half.tokens)).collect(),
        None => tokens.into_iter().flat_map(cut_token).map(|token| vec![token]).collect(),
    }
}

/// Cuts a word with too many syllables into tokens with its text and span, each with some of the syllables.
fn cut_token(token: Token) -> Vec<Token> {
    let last = token.surface.len().div_ceil(MOST_CHARACTERS) - 1;
    let surface = token.surface.chunks(MOST_CHARACTERS);
    let pinyin = token.pinyin.chunks(MOST_CHARACTERS);
    let share = token.phones.len().div_ceil(last + 1);
    let parts = surface.zip(pinyin).enumerate().map(|(i, (surface, pinyin))| Token {
        surface: surface.to_vec(),
        pinyin: pinyin.to_vec(),
        phones: token.phones.iter().skip(i * share).take(share).copied().collect(),
        boundary: if i == last { token.boundary } else { Boundary::Syllable },
        pause_ms: if i == last { token.pause_ms } else { 0 },
        ..token.clone()
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Syllable;
    use proptest::prelude::*;

    /// One token a letter; `,` and `.` widen the boundary of the one before, `+` gives it a syllable more.
    fn tokens(text: &str) -> Vec<Token> {
        let mut tokens: Vec<Token> = Vec::new();
        let syllable = Syllable { base: "a".to_owned(), tone: 1 };
        for (at, ch) in text.chars().enumerate() {
            match (ch, tokens.last_mut()) {
                (',', Some(last)) => last.boundary = Boundary::Clause,
                ('.', Some(last)) => last.boundary = Boundary::Sentence,
                ('+', Some(last)) => {
                    last.surface.push(syllable.clone());
                    last.pinyin.push(syllable.clone());
                }
                _ => tokens.push(Token {
                    text: ch.to_string(),
                    span: Span { start: at, end: at + 1 },
                    pinyin: vec![syllable.clone()],
                    surface: vec![syllable.clone()],
                    phones: Vec::new(),
                    boundary: Boundary::Syllable,
                    mark: None,
                    pause_ms: 7,
                }),
            }
        }
        tokens
    }

    fn lengths(text: &str) -> Vec<usize> {
        chunks(tokens(text)).iter().map(|chunk| length(&chunk.tokens)).collect()
    }

    #[test]
    fn sentences_are_chunks() {
        assert_eq!(lengths("ab,c.de.f"), [4, 2, 1]);
    }

    #[test]
    fn cuts_are_ends_of_chunks() {
        let lengths = |cuts: &[usize]| -> Vec<usize> {
            chunks_cut(tokens("abcd.ef"), cuts).iter().map(|chunk| chunk.tokens.len()).collect()
        };
        assert_eq!(lengths(&[]), [4, 2]);
        assert_eq!(lengths(&[0, 1, 4, 5, 9]), [1, 3, 1, 1]);
    }

    #[test]
    fn a_long_sentence_is_cut_at_clauses() {
        let clause = format!("{},", "x".repeat(20));
        assert_eq!(lengths(&clause.repeat(4)), [41, 41]);
    }

    #[test]
    fn the_cap_holds_without_punctuation() {
        assert_eq!(lengths(&"x".repeat(98)), [98]);
        assert!(lengths(&"x".repeat(1001)).iter().all(|&n| (25..=98).contains(&n)));
        assert!(lengths(&format!("x{}", "+".repeat(250))).iter().all(|&n| n <= 100));
    }

    #[test]
    fn a_chunk_knows_its_place_and_pause() {
        let all = chunks(tokens("ab.cd."));
        assert_eq!(all[1].span(), Span { start: 3, end: 5 });
        assert_eq!(all[1].pause_ms(), 7);
    }

    #[test]
    fn marks_and_quotes_stay_with_what_they_belong_to() {
        let text = " “ab。” “cd！” ";
        let place = |start, end| Span { start, end };
        let token = |start: usize| Token { span: place(start, start + 2), ..tokens("a").remove(0) };
        let chunks = [Chunk { tokens: vec![token(2)] }, Chunk { tokens: vec![token(8)] }];
        let units: Vec<u16> = text.encode_utf16().collect();
        assert_eq!(places(&chunks, &units), [place(1, 6), place(7, 12)]);
    }

    proptest! {
        #[test]
        fn chunks_are_capped_and_keep_every_syllable(text in "[a-d,.+]{0,600}") {
            let all = tokens(&text);
            let syllables = |tokens: &[Token]| tokens.iter().map(|token| token.surface.len()).sum::<usize>();
            let spoken = syllables(&all);
            let cut = chunks(all);
            prop_assert!(cut.iter().all(|chunk| syllables(&chunk.tokens) <= MOST_CHARACTERS));
            prop_assert!(cut.iter().all(|chunk| !chunk.tokens.is_empty()));
            prop_assert_eq!(cut.iter().map(|chunk| syllables(&chunk.tokens)).sum::<usize>(), spoken);
        }
    }
}
