//! The pipeline: text to chunks, chunks to windows of samples. Each window is computed on demand, so memory does not
//! grow with the text.

mod line_chunks;
mod marks;
mod output_check;
pub mod prosody_control;
pub mod shape;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;

use serde::Serialize;
use tracing::{Span as TracingSpan, debug, debug_span, field, info_span};
use web_time::Instant;

use crate::audio;
use crate::chunk::{self, Chunk};
use crate::error::{ChunkPlace, Error, ErrorKind, Result};
use crate::frontend::{Frontend, Script};
use crate::options::Options;
use crate::token::{Boundary, Span, Token};
use crate::voice::Voice;
use crate::voice::acoustic::{EncoderOutput, Phoneme};
use crate::voice::model::{AudioStream, Input, Prosody};
use crate::voice::symbol_lines::write;
use marks::{Cue, PartMarks};
use output_check::OutputCheck;
use prosody_control::{ProsodyControl, Styles};
use shape::Symbol;

pub use marks::PlacedMark;

/// Length of the fades at the edges of a chunk: short enough to keep a plosive, long enough not to click.
const FADE_MS: u32 = 5;

/// Seconds spent per stage, and seconds of audio made.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Stats {
    /// Reading of the text.
    pub frontend: f64,
    /// Encoder.
    pub encoder: f64,
    /// Variance net and decoder.
    pub decoder: f64,
    /// Vocoder, or the windows of the decoder for voices without a mel.
    pub vocoder: f64,
    /// Audio made, including the silence between chunks.
    pub audio: f64,
}

/// Run of samples of one chunk.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioWindow {
    /// Index of the chunk in [`Synthesis::chunks`].
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

/// Synthesis of one text, window by window.
///
/// ```no_run
/// use std::rc::Rc;
///
/// use hanvox::frontend::{Frontend, Lexicon};
/// use hanvox::options::Options;
/// use hanvox::synthesizer::Synthesis;
/// use hanvox::voice::Voice;
///
/// # fn example(voice: Voice, lexicon: &[u8]) -> hanvox::error::Result<()> {
/// let frontend = Frontend::new(Lexicon::read(lexicon)?);
/// let mut synthesis = Synthesis::new(&frontend, Rc::new(voice), "你好。", Options::default(), "")?;
/// while let Some(window) = synthesis.next_window()? {
///     println!("{} samples of chunk {}", window.samples.len(), window.chunk);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Synthesis {
    voice: Rc<Voice>,
    options: Options,
    styles: Styles,
    /// Style vector of the speaker.
    style: Vec<f32>,
    writing: Writing,
    chunks: Vec<Chunk>,
    places: Vec<Span>,
    /// Named places of the markup.
    cues: Vec<Cue>,
    /// Largest part of a chunk in one run, in characters.
    limit: usize,
    /// Index of the current chunk, or of the next one.
    at: usize,
    speaking: Option<Speaking>,
    stats: Stats,
    /// Log span, open as long as the synthesis.
    request: TracingSpan,
}

/// Kind of text that a token holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    /// Characters and words for the phonemizer.
    Text,
    /// Symbols of the voice.
    Symbols,
}

/// Chunk in progress.
struct Speaking {
    /// Parts that are still to be encoded. More than one only if the chunk exceeds the caller's limit or the model's.
    parts: VecDeque<Chunk>,
    /// Tokens of the parts that were encoded.
    tokens: usize,
    sounding: Option<Sounding>,
    /// Whether it has given a window.
    opened: bool,
    output: OutputCheck,
    span: TracingSpan,
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

impl Synthesis {
    /// Synthesis of `text`: reads it and splits it into chunks, without making sound yet. `request` names the request
    /// in the log.
    ///
    /// Fails with `empty-text` if the text is blank, `nothing-to-speak` if nothing in it can be read aloud,
    /// `unknown-emotion` if the voice lacks an emotion, `option-invalid` if it lacks the speaker or can't follow the
    /// pitch, and `markup-invalid` if the markup is malformed.
    pub fn new(
        frontend: &Frontend,
        voice: Rc<Voice>,
        text: &str,
        options: Options,
        request: &str,
    ) -> Result<Self> {
        let style = checked(&voice, &options)?;
        let span = span_of(&voice, text, request);
        let mut stats = Stats::default();
        let read = || read(frontend, &voice, text, &options);
        let (chunks, styles, cues) = span.in_scope(|| stage("frontend", &mut stats.frontend, read))?;
        span.record("chunks", chunks.len());
        let places = chunk::places(&chunks, &text.encode_utf16().collect::<Vec<_>>());
        Ok(Self {
            style,
            stats,
            cues,
            request: span,
            ..Self::of_chunks(voice, chunks, places, options, styles)
        })
    }

