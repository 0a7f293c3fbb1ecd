//! One chunk to windows of samples, each computed on demand.

use std::collections::VecDeque;
use std::ops::Range;

use tracing::{Span as TracingSpan, debug, debug_span};

use super::marks::{self, PartMarks, PlacedMark};
use super::output_check::OutputCheck;
use super::plan::Plan;
use super::shape::{self, Symbol};
use super::stats::{Stats, stage};
use crate::audio;
use crate::chunk::Chunk;
use crate::error::{Error, ErrorKind, Result};
use crate::token::Boundary;
use crate::voice::Voice;
use crate::voice::acoustic::{EncoderOutput, Phoneme};
use crate::voice::model::{AudioStream, Input, Prosody};

/// Length of the fades at the edges of a chunk: short enough to keep a plosive, long enough not to click.
const FADE_MS: u32 = 5;

/// Run of samples of one chunk.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioWindow {
    /// Index of the chunk in [`Synthesis::chunks`](super::Synthesis::chunks).
    pub chunk: usize,
    /// Whether it is the first window of its chunk.
    pub first: bool,
    /// Whether it is the last window of its chunk; it then includes the silence after the chunk.
    pub last: bool,
    /// Samples, about -1 to 1, at the sample rate of the voice.
    pub samples: Vec<f32>,
    /// Named places of the markup in it, in order.
    pub marks: Vec<PlacedMark>,
}

/// Chunk in progress.
pub struct Speaking {
    /// Log span, entered for each window.
    pub span: TracingSpan,
    index: usize,
    chunk: Chunk,
    /// Parts that are still to be encoded. More than one only if the chunk exceeds the caller's limit or the model's.
    parts: VecDeque<Chunk>,
    /// Tokens of the parts that were encoded.
    tokens: usize,
    sounding: Option<Sounding>,
    /// Whether it has given a window.
    opened: bool,
    output: OutputCheck,
}

/// Part of a chunk whose windows are being computed.
struct Sounding {
    sound: AudioStream,
    marks: PartMarks,
    /// Whether it has given a window.
    opened: bool,
    /// Samples of silence that the voice itself makes at the end.
    tail: usize,
}

impl Speaking {
    /// The chunk of that index, before its first window.
    pub fn new(index: usize, chunk: &Chunk) -> Self {
        let span = debug_span!("begin", chunk = index, characters = chunk.length());
        let parts = VecDeque::from([chunk.clone()]);
        Self {
            span,
            index,
            chunk: chunk.clone(),
            parts,
            tokens: 0,
            sounding: None,
            opened: false,
            output: OutputCheck::default(),
        }
    }

    /// Next window; to be called until it gave the last one. Parts longer than `limit` characters are split.
    pub fn next_window(&mut self, plan: &Plan, limit: usize, stats: &mut Stats) -> Result<AudioWindow> {
        let mut sounding = match self.sounding.take() {
            Some(sounding) => sounding,
            None => self.next_sound(plan, limit, stats)?,
        };
        let window = || sounding.sound.next().unwrap_or_else(|| Err(OutputCheck::nothing()));
        let mut samples = stage("vocoder", &mut stats.vocoder, window)?;
        self.output.add(&samples);

        let rate = plan.voice.manifest.sample_rate;
        let opens_part = !std::mem::replace(&mut sounding.opened, true);
        let closes_part = sounding.sound.len() == 0;
        if opens_part {
            audio::fade_in(&mut samples, audio::samples_in(FADE_MS, rate));
        }
        if closes_part {
            audio::fade_out(&mut samples, audio::samples_in(FADE_MS, rate));
        }
        let first = !std::mem::replace(&mut self.opened, true);
        let mut marks = sounding.marks.next(samples.len());
        let last = closes_part && self.parts.is_empty();
        if last {
            self.output.check(plan.is_silenced(&self.chunk)).map_err(|error| error.in_stage("vocoder"))?;
            samples.resize(samples.len() + self.pause(rate, &sounding), 0.0);
            marks.extend(marks::closing(&plan.cues, self.index, self.tokens, samples.len()));
        } else if !closes_part {
            self.sounding = Some(sounding);
        }
        stats.audio += samples.len() as f64 / f64::from(rate);
        Ok(AudioWindow { chunk: self.index, first, last, samples, marks })
    }

