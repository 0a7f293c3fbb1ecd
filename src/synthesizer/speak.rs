//! One chunk to windows of samples, each computed on demand.

use std::collections::VecDeque;
use std::ops::Range;

use tracing::{Span as TracingSpan, debug, debug_span};

use super::kept::Kept;
use super::marks::{self, PlacedMark};
use super::output_check::OutputCheck;
use super::plan::{Edges, Plan};
use super::shape;
use super::stats::{Stats, stage};
use super::symbol::Symbol;
use super::times::{self, Clock, Due, SpokenAt};
use crate::audio;
use crate::chunk::Chunk;
use crate::error::{Error, ErrorKind, Result};
use crate::token::Boundary;
use crate::voice::Voice;
use crate::voice::acoustic::EncoderOutput;
use crate::voice::model::{Input, Prosody};

/// Share of the peak of a chunk below which its end is silence: -34 dB, which nobody hears beside speech.
const AUDIBLE: f32 = 0.02;

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
    /// Characters and Latin words that begin in it, in order.
    pub characters: Vec<SpokenAt>,
    /// Words that begin in it, in order. A word that is cut between two parts of the chunk is two.
    pub words: Vec<SpokenAt>,
}

/// Chunk in progress.
pub struct Speaking {
    /// Log span, entered for each window.
    pub span: TracingSpan,
    index: usize,
    chunk: Chunk,
    edges: Edges,
    /// Parts that are still to be encoded. More than one only if the chunk exceeds the caller's limit or the model's.
    parts: VecDeque<Chunk>,
    /// Tokens of the parts that were encoded.
    tokens: usize,
    /// Samples of the windows that it has given.
    made: usize,
    /// Largest sample so far.
    peak: f32,
    sounding: Option<Sounding>,
    /// Whether it has given a window.
    opened: bool,
    output: OutputCheck,
}

/// Part of a chunk whose windows are being computed.
struct Sounding {
    sound: Kept,
    due: PartDue,
    /// Samples of the windows that it has given.
    made: usize,
    /// Samples of silence that the voice itself makes at the end.
    tail: usize,
}

/// What belongs to places in the sound of a part.
struct PartDue {
    marks: Due<String>,
    characters: Due<SpokenAt>,
    words: Due<SpokenAt>,
}

