//! What to speak and how: text or symbol lines to chunks, and the prosody requested for their tokens.

use std::collections::BTreeSet;
use std::rc::Rc;

use tracing::{debug_span, warn};

use super::line_chunks;
use super::marks::{self, Cue};
use super::prosody_control::{self, ProsodyControl, Styles};
use crate::chunk::{self, Chunk};
use crate::error::{Error, ErrorKind, Result};
use crate::frontend::{Frontend, Rests, Script, Speaker};
use crate::options::Options;
use crate::token::{Span, Token};
use crate::voice::Voice;
use crate::voice::acoustic::Phoneme;
use crate::voice::symbol_lines::write;

/// What to speak and how.
pub struct Plan {
    /// Voice that speaks.
    pub voice: Rc<Voice>,
    /// Style vector of the speaker, where the markup names no other.
    style: Vec<f32>,
    /// Chunks, in order.
    pub chunks: Vec<Chunk>,
    /// Range of each chunk in the text, including the punctuation around it.
    pub places: Vec<Span>,
    /// Voice settings in the markup.
    pub styles: Styles,
    /// Named places of the markup.
    pub cues: Vec<Cue>,
    /// Silence before the first chunk that the markup asks for, in milliseconds.
    leading_ms: u32,
    /// Indexes of the chunks that end with a pause of the markup.
    rested: BTreeSet<usize>,
    options: Options,
    writing: Writing,
}

/// Silence that the markup asks for around a chunk. The silence that the voice makes itself gives way to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Edges {
    /// Milliseconds before the chunk.
    pub leading_ms: u32,
    /// Whether there is a pause of the markup before it.
    pub opens: bool,
    /// Whether there is a pause of the markup after it.
    pub closes: bool,
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
        let (leading_ms, rested) = (0, BTreeSet::new());
        Ok(Self { voice, style, chunks, places, cues, leading_ms, rested, options, styles, writing })
    }

    /// The plan with the chunks of `text`. Fails with `unknown-emotion` if the voice lacks an emotion.
    pub fn of_text(self, frontend: &Frontend, text: &str) -> Result<Self> {
        let Read { chunks, styles, cues, leading_ms, rested } =
            read(frontend, &self.voice, text, &self.options)?;
        let places = chunk::places(&chunks, &text.encode_utf16().collect::<Vec<_>>());
        Ok(Self { chunks, places, styles, cues, leading_ms, rested, ..self })
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

    /// Style vector of the speaker of a part of a chunk.
    pub fn style(&self, tokens: &[Token]) -> Result<Vec<f32>> {
        let asked =
            tokens.first().and_then(|token| prosody_control::style_of(&self.styles, token)?.speaker.as_ref());
        match asked.and_then(|Speaker { names, sex }| self.voice.speakers.like(names, sex.as_deref())) {
            Some(name) => self.voice.speakers.style(Some(name)),
            None => Ok(self.style.clone()),
        }
    }

    /// Silence that the markup asks for around a chunk.
    pub fn edges(&self, chunk: usize) -> Edges {
        Edges {
            leading_ms: if chunk == 0 { self.leading_ms } else { 0 },
            opens: if chunk == 0 { self.leading_ms > 0 } else { self.rested.contains(&(chunk - 1)) },
            closes: self.rested.contains(&chunk),
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

/// What a text and its markup ask for.
struct Read {
    chunks: Vec<Chunk>,
    styles: Styles,
    cues: Vec<Cue>,
    leading_ms: u32,
    rested: BTreeSet<usize>,
}

/// Reads a text. Fails with `unknown-emotion` if the voice lacks an emotion.
fn read(frontend: &Frontend, voice: &Voice, text: &str, options: &Options) -> Result<Read> {
    let _span = debug_span!("read", stage = "frontend").entered();
    if text.chars().all(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::new(ErrorKind::EmptyText, "the text is empty"));
    }
    let Script { mut tokens, mut markup, left_out, .. } = frontend.read(text, options.markup)?;
    report(&left_out);
    settle_emotions(voice, &mut markup.styles, options)?;
    for token in &mut tokens {
        let control = ProsodyControl::new(voice.phonemizer.as_ref(), options, &markup.styles, token);
        token.pause_ms = (token.pause_ms as f32 * control.pauses() / control.speed).round() as u32;
    }
    tokens.retain(|token| !token.surface.is_empty());
    markup.rest(&mut tokens);
    let Rests { leading_ms, after } = markup.rests(&tokens);
    let rests: BTreeSet<usize> =
        after.iter().filter(|(_, ms)| **ms > 0).map(|(token, _)| token + 1).collect();
    let cuts: BTreeSet<usize> = rests.iter().copied().chain(turns(&tokens, &markup.styles)).collect();
    let chunks = chunk::chunks_cut(tokens, &cuts.into_iter().collect::<Vec<_>>());
    if chunks.is_empty() {
        return Err(Error::new(ErrorKind::NothingToSpeak, "the text has nothing that can be spoken"));
    }
    let cues = marks::cues(markup.marks, &chunks);
    let rested =
        ends(&chunks).enumerate().filter(|(_, end)| rests.contains(end)).map(|(chunk, _)| chunk).collect();
    Ok(Read { chunks, styles: markup.styles, cues, leading_ms, rested })
}

/// Logs what the text has that can't be said: how many places, and the first of them, in UTF-16 units.
fn report(left_out: &[Span]) {
    const LISTED: usize = 10;
    let place = |Span { start, end }: &Span| format!("{start}-{end}");
    let places: Vec<String> = left_out.iter().take(LISTED).map(place).collect();
    if !places.is_empty() {
        let (count, places) = (left_out.len(), places.join(" "));
        warn!(count, places, "the text has characters that can't be said; they are left out");
    }
}

/// Number of tokens up to the end of each chunk.
fn ends(chunks: &[Chunk]) -> impl Iterator<Item = usize> {
    chunks.iter().scan(0, |end, chunk| {
        *end += chunk.tokens.len();
        Some(*end)
    })
}

/// Indexes of the tokens at which another speaker begins.
fn turns(tokens: &[Token], styles: &Styles) -> Vec<usize> {
    let speaker = |token| prosody_control::style_of(styles, token).and_then(|style| style.speaker.clone());
    let speakers: Vec<_> = tokens.iter().map(speaker).collect();
    (1..speakers.len()).filter(|&token| speakers[token - 1] != speakers[token]).collect()
}

/// Leaves out optional emotions that the voice lacks. Fails with `unknown-emotion` if it lacks another.
fn settle_emotions(voice: &Voice, styles: &mut Styles, options: &Options) -> Result<()> {
    let emotions = voice.phonemizer.emotions();
    for (_, style) in styles {
        let Some(emotion) = &style.emotion else { continue };
        match emotions.check(&emotion.name) {
            Err(_) if emotion.optional => {
                warn!(emotion = emotion.name, "the voice lacks an emotion that the markup wishes for");
                style.emotion = None;
            }
            checked => checked?,
        }
    }
    options.emotion.as_deref().map_or(Ok(()), |name| emotions.check(name))
}
