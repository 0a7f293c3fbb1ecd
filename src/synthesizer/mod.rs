//! The pipeline: text to chunks, chunks to windows of samples. Each window is computed on demand, so memory does not
//! grow with the text.

mod kept;
mod line_chunks;
mod marks;
mod output_check;
mod plan;
pub mod prosody_control;
pub mod shape;
mod speak;
mod stats;
pub mod symbol;
#[cfg(test)]
mod tests;
mod times;
mod tones;

use std::rc::Rc;

use tracing::{Span as TracingSpan, field, info_span};

use crate::chunk::Chunk;
use crate::error::{ChunkPlace, Error, ErrorKind, Result};
use crate::frontend::Frontend;
use crate::options::Options;
use crate::token::Span;
use crate::voice::Voice;
pub use marks::PlacedMark;
use plan::Plan;
pub use speak::AudioWindow;
use speak::Speaking;
pub use stats::Stats;
use stats::stage;
pub use times::SpokenAt;

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
    plan: Plan,
    /// Largest part of a chunk in one run, in characters.
    limit: usize,
    /// Index of the current chunk, or of the next one.
    at: usize,
    speaking: Option<Speaking>,
    stats: Stats,
    /// Log span, open as long as the synthesis.
    request: TracingSpan,
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
        let plan = Plan::new(voice, options)?;
        let span = span_of(&plan.voice, text, request);
        let mut stats = Stats::default();
        let read = || plan.of_text(frontend, text);
        let plan = span.in_scope(|| stage("frontend", &mut stats.frontend, read))?;
        Ok(Self { stats, ..Self::of_plan(plan, span) })
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
        let plan = Plan::new(voice, options)?;
        let span = span_of(&plan.voice, text, request);
        let plan = span.in_scope(|| plan.of_lines(text))?;
        Ok(Self::of_plan(plan, span))
    }

    fn of_plan(plan: Plan, request: TracingSpan) -> Self {
        request.record("chunks", plan.chunks.len());
        Self { plan, limit: usize::MAX, at: 0, speaking: None, stats: Stats::default(), request }
    }

    /// Symbol lines of the text, one per chunk: `<index>\t{symbol} {symbol}`.
    pub fn lines(&self) -> Result<String> {
        self.plan.lines()
    }

    /// Chunks of the text, in order.
    pub fn chunks(&self) -> &[Chunk] {
        &self.plan.chunks
    }

    /// Range of each chunk in the text, including the punctuation around it.
    pub fn places(&self) -> &[Span] {
        &self.plan.places
    }

    /// Time spent and audio made so far.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Moves to the start of a chunk, forwards or back: the next window is its first. The number of chunks itself is
    /// the end of the text; fails with `option-invalid` above it.
    pub fn resume(&mut self, chunk: usize) -> Result<()> {
        if chunk > self.plan.chunks.len() {
            let message = format!("there is no chunk {chunk} among {}", self.plan.chunks.len());
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
        let window = span.in_scope(|| speaking.next_window(&self.plan, self.limit, &mut self.stats));
        let window = window.map_err(|error| self.located(error))?;
        match window.last {
            true => self.at += 1,
            false => self.speaking = Some(speaking),
        }
        self.request.record("audio_seconds", self.stats.audio);
        Ok(Some(window))
    }

    fn begin(&self) -> Option<Speaking> {
        Some(Speaking::new(self.at, self.plan.chunks.get(self.at)?, &self.plan))
    }

    fn located(&self, error: Error) -> Error {
        match self.plan.places.get(self.at) {
            Some(&Span { start, end }) => error.in_chunk(ChunkPlace { index: self.at, start, end }),
            None => error,
        }
    }
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