impl Speaking {
    /// The chunk of that index in a plan, before its first window.
    pub fn new(index: usize, chunk: &Chunk, plan: &Plan) -> Self {
        let span = debug_span!("begin", chunk = index, characters = chunk.length());
        let parts = VecDeque::from([chunk.clone()]);
        let edges = plan.edges(index);
        Self {
            span,
            index,
            chunk: chunk.clone(),
            edges,
            parts,
            tokens: 0,
            made: audio::samples_in(edges.leading_ms, plan.voice.manifest.sample_rate),
            peak: 0.0,
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
        self.peak = samples.iter().fold(self.peak, |peak, sample| peak.max(sample.abs()));

        let rate = plan.voice.manifest.sample_rate;
        let opens_part = sounding.made == 0;
        let closes_part = sounding.sound.is_done();
        if opens_part {
            audio::fade_in(&mut samples, audio::samples_in(FADE_MS, rate));
        }
        if closes_part && self.parts.is_empty() && self.edges.closes {
            samples.truncate(audible(&samples, AUDIBLE * self.peak));
        }
        if closes_part {
            audio::fade_out(&mut samples, audio::samples_in(FADE_MS, rate));
        }
        let first = !std::mem::replace(&mut self.opened, true);
        let start = sounding.made;
        sounding.made += samples.len();
        self.made += samples.len();
        let silence = if first { audio::samples_in(self.edges.leading_ms, rate) } else { 0 };
        samples.splice(..0, std::iter::repeat_n(0.0, silence));
        let reached = if closes_part { usize::MAX } else { sounding.made };
        let PartDue { marks, characters, words } = &mut sounding.due;
        let (characters, words) = (characters.before(reached), words.before(reached));
        let mut marks: Vec<_> =
            marks.before(reached).into_iter().map(|mark| marks::placed(mark, start, silence)).collect();
        let last = closes_part && self.parts.is_empty();
        if last {
            self.output.check(plan.is_silenced(&self.chunk)).map_err(|error| error.in_stage("vocoder"))?;
            samples.resize(samples.len() + self.pause(rate, &sounding), 0.0);
            marks.extend(marks::closing(&plan.cues, self.index, self.tokens, samples.len()));
        } else if !closes_part {
            self.sounding = Some(sounding);
        }
        stats.audio += samples.len() as f64 / f64::from(rate);
        // What is cut off is not spoken.
        let spoken = self.made as f64 / f64::from(rate);
        let [characters, words] = [characters, words]
            .map(|due| due.into_iter().map(|(_, at)| at.until(closes_part.then_some(spoken))).collect());
        Ok(AudioWindow { chunk: self.index, first, last, samples, marks, characters, words })
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
                let frames = times::frames(&symbols, &prosody.durations, part.tokens.len());
                let (kept, tail) = self.kept(plan, &frames, &prosody.durations);
                let due = self.due(plan, tokens, (&symbols, &prosody.durations), &frames, kept.start);
                let decode = || plan.voice.model.decode(encoded, prosody);
                let sound = stage("decoder", &mut stats.decoder, decode)?;
                return Ok(Sounding { sound: Kept::new(sound, kept), due, made: 0, tail });
            }
            let halves = part.halves().ok_or_else(|| {
                Error::new(ErrorKind::VoiceUnsupported, "one word is longer than the voice can take")
            })?;
            debug!(characters = ?halves.each_ref().map(Chunk::length), "a part is cut into halves");
            halves.into_iter().rev().for_each(|half| self.parts.push_front(half));
        }
        Err(OutputCheck::nothing())
    }

    /// Samples of a part to keep, whose tokens sound during `frames`, and how many of them are silence at its end that
    /// counts as a part of the pause. The silence before a part gives way to a pause of the markup.
    fn kept(&self, plan: &Plan, frames: &[Range<usize>], durations: &[usize]) -> (Range<usize>, usize) {
        let Voice { phonemizer, model, .. } = &*plan.voice;
        let frame_samples = model.frame_samples();
        let opens = self.edges.opens && !self.opened;
        let start = if opens { frames.first().map_or(0, |frames| frames.start * frame_samples) } else { 0 };
        // At a pause of the markup the voice's own silence is cut off instead.
        let closing = if self.edges.closes { 0 } else { phonemizer.closing() };
        let tail: usize = durations.iter().rev().take(closing).sum();
        (start..usize::MAX, tail * frame_samples)
    }

    /// Marks and times of some tokens of the chunk, which sound during `frames` as symbols with durations. The first
    /// `skipped` samples are left out.
    fn due(
        &self,
        plan: &Plan,
        tokens: Range<usize>,
        (symbols, durations): (&[Symbol], &[usize]),
        frames: &[Range<usize>],
        skipped: usize,
    ) -> PartDue {
        let cues = plan.cues.iter().filter(|cue| cue.chunk == self.index && tokens.contains(&cue.token));
        let named = cues.map(|cue| (cue.token - tokens.start, cue.name.clone())).collect();
        let (rate, frame_samples) = (plan.voice.manifest.sample_rate, plan.voice.model.frame_samples());
        let clock = Clock { before: self.made, skipped, frame_samples, rate };
        let tokens = &self.chunk.tokens[tokens];
        PartDue {
            marks: marks::due(named, symbols, durations, clock),
            characters: times::characters(tokens, frames, clock),
            words: times::words(tokens, frames, clock),
        }
    }
}

/// Number of samples up to the last one above a level.
fn audible(samples: &[f32], level: f32) -> usize {
    samples.iter().rposition(|sample| sample.abs() >= level).map_or(0, |last| last + 1)
}

/// Encoder output, prosody and symbols of a part.
type Encoded = (EncoderOutput, Prosody, Vec<Symbol>);

/// Runs the encoder and shapes the prosody; `None` if the part is too long for one run.
fn encode(part: &Chunk, plan: &Plan, stats: &mut Stats) -> Result<Option<Encoded>> {
    let Voice { phonemizer, model, .. } = &*plan.voice;
    let controls = plan.controls(&part.tokens);
    let phonemes = plan.phonemes(&part.tokens, &controls)?;
    let symbols: Vec<_> = phonemes.iter().map(|phoneme| Symbol::of(phoneme, phonemizer.as_ref())).collect();
    let spelled: Vec<String> = phonemes.into_iter().map(|phoneme| phoneme.symbol).collect();
    let ids = phonemizer.ids(&spelled)?;
    if spelled.len() > model.limits().symbols {
        return Ok(None);
    }
    let intensities: Vec<f32> = symbols.iter().map(|symbol| controls[symbol.token].intensity).collect();
    let input = Input { ids, intensities, style: plan.style(&part.tokens)? };
    let encode = || model.encode(input);
    let mut encoded = stage("encoder", &mut stats.encoder, encode)?;
    let closes = part.tokens.last().is_some_and(|token| token.boundary == Boundary::Sentence);
    let rate = plan.voice.manifest.sample_rate;
    let prosody = || shape::prosody(model.as_ref(), &mut encoded, &symbols, &controls, rate, closes);
    let prosody = stage("decoder", &mut stats.decoder, prosody)?;
    Ok(prosody.map(|prosody| (encoded, prosody, symbols)))
}
