//! The pipeline: text to chunks, chunks to windows of samples, each made when it is asked for.

mod line_chunks;
mod output_check;
pub mod prosody_control;
pub mod shape;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
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
use output_check::OutputCheck;
use prosody_control::{ProsodyControl, Styles};
use shape::Symbol;

/// Length of the fades at the edges of a chunk: short enough to keep a plosive, long enough not to click.
const FADE_MS: u32 = 5;

/// Seconds spent by stage, and seconds of sound made.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Stats {
    /// Reading the text.
    pub frontend: f64,
    /// The encoder.
    pub encoder: f64,
    /// The variance net and the decoder.
    pub decoder: f64,
    /// The vocoder.
    pub vocoder: f64,
    /// Of sound, silence between the chunks included.
    pub audio: f64,
}

/// A stretch of samples of one chunk.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioWindow {
    /// Index of the chunk in [`Synthesis::chunks`].
    pub chunk: usize,
    /// Whether it opens the chunk.
    pub first: bool,
    /// Whether it closes the chunk; then the silence after the chunk is part of it.
    pub last: bool,
    /// About -1..1, at the voice's sample rate.
    pub samples: Vec<f32>,
}

/// One text on its way to sound.
pub struct Synthesis {
    voice: Rc<Voice>,
    options: Options,
    styles: Styles,
    /// Who speaks.
    style: Vec<f32>,
    writing: Writing,
    chunks: Vec<Chunk>,
    places: Vec<Span>,
    /// Characters of the longest part that is run through the nets.
    limit: usize,
    /// Index of the chunk that is being spoken, or comes next.
    at: usize,
    speaking: Option<Speaking>,
    stats: Stats,
    /// Open as long as the synthesis is.
    request: TracingSpan,
}

/// What the tokens of a chunk are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    /// Characters and words, for the voice to spell.
    Text,
    /// Its symbols themselves.
    Symbols,
}

/// A chunk on its way to sound.
struct Speaking {
    /// What is still to be run through the acoustic model; more than one part only where the limit, or what the
    /// model can take, asks for it.
    parts: VecDeque<Chunk>,
    sounding: Option<Sounding>,
    /// Whether a window of it has been made.
    opened: bool,
    output: OutputCheck,
    span: TracingSpan,
}

/// A part of a chunk whose windows are being made.
struct Sounding {
    sound: AudioStream,
    /// Whether a window of it has been made.
    opened: bool,
    /// Samples of the silence that the voice itself puts at the end.
    tail: usize,
}