    /// Synthesis of symbol lines (see [`crate::voice::symbol_lines`]): one chunk per line, without silence between
    /// them. Blank lines are skipped.
    ///
    /// Fails with `empty-text` if there are no lines, `markup-invalid` if the voice can't read a line, and
    /// `option-invalid` if the options name an emotion.
    pub fn of_lines(voice: Rc<Voice>, text: &str, options: Options, request: &str) -> Result<Self> {
        if options.emotion.is_some() {
            let message = "symbol lines have their own emotion, the options can't name another";
            return Err(Error::new(ErrorKind::OptionInvalid, message));
        }
        let style = checked(&voice, &options)?;
        let span = span_of(&voice, text, request);
        let chunks = span.in_scope(|| line_chunks::chunks(text, voice.phonemizer.as_ref()))?;
        span.record("chunks", chunks.len());
        let places = chunks.iter().map(Chunk::span).collect();
        let spoken = Self::of_chunks(voice, chunks, places, options, Styles::new());
        Ok(Self { style, writing: Writing::Symbols, request: span, ..spoken })
    }

    /// Symbol lines of the text, one per chunk: `<index>\t{symbol} {symbol}`.
    pub fn lines(&self) -> Result<String> {
        let line = |(index, chunk): (usize, &Chunk)| {
            let phonemizer = self.voice.phonemizer.as_ref();
            let controls = prosody_control::controls(phonemizer, &self.options, &self.styles, &chunk.tokens);
            let spelled = spelled(&self.voice, self.writing, &chunk.tokens, &controls)?;
            Ok(format!("{index}\t{}", write(spelled.iter().map(|phoneme| phoneme.symbol.as_str()))))
        };
        Ok(self.chunks.iter().enumerate().map(line).collect::<Result<Vec<_>>>()?.join("\n"))
    }

    fn of_chunks(
        voice: Rc<Voice>,
        chunks: Vec<Chunk>,
        places: Vec<Span>,
        options: Options,
        styles: Styles,
    ) -> Self {
        let (limit, stats, request) = (usize::MAX, Stats::default(), TracingSpan::none());
        let (style, writing) = (Vec::new(), Writing::Text);
        Self {
            voice,
            options,
            styles,
            style,
            writing,
            chunks,
            places,
            cues: Vec::new(),
            limit,
            at: 0,
            speaking: None,
            stats,
            request,
        }
    }

    /// Chunks of the text, in order.
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// Range of each chunk in the text, including the punctuation around it.
    pub fn places(&self) -> &[Span] {
        &self.places
    }

    /// Time spent and audio made so far.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Moves to the start of a chunk, forwards or back: the next window is its first. The number of chunks itself is
    /// the end of the text; fails with `option-invalid` above it.
    pub fn resume(&mut self, chunk: usize) -> Result<()> {
        if chunk > self.chunks.len() {
            let message = format!("there is no chunk {chunk} among {}", self.chunks.len());
            return Err(Error::new(ErrorKind::OptionInvalid, message));
        }
        self.speaking = None;
        self.at = chunk;
        Ok(())
    }

    /// Limits the parts of a chunk that are run at once to a number of spoken characters, but at least one token, to
    /// save memory. Fails with `option-invalid` for 0.
    pub fn set_limit(&mut self, characters: usize) -> Result<()> {
        if characters == 0 {
            return Err(Error::new(ErrorKind::OptionInvalid, "a part of a chunk has at least one character"));
        }
        self.limit = characters;
        Ok(())
    }

    /// Next window; `None` at the end of the text. After an error the next window is the first of the failed chunk
    /// again.
    ///
    /// Fails with `output-invalid` if the sound is silent, clipped or not finite, `mel-too-short` if nearly nothing is
    /// left of a chunk, and `voice-unsupported` if the voice lacks a syllable or a word is too long for it.
    pub fn next_window(&mut self) -> Result<Option<AudioWindow>> {
        let _request = self.request.clone().entered();
        let Some(mut speaking) = self.speaking.take().or_else(|| self.begin()) else { return Ok(None) };
        let span = speaking.span.clone();
        let window = span.in_scope(|| self.advance(&mut speaking)).map_err(|error| self.located(error))?;
        match window.last {
            true => self.at += 1,
            false => self.speaking = Some(speaking),
        }
        self.request.record("audio_seconds", self.stats.audio);
        Ok(Some(window))
    }

    fn begin(&self) -> Option<Speaking> {
        let chunk = self.chunks.get(self.at)?;
        let span = debug_span!("begin", chunk = self.at, characters = chunk.length());
        let parts = VecDeque::from([chunk.clone()]);
        Some(Speaking {
            parts,
            tokens: 0,
            sounding: None,
            opened: false,
            output: OutputCheck::default(),
            span,
        })
    }

