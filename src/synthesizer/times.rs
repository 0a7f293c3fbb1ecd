//! Places of the text in the sound: characters and words with their seconds.

use std::collections::VecDeque;
use std::ops::Range;

use serde::Serialize;

use super::symbol::Symbol;
use crate::token::{Boundary, Token};
use crate::voice::acoustic::Role;

/// Something spoken, with its place in the sound and in the text.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct SpokenAt {
    /// Seconds from the start of its chunk to where it begins.
    pub start: f64,
    /// Seconds from the start of its chunk to where it ends, without the silence after it.
    pub end: f64,
    /// First UTF-16 code unit of the text that it speaks.
    pub from: usize,
    /// UTF-16 code unit after the last one.
    pub to: usize,
}

impl SpokenAt {
    /// The same, ended by the end of the sound, if that is known.
    pub fn until(self, end: Option<f64>) -> Self {
        let end = end.unwrap_or(self.end);
        Self { start: self.start.min(end), end: self.end.min(end), ..self }
    }
}

/// Values at places in the sound of a part, given out with the window that reaches their place.
#[derive(Debug)]
pub struct Due<T> {
    /// Samples of the part before each value, in ascending order.
    waiting: VecDeque<(usize, T)>,
}

impl<T> Due<T> {
    /// Values by the samples before them, in ascending order.
    pub fn new(waiting: impl Iterator<Item = (usize, T)>) -> Self {
        Self { waiting: waiting.collect() }
    }

    /// Values at the samples before `end` that were not given out yet.
    pub fn before(&mut self, end: usize) -> Vec<(usize, T)> {
        let reached = self.waiting.partition_point(|(sample, _)| *sample < end);
        self.waiting.drain(..reached).collect()
    }
}

/// How the frames of a part become seconds of its chunk.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Samples of the chunk before the part.
    pub before: usize,
    /// Samples at the start of the part that are left out.
    pub skipped: usize,
    /// Samples per frame.
    pub frame_samples: usize,
    /// Samples per second.
    pub rate: u32,
}

impl Clock {
    /// Samples of the part before a frame.
    pub fn sample(self, frame: usize) -> usize {
        (frame * self.frame_samples).saturating_sub(self.skipped)
    }

    fn seconds(self, frame: usize) -> f64 {
        (self.before + self.sample(frame)) as f64 / f64::from(self.rate)
    }

    /// The part of `tokens` that sounds during `frames`, by the samples of the part before it.
    fn place(self, tokens: &[Token], frames: Range<usize>) -> (usize, SpokenAt) {
        let from = tokens.first().map_or(0, |token| token.span.start);
        let to = tokens.iter().map(|token| token.span.end).max().unwrap_or(from);
        let (start, end) = (self.seconds(frames.start), self.seconds(frames.end));
        (self.sample(frames.start), SpokenAt { start, end, from, to })
    }
}

/// Each of `tokens`, which sound during `frames`.
pub fn characters(tokens: &[Token], frames: &[Range<usize>], clock: Clock) -> Due<SpokenAt> {
    let tokens = tokens.chunks(1).zip(frames);
    Due::new(tokens.map(|(token, frames)| clock.place(token, frames.clone())))
}

/// Words of `tokens`, which sound during `frames`. A number or a sign is one word, however many it is read as.
pub fn words(tokens: &[Token], frames: &[Range<usize>], clock: Clock) -> Due<SpokenAt> {
    let is_inside = |token: &Token, next: &Token| {
        token.boundary == Boundary::Syllable || next.span.start < token.span.end
    };
    let mut first = 0;
    let words = tokens.chunk_by(is_inside).filter_map(|word| {
        let frames = frames.get(first..first + word.len())?;
        first += word.len();
        Some(clock.place(word, frames.first()?.start..frames.last()?.end))
    });
    Due::new(words)
}

/// Frames during which each of `count` tokens sounds, without the silence around it. A token without a symbol of its
/// own, such as a suffix that colours the syllable before it, has no frames where that one ends.
pub fn frames(symbols: &[Symbol], durations: &[usize], count: usize) -> Vec<Range<usize>> {
    let mut sounding: Vec<Option<Range<usize>>> = vec![None; count];
    let (mut at, mut rests) = (0, true);
    for (symbol, duration) in symbols.iter().zip(durations) {
        let start = at;
        at += duration;
        rests = match symbol.role {
            Role::Phrase | Role::Item | Role::Pause | Role::Question | Role::End => true,
            Role::Onset | Role::Rhyme | Role::Coda => false,
            // The end of a syllable, or more of a pause.
            Role::Boundary => rests,
        };
        if let Some(frames) = sounding.get_mut(symbol.token).filter(|_| !rests) {
            *frames = Some(frames.as_ref().map_or(start, |frames| frames.start)..at);
        }
    }
    let mut end = 0;
    let known = |frames: Option<Range<usize>>| {
        let frames = frames.unwrap_or(end..end);
        end = frames.end;
        frames
    };
    sounding.into_iter().map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Span;

    fn symbols(spelled: &[(Role, usize)]) -> Vec<Symbol> {
        spelled.iter().map(|&(role, token)| Symbol { role, token, tone: None }).collect()
    }

    fn token(start: usize, end: usize, boundary: Boundary) -> Token {
        Token {
            text: "八".to_owned(),
            span: Span { start, end },
            pinyin: Vec::new(),
            surface: Vec::new(),
            phones: Vec::new(),
            boundary,
            mark: None,
            pause_ms: 0,
        }
    }

    #[test]
    fn a_token_sounds_from_its_first_symbol_to_the_silence_after_it() {
        use Role::{Boundary, Coda, End, Onset, Pause, Rhyme};
        let symbols = symbols(&[
            (End, 0),
            (Onset, 0),
            (Rhyme, 0),
            (Boundary, 0),
            (Rhyme, 1),
            (Coda, 1),
            (Pause, 1),
            (Boundary, 1),
            (Onset, 3),
            (Rhyme, 3),
            (Pause, 3),
            (End, 3),
        ]);
        let durations = [9, 1, 2, 1, 3, 1, 8, 1, 2, 2, 5, 7];
        assert_eq!(frames(&symbols, &durations, 4), [9..13, 13..17, 17..17, 26..30]);
    }

    #[test]
    fn words_hold_the_characters_without_a_boundary_and_what_one_sign_is_read_as() {
        let tokens = [
            token(0, 1, Boundary::Syllable),
            token(1, 2, Boundary::Word),
            token(2, 6, Boundary::Word),
            token(2, 6, Boundary::Word),
            token(6, 7, Boundary::Sentence),
        ];
        let frames = [1..2, 2..4, 5..6, 6..8, 8..9];
        let clock = Clock { before: 4, skipped: 0, frame_samples: 2, rate: 10 };
        let places: Vec<_> = words(&tokens, &frames, clock).before(usize::MAX);
        let meant = |sample, start, end, from, to| (sample, SpokenAt { start, end, from, to });
        assert_eq!(places, [meant(2, 0.6, 1.2, 0, 2), meant(10, 1.4, 2.0, 2, 6), meant(16, 2.0, 2.2, 6, 7)]);
        let mut due = characters(&tokens, &frames, clock);
        assert_eq!(due.before(5).len(), 2);
        assert_eq!(due.before(usize::MAX).len(), 3);
    }
}