    /// Samples of silence to add after the chunk, beyond the silence that the voice makes itself.
    fn pause(&self, rate: u32, closing: &Sounding) -> usize {
        audio::samples_in(self.chunk.pause_ms(), rate).saturating_sub(closing.tail)
    }

    /// Sound of the next part, split until it is short enough.
    fn next_sound(&mut self, plan: &Plan, limit: usize, stats: &mut Stats) -> Result<Sounding> {
        while let Some(part) = self.parts.pop_front() {
            let is_short = part.tokens.len() == 1 || part.length() <= limit;
            if is_short && let Some((encoded, prosody, symbols)) = encode(&part, plan, stats)? {
                let tokens = self.tokens..self.tokens + part.tokens.len();
                self.tokens = tokens.end;
                let marks = self.marks(plan, tokens, &symbols, &prosody.durations);
                return decode(encoded, prosody, marks, &plan.voice, stats);
            }
            let halves = part.halves().ok_or_else(|| {
                Error::new(ErrorKind::VoiceUnsupported, "one word is longer than the voice can take")
            })?;
            debug!(characters = ?halves.each_ref().map(Chunk::length), "a part is cut into halves");
            halves.into_iter().rev().for_each(|half| self.parts.push_front(half));
        }
        Err(OutputCheck::nothing())
    }

    /// Marks before some tokens of the chunk, which are spoken as `symbols`.
    fn marks(&self, plan: &Plan, tokens: Range<usize>, symbols: &[Symbol], durations: &[usize]) -> PartMarks {
        let cues = plan.cues.iter().filter(|cue| cue.chunk == self.index && tokens.contains(&cue.token));
        let named = cues.map(|cue| (cue.token - tokens.start, cue.name.clone())).collect();
        PartMarks::new(named, symbols, durations, plan.voice.model.frame_samples())
    }
}

fn decode(
    encoded: EncoderOutput,
    prosody: Prosody,
    marks: PartMarks,
    voice: &Voice,
    stats: &mut Stats,
) -> Result<Sounding> {
    let Voice { phonemizer, model, .. } = voice;
    let closing = prosody.durations.iter().rev().take(phonemizer.closing());
    let tail = closing.sum::<usize>() * model.frame_samples();
    let decode = || model.decode(encoded, prosody);
    let sound = stage("decoder", &mut stats.decoder, decode)?;
    Ok(Sounding { sound, marks, opened: false, tail })
}

/// Encoder output, prosody and symbols of a part.
type Encoded = (EncoderOutput, Prosody, Vec<Symbol>);

/// Runs the encoder and shapes the prosody; `None` if the part is too long for one run.
fn encode(part: &Chunk, plan: &Plan, stats: &mut Stats) -> Result<Option<Encoded>> {
    let Voice { phonemizer, model, .. } = &*plan.voice;
    let controls = plan.controls(&part.tokens);
    let phonemes = plan.phonemes(&part.tokens, &controls)?;
    let symbols: Vec<_> =
        phonemes.iter().map(|&Phoneme { role, token, .. }| Symbol { role, token }).collect();
    let spelled: Vec<String> = phonemes.into_iter().map(|phoneme| phoneme.symbol).collect();
    let ids = phonemizer.ids(&spelled)?;
    if spelled.len() > model.limits().symbols {
        return Ok(None);
    }
    let intensities: Vec<f32> = symbols.iter().map(|symbol| controls[symbol.token].intensity).collect();
    let input = Input { ids, intensities, style: plan.style.clone() };
    let encode = || model.encode(input);
    let mut encoded = stage("encoder", &mut stats.encoder, encode)?;
    let closes = part.tokens.last().is_some_and(|token| token.boundary == Boundary::Sentence);
    let prosody = || shape::prosody(model.as_ref(), &mut encoded, &symbols, &controls, closes);
    let prosody = stage("decoder", &mut stats.decoder, prosody)?;
    Ok(prosody.map(|prosody| (encoded, prosody, symbols)))
}