    fn located(&self, error: Error) -> Error {
        match self.places.get(self.at) {
            Some(&Span { start, end }) => error.in_chunk(ChunkPlace { index: self.at, start, end }),
            None => error,
        }
    }

    fn advance(&mut self, speaking: &mut Speaking) -> Result<AudioWindow> {
        let mut sounding = match speaking.sounding.take() {
            Some(sounding) => sounding,
            None => self.next_sound(speaking)?,
        };
        let window = || sounding.sound.next().unwrap_or_else(|| Err(OutputCheck::nothing()));
        let mut samples = stage("vocoder", &mut self.stats.vocoder, window)?;
        speaking.output.add(&samples);

        let rate = self.voice.manifest.sample_rate;
        let opens_part = !std::mem::replace(&mut sounding.opened, true);
        let closes_part = sounding.sound.len() == 0;
        if opens_part {
            audio::fade_in(&mut samples, audio::samples_in(FADE_MS, rate));
        }
        if closes_part {
            audio::fade_out(&mut samples, audio::samples_in(FADE_MS, rate));
        }
        let first = !std::mem::replace(&mut speaking.opened, true);
        let mut marks = sounding.marks.next(samples.len());
        let last = closes_part && speaking.parts.is_empty();
        if last {
            speaking.output.check(self.is_silenced()).map_err(|error| error.in_stage("vocoder"))?;
            samples.resize(samples.len() + self.pause(&sounding), 0.0);
            marks.extend(marks::closing(&self.cues, self.at, speaking.tokens, samples.len()));
        } else if !closes_part {
            speaking.sounding = Some(sounding);
        }
        self.stats.audio += samples.len() as f64 / f64::from(rate);
        Ok(AudioWindow { chunk: self.at, first, last, samples, marks })
    }

    /// Samples of silence to add after the chunk, beyond the silence that the voice makes itself.
    fn pause(&self, closing: &Sounding) -> usize {
        let asked = self.chunks.get(self.at).map_or(0, Chunk::pause_ms);
        audio::samples_in(asked, self.voice.manifest.sample_rate).saturating_sub(closing.tail)
    }

    /// Whether the whole chunk has volume 0.
    fn is_silenced(&self) -> bool {
        let mut tokens = self.chunks.get(self.at).into_iter().flat_map(|chunk| &chunk.tokens);
        let phonemizer = self.voice.phonemizer.as_ref();
        tokens.all(|token| ProsodyControl::new(phonemizer, &self.options, &self.styles, token).energy == 0.0)
    }

    /// Sound of the next part, split until it is short enough.
    fn next_sound(&mut self, speaking: &mut Speaking) -> Result<Sounding> {
        while let Some(part) = speaking.parts.pop_front() {
            let is_short = part.tokens.len() == 1 || part.length() <= self.limit;
            if is_short && let Some((encoded, prosody, symbols)) = self.encode(&part)? {
                let tokens = speaking.tokens..speaking.tokens + part.tokens.len();
                speaking.tokens = tokens.end;
                let marks = self.marks(tokens, &symbols, &prosody.durations);
                return self.decode(encoded, prosody, marks);
            }
            let halves = part.halves().ok_or_else(|| {
                Error::new(ErrorKind::VoiceUnsupported, "one word is longer than the voice can take")
            })?;
            debug!(characters = ?halves.each_ref().map(Chunk::length), "a part is cut into halves");
            halves.into_iter().rev().for_each(|half| speaking.parts.push_front(half));
        }
        Err(OutputCheck::nothing())
    }

    /// Marks before some tokens of the current chunk, which are spoken as `symbols`.
    fn marks(&self, tokens: Range<usize>, symbols: &[Symbol], durations: &[usize]) -> PartMarks {
        let cues = self.cues.iter().filter(|cue| cue.chunk == self.at && tokens.contains(&cue.token));
        let named = cues.map(|cue| (cue.token - tokens.start, cue.name.clone())).collect();
        PartMarks::new(named, symbols, durations, self.voice.model.frame_samples())
    }

    fn decode(&mut self, encoded: EncoderOutput, prosody: Prosody, marks: PartMarks) -> Result<Sounding> {
        let Voice { phonemizer, model, .. } = &*self.voice;
        let closing = prosody.durations.iter().rev().take(phonemizer.closing());
        let tail = closing.sum::<usize>() * model.frame_samples();
        let decode = || model.decode(encoded, prosody);
        let sound = stage("decoder", &mut self.stats.decoder, decode)?;
        Ok(Sounding { sound, marks, opened: false, tail })
    }

