//! Named places of the markup on their way to places in the sound.

use serde::Serialize;

use super::symbol::Symbol;
use super::times::{Clock, Due};
use crate::chunk::Chunk;
use crate::frontend::Mark;

/// Named place of the markup in the sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct PlacedMark {
    /// Name in the markup.
    pub name: String,
    /// Sample of the window at which it stands: that of the first token after it; at the end of the text the number of
    /// samples.
    pub sample: usize,
}

/// Named place of the markup among the tokens of the chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    /// Index of the chunk.
    pub chunk: usize,
    /// Index of the token before which it stands; the number of tokens at the end of the text.
    pub token: usize,
    /// Name in the markup.
    pub name: String,
}

/// Place of each mark among the tokens, in order of the text.
pub fn cues(marks: Vec<Mark>, chunks: &[Chunk]) -> Vec<Cue> {
    let tokens = chunks.iter().enumerate().flat_map(|(chunk, Chunk { tokens })| {
        tokens.iter().enumerate().map(move |(token, spoken)| (spoken.span.start, chunk, token))
    });
    let tokens: Vec<_> = tokens.collect();
    let end = (chunks.len().saturating_sub(1), chunks.last().map_or(0, |chunk| chunk.tokens.len()));
    let cue = |Mark { place, name }| {
        let after = tokens.get(tokens.partition_point(|(start, ..)| *start < place));
        let (chunk, token) = after.map_or(end, |&(_, chunk, token)| (chunk, token));
        Cue { chunk, token, name }
    };
    marks.into_iter().map(cue).collect()
}

/// Marks by the index of the token that they stand before, in a part of `symbols` with these `durations` in frames.
pub fn due(
    named: Vec<(usize, String)>,
    symbols: &[Symbol],
    durations: &[usize],
    clock: Clock,
) -> Due<String> {
    let before = |token: usize| -> usize {
        let spoken = symbols.iter().zip(durations).take_while(|(symbol, _)| symbol.token < token);
        spoken.map(|(_, frames)| frames).sum()
    };
    Due::new(named.into_iter().map(|(token, name)| (clock.sample(before(token)), name)))
}

/// A mark by the samples of its part before it, in a window that begins at the sample `start` after so many of
/// `silence`.
pub fn placed((sample, name): (usize, String), start: usize, silence: usize) -> PlacedMark {
    PlacedMark { name, sample: sample.saturating_sub(start) + silence }
}

/// Marks at the end of the text, which is that of the last of `chunks`.
pub fn closing(
    cues: &[Cue],
    chunk: usize,
    tokens: usize,
    samples: usize,
) -> impl Iterator<Item = PlacedMark> {
    let at_end = cues.iter().filter(move |cue| cue.chunk == chunk && cue.token == tokens);
    at_end.map(move |cue| PlacedMark { name: cue.name.clone(), sample: samples })
}
