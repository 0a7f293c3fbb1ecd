//! What to speak and how: text or symbol lines to chunks, and the prosody requested for their tokens.

use std::rc::Rc;

use tracing::debug_span;

use super::line_chunks;
use super::marks::{self, Cue};
use super::prosody_control::{self, ProsodyControl, Styles};
use crate::chunk::{self, Chunk};
use crate::error::{Error, ErrorKind, Result};
use crate::frontend::{Frontend, Script};
use crate::options::Options;
use crate::token::{Span, Token};
use crate::voice::Voice;
use crate::voice::acoustic::Phoneme;
use crate::voice::symbol_lines::write;

/// What to speak and how.
pub struct Plan {
    /// Voice that speaks.
    pub voice: Rc<Voice>,
    /// Style vector of the speaker.
    pub style: Vec<f32>,
    /// Chunks, in order.
    pub chunks: Vec<Chunk>,
    /// Range of each chunk in the text, including the punctuation around it.
    pub places: Vec<Span>,
    /// Voice settings in the markup.
    pub styles: Styles,
    /// Named places of the markup.
    pub cues: Vec<Cue>,
    options: Options,
    writing: Writing,
}

/// Kind of text that a token holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    /// Characters and words for the phonemizer.
    Text,
    /// Symbols of the voice.
    Symbols,
}

impl Plan {
    /// Plan without any chunks. Fails with `option-invalid` if the voice lacks the speaker or can't follow the pitch.
    pub fn new(voice: Rc<Voice>, options: Options) -> Result<Self> {
        let style = checked(&voice, &options)?;
        let (styles, writing) = (Styles::new(), Writing::Text);
        let (chunks, places, cues) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { voice, style, chunks, places, cues, options, styles, writing })
    }

    /// The plan with the chunks of `text`. Fails with `unknown-emotion` if the voice lacks an emotion.
    pub fn of_text(self, frontend: &Frontend, text: &str) -> Result<Self> {
        let (chunks, styles, cues) = read(frontend, &self.voice, text, &self.options)?;
        let places = chunk::places(&chunks, &text.encode_utf16().collect::<Vec<_>>());
        Ok(Self { chunks, places, styles, cues, ..self })
    }

    /// The plan with a chunk for each of the symbol lines. Fails with `empty-text` or `markup-invalid`.
    pub fn of_lines(self, text: &str) -> Result<Self> {
        let chunks = line_chunks::chunks(text, self.voice.phonemizer.as_ref())?;
        let places = chunks.iter().map(Chunk::span).collect();
        Ok(Self { chunks, places, writing: Writing::Symbols, ..self })
    }

    /// Symbol lines of the chunks: `<index>\t{symbol} {symbol}`.
    pub fn lines(&self) -> Result<String> {
        let line = |(index, chunk): (usize, &Chunk)| {
            let phonemes = self.phonemes(&chunk.tokens, &self.controls(&chunk.tokens))?;
            Ok(format!("{index}\t{}", write(phonemes.iter().map(|phoneme| phoneme.symbol.as_str()))))
        };
        Ok(self.chunks.iter().enumerate().map(line).collect::<Result<Vec<_>>>()?.join("\n"))
    }

    /// Prosody requested for each token.
    pub fn controls(&self, tokens: &[Token]) -> Vec<ProsodyControl<'_>> {
        prosody_control::controls(self.voice.phonemizer.as_ref(), &self.options, &self.styles, tokens)
    }

    /// Symbols of tokens.
    pub fn phonemes(&self, tokens: &[Token], controls: &[ProsodyControl]) -> Result<Vec<Phoneme>> {
        let phonemizer = self.voice.phonemizer.as_ref();
        let written = |(token, Token { text, .. }): (usize, &Token)| Phoneme {
            symbol: text.clone(),
            role: phonemizer.role(text),
            token,
        };
        match self.writing {
            Writing::Symbols => Ok(phonemizer.enclosed(tokens.iter().enumerate().map(written).collect())),
            Writing::Text => {
                let emotions: Vec<_> = controls.iter().map(|control| control.emotion).collect();
                phonemizer.phonemize(tokens, &emotions)
            }
        }
    }

    /// Whether the whole chunk has volume 0.
    pub fn is_silenced(&self, chunk: &Chunk) -> bool {
        self.controls(&chunk.tokens).iter().all(|control| control.energy == 0.0)
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

/// Chunks of a text, and the voice settings and named places in its markup. Fails with `unknown-emotion` if the voice
/// lacks an emotion.
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