impl Synthesis {
    /// Reads `text` and cuts it into chunks; no sound is made yet. `request` names the request in the log.
    ///
    /// `empty-text` for a blank text, `nothing-to-speak` for one without anything to read aloud, `unknown-emotion`
    /// for one that the voice lacks, `option-invalid` for a speaker that it lacks or a pitch that it can't follow.
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
        let (chunks, styles) = span.in_scope(|| stage("frontend", &mut stats.frontend, read))?;
        span.record("chunks", chunks.len());
        let places = chunk::places(&chunks, &text.encode_utf16().collect::<Vec<_>>());
        Ok(Self { style, stats, request: span, ..Self::of_chunks(voice, chunks, places, options, styles) })
    }

    /// The same of symbol lines as [`crate::voice::symbol_lines`] has them: a chunk a line, no silence between. Blank lines
    /// say nothing.
    ///
    /// `empty-text` if there are no lines, `markup-invalid` for one that the voice can't read, `option-invalid` where
    /// the options name an emotion.
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

    /// The symbols of every chunk: `<index>\t{symbol} {symbol}`, a line each.
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
            limit,
            at: 0,
            speaking: None,
            stats,
            request,
        }
    }

    /// All chunks of the text, in order.
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// Where each chunk stands in the text, with the marks around what it speaks.
    pub fn places(&self) -> &[Span] {
        &self.places
    }

    /// Time spent so far, and sound made so far.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Goes to the beginning of a chunk, forwards or back: the next window is its first one. `option-invalid` for
    /// an index beyond the number of chunks; that number itself is the end of the text.
    pub fn resume(&mut self, chunk: usize) -> Result<()> {
        if chunk > self.chunks.len() {
            let message = format!("there is no chunk {chunk} among {}", self.chunks.len());
            return Err(Error::new(ErrorKind::OptionInvalid, message));
        }
        self.speaking = None;
        self.at = chunk;
        Ok(())
    }

    /// From now on a chunk goes through the nets in parts of at most so many characters as spoken, and at least
    /// one token: shorter inputs take less memory. `option-invalid` for none.
    pub fn set_limit(&mut self, characters: usize) -> Result<()> {
        if characters == 0 {
            return Err(Error::new(ErrorKind::OptionInvalid, "a part of a chunk has at least one character"));
        }
        self.limit = characters;
        Ok(())
    }

    /// Makes the next window; none when the text is spoken. After an error the next window is again the first of the
    /// chunk that failed.
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
        Some(Speaking { parts, sounding: None, opened: false, output: OutputCheck::default(), span })
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
            None => self.next_sound(&mut speaking.parts)?,
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
        let last = closes_part && speaking.parts.is_empty();
        if last {
            speaking.output.check(self.is_silenced()).map_err(|error| error.in_stage("vocoder"))?;
            samples.resize(samples.len() + self.pause(&sounding), 0.0);
        } else if !closes_part {
            speaking.sounding = Some(sounding);
        }
        self.stats.audio += samples.len() as f64 / f64::from(rate);
        Ok(AudioWindow { chunk: self.at, first, last, samples })
    }

    /// Samples of the silence after the chunk that the voice has not made itself.
    fn pause(&self, closing: &Sounding) -> usize {
        let asked = self.chunks.get(self.at).map_or(0, Chunk::pause_ms);
        audio::samples_in(asked, self.voice.manifest.sample_rate).saturating_sub(closing.tail)
    }

    /// Whether the markup takes all sound out of the chunk.
    fn is_silenced(&self) -> bool {
        let mut tokens = self.chunks.get(self.at).into_iter().flat_map(|chunk| &chunk.tokens);
        let phonemizer = self.voice.phonemizer.as_ref();
        tokens.all(|token| ProsodyControl::new(phonemizer, &self.options, &self.styles, token).energy == 0.0)
    }

    /// The sound of the next part that is short enough.
    fn next_sound(&mut self, parts: &mut VecDeque<Chunk>) -> Result<Sounding> {
        while let Some(part) = parts.pop_front() {
            let is_short = part.tokens.len() == 1 || part.length() <= self.limit;
            if is_short && let Some((encoded, prosody)) = self.encode(&part)? {
                return self.decode(encoded, prosody);
            }
            let halves = part.halves().ok_or_else(|| {
                Error::new(ErrorKind::VoiceUnsupported, "one word is longer than the voice can take")
            })?;
            debug!(characters = ?halves.each_ref().map(Chunk::length), "a part is cut into halves");
            halves.into_iter().rev().for_each(|half| parts.push_front(half));
        }
        Err(OutputCheck::nothing())
    }

    fn decode(&mut self, encoded: EncoderOutput, prosody: Prosody) -> Result<Sounding> {
        let Voice { phonemizer, model, .. } = &*self.voice;
        let closing = prosody.durations.iter().rev().take(phonemizer.closing());
        let tail = closing.sum::<usize>() * model.frame_samples();
        let decode = || model.decode(encoded, prosody);
        let sound = stage("decoder", &mut self.stats.decoder, decode)?;
        Ok(Sounding { sound, opened: false, tail })
    }

    /// Runs the encoder and shapes the prosody; none if the model can't take the part in one go.
    fn encode(&mut self, part: &Chunk) -> Result<Option<(EncoderOutput, Prosody)>> {
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
        Ok(prosody.map(|prosody| (encoded, prosody)))
    }
}

/// The style of the speaker that the options ask for. `option-invalid` if the voice lacks it, or can't follow the pitch.
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

/// The span of a request, for the log.
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

/// The symbols of tokens.
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
        Writing::Symbols => Ok(tokens.iter().enumerate().map(written).collect()),
        Writing::Text => {
            let emotions: Vec<_> = controls.iter().map(|control| control.emotion).collect();
            phonemizer.phonemize(tokens, &emotions)
        }
    }
}

/// Runs one stage: counts its seconds and names it on its error.
fn stage<T>(name: &'static str, seconds: &mut f64, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let made = work();
    *seconds += start.elapsed().as_secs_f64();
    made.map_err(|error| error.in_stage(name))
}

/// The chunks of a text and the voice settings in it. `unknown-emotion` for one that the voice lacks.
fn read(frontend: &Frontend, voice: &Voice, text: &str, options: &Options) -> Result<(Vec<Chunk>, Styles)> {
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
    Ok((chunks, markup.styles))
}