    /// Runs the encoder and shapes the prosody; `None` if the part is too long for one run.
    fn encode(&mut self, part: &Chunk) -> Result<Option<(EncoderOutput, Prosody, Vec<Symbol>)>> {
        let Voice { phonemizer, model, .. } = &*self.voice;
        let controls =
            prosody_control::controls(phonemizer.as_ref(), &self.options, &self.styles, &part.tokens);
        let spelled = spelled(&self.voice, self.writing, &part.tokens, &controls)?;
        let parts: Vec<_> =
            spelled.iter().map(|&Phoneme { role, token, .. }| Symbol { role, token }).collect();
        let spelled: Vec<String> = spelled.into_iter().map(|phoneme| phoneme.symbol).collect();
        let ids = phonemizer.ids(&spelled)?;
        if spelled.len() > model.limits().symbols {
            return Ok(None);
        }
        let intensities: Vec<f32> = parts.iter().map(|symbol| controls[symbol.token].intensity).collect();
        let input = Input { ids, intensities, style: self.style.clone() };
        let encode = || model.encode(input);
        let mut encoded = stage("encoder", &mut self.stats.encoder, encode)?;
        let closes = part.tokens.last().is_some_and(|token| token.boundary == Boundary::Sentence);
        let prosody = || shape::prosody(model.as_ref(), &mut encoded, &parts, &controls, closes);
        let prosody = stage("decoder", &mut self.stats.decoder, prosody)?;
        Ok(prosody.map(|prosody| (encoded, prosody, parts)))
    }
}

/// Style vector of the requested speaker. Fails with `option-invalid` if the voice lacks it or can't follow the pitch.
fn checked(voice: &Voice, options: &Options) -> Result<Vec<f32>> {
    let pitches = voice.model.pitches();
    if !pitches.contains(&options.pitch) {
        let (least, most) = pitches.into_inner();
        let message =
            format!("pitch is {}, with this voice it must be between {least} and {most}", options.pitch);
        return Err(Error::new(ErrorKind::OptionInvalid, message));
    }
    voice.speakers.style(options.speaker.as_deref())
}

/// Log span of a request.
fn span_of(voice: &Voice, text: &str, request: &str) -> TracingSpan {
    info_span!(
        "synthesize",
        request,
        voice = voice.manifest.id,
        bytes = text.len(),
        chunks = field::Empty,
        audio_seconds = field::Empty
    )
}

/// Symbols of tokens.
fn spelled(
    voice: &Voice,
    writing: Writing,
    tokens: &[Token],
    controls: &[ProsodyControl],
) -> Result<Vec<Phoneme>> {
    let phonemizer = voice.phonemizer.as_ref();
    let written = |(token, Token { text, .. }): (usize, &Token)| Phoneme {
        symbol: text.clone(),
        role: phonemizer.role(text),
        token,
    };
    match writing {
        Writing::Symbols => Ok(phonemizer.enclosed(tokens.iter().enumerate().map(written).collect())),
        Writing::Text => {
            let emotions: Vec<_> = controls.iter().map(|control| control.emotion).collect();
            phonemizer.phonemize(tokens, &emotions)
        }
    }
}

/// Runs one stage: adds its seconds and names it in its error.
fn stage<T>(name: &'static str, seconds: &mut f64, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let made = work();
    *seconds += start.elapsed().as_secs_f64();
    made.map_err(|error| error.in_stage(name))
}

/// Chunks of a text, and the voice settings and named places in its markup. Fails with `unknown-emotion` if the voice lacks an emotion.
fn read(
    frontend: &Frontend,
    voice: &Voice,
    text: &str,
    options: &Options,
) -> Result<(Vec<Chunk>, Styles, Vec<Cue>)> {
    let _span = debug_span!("read", stage = "frontend").entered();
    if text.chars().all(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::new(ErrorKind::EmptyText, "the text is empty"));
    }
    let Script { mut tokens, markup, .. } = frontend.read(text)?;
    let marked = markup.styles.iter().filter_map(|(_, style)| Some(style.emotion.as_ref()?.name.as_str()));
    let emotions = voice.phonemizer.emotions();
    marked.chain(options.emotion.as_deref()).try_for_each(|name| emotions.check(name))?;
    let rested = markup.rested(&tokens);
    for (_, token) in tokens.iter_mut().enumerate().filter(|(i, _)| !rested.contains(i)) {
        let control = ProsodyControl::new(voice.phonemizer.as_ref(), options, &markup.styles, token);
        token.pause_ms = (token.pause_ms as f32 * control.pauses()).round() as u32;
    }
    tokens.retain(|token| !token.surface.is_empty());
    let chunks = chunk::chunks(tokens);
    if chunks.is_empty() {
        return Err(Error::new(ErrorKind::NothingToSpeak, "the text has nothing that can be spoken"));
    }
    let cues = marks::cues(markup.marks, &chunks);
    Ok((chunks, markup.styles, cues))
}
