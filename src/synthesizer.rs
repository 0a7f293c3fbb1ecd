//! The pipeline: text to chunks, chunks to windows of samples, each made when it is asked for.

use std::collections::VecDeque;
use std::rc::Rc;

use serde::Serialize;
use web_time::Instant;

use crate::audio;
use crate::chunk::{self, Chunk};
use crate::error::{Error, ErrorKind, Result};
use crate::frontend::{Frontend, Span, Style, Token};
use crate::options::Options;
use crate::vocoder::{Mel, Window};
use crate::voice::Voice;
use crate::voice::fastspeech2::{Encoded, durations};

/// Length of the fades at the edges of a chunk: short enough to keep a plosive, long enough not to click.
const FADE_MS: u32 = 5;

/// Seconds spent by stage, and seconds of sound made.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Stats {
    pub frontend: f64,
    pub encoder: f64,
    pub decoder: f64,
    pub vocoder: f64,
    pub audio: f64,
}

/// A stretch of samples of one chunk.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
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
    /// Voice settings that the text's markup asks for; of those around a token the last one counts.
    styles: Vec<(Span, Style)>,
    chunks: Vec<Chunk>,
    next_chunk: usize,
    /// Parts of the current chunk that are still to be run through the acoustic model; more than one only where
    /// the chunk made more frames than the model can take.
    parts: VecDeque<Chunk>,
    sounding: Option<Sounding>,
    stats: Stats,
}

/// A mel on its way through the vocoder.
struct Sounding {
    mel: Mel,
    windows: VecDeque<Window>,
    opens_chunk: bool,
    /// Samples of the silence that the voice itself puts at the end.
    tail: usize,
}

impl Synthesis {
    /// Reads `text` and cuts it into chunks; no sound is made yet.
    ///
    /// `empty-text` for a blank text, `nothing-to-speak` for one without anything to read aloud.
    pub fn new(frontend: &Frontend, voice: Rc<Voice>, text: &str, options: Options) -> Result<Self> {
        if text.chars().all(|c| c.is_whitespace() || c.is_control()) {
            return Err(Error::new(ErrorKind::EmptyText, "the text is empty"));
        }
        let start = Instant::now();
        let script = frontend.script(text)?;
        refuse_emotions(&script.styles, &voice)?;
        let mut tokens = frontend.tokens(&script);
        tokens.retain(|token| !token.surface.is_empty());
        let chunks = chunk::chunks(tokens);
        if chunks.is_empty() {
            return Err(Error::new(ErrorKind::NothingToSpeak, "the text has nothing that can be spoken"));
        }
        let mut synthesis = Self::of_chunks(voice, chunks, options, script.styles);
        synthesis.stats.frontend = start.elapsed().as_secs_f64();
        Ok(synthesis)
    }

    fn of_chunks(voice: Rc<Voice>, chunks: Vec<Chunk>, options: Options, styles: Vec<(Span, Style)>) -> Self {
        let (parts, stats) = (VecDeque::new(), Stats::default());
        Self { voice, options, styles, chunks, next_chunk: 0, parts, sounding: None, stats }
    }

    /// All chunks of the text, in order.
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// Time spent so far, and sound made so far.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Makes the next piece; none when the text is spoken.
    pub fn next_piece(&mut self) -> Result<Option<Piece>> {
        if self.sounding.is_none() {
            self.sounding = self.next_mel()?;
        }
        let Some(Sounding { mel, windows, opens_chunk, tail }) = &mut self.sounding else { return Ok(None) };
        let Some(window) = windows.pop_front() else { return Ok(None) };
        let start = Instant::now();
        let mut samples = self.voice.vocoder.run(mel, &window)?;
        self.stats.vocoder += start.elapsed().as_secs_f64();

        let rate = self.voice.manifest.sample_rate;
        let (opens_mel, closes_mel) = (window.keep.start == 0, windows.is_empty());
        let first = opens_mel && *opens_chunk;
        let last = closes_mel && self.parts.is_empty();
        let tail = *tail;
        if opens_mel {
            audio::fade_in(&mut samples, audio::samples_in(FADE_MS, rate));
        }
        if closes_mel {
            audio::fade_out(&mut samples, audio::samples_in(FADE_MS, rate));
            self.sounding = None;
        }
        let chunk = self.next_chunk - 1;
        if last {
            let pause = audio::samples_in(self.chunks[chunk].pause_ms(), rate);
            samples.resize(samples.len() + pause.saturating_sub(tail), 0.0);
        }
        self.stats.audio += samples.len() as f64 / f64::from(rate);
        Ok(Some(Piece { chunk, first, last, samples }))
    }

    /// The mel of the next part, or none at the end of the text.
    fn next_mel(&mut self) -> Result<Option<Sounding>> {
        let opens_chunk = self.parts.is_empty();
        if opens_chunk {
            let Some(chunk) = self.chunks.get(self.next_chunk) else { return Ok(None) };
            self.parts.push_back(chunk.clone());
            self.next_chunk += 1;
        }
        while let Some(part) = self.parts.pop_front() {
            if let Some((encoded, durations)) = self.encode(&part)? {
                let start = Instant::now();
                let mel = self.voice.acoustic.decode(encoded, &durations)?;
                self.stats.decoder += start.elapsed().as_secs_f64();
                let windows = self.voice.vocoder.windows(&mel).collect();
                let closing = durations.iter().rev().take(self.voice.manifest.ends.end.len());
                let tail = closing.sum::<usize>() * self.voice.manifest.hop;
                return Ok(Some(Sounding { mel, windows, opens_chunk, tail }));
            }
            let halves = part.halves().ok_or_else(|| {
                Error::new(ErrorKind::VoiceUnsupported, "one word is longer than the voice can take")
            })?;
            halves.into_iter().rev().for_each(|half| self.parts.push_front(half));
        }
        Ok(None)
    }

    /// Runs the encoder and shapes its contours; none if the model can't take the part in one go.
    fn encode(&mut self, part: &Chunk) -> Result<Option<(Encoded, Vec<usize>)>> {
        let Voice { manifest, symbols, acoustic, .. } = &*self.voice;
        let spelled = symbols.spell(&part.tokens)?;
        let ids = symbols.ids(spelled.iter().map(|(symbol, _)| symbol))?;
        if ids.len() > acoustic.limit() {
            return Ok(None);
        }
        let start = Instant::now();
        let mut encoded = acoustic.encode(ids)?;
        self.stats.encoder += start.elapsed().as_secs_f64();
        let manners: Vec<Options> = part.tokens.iter().map(|token| self.manner(token)).collect();
        let contours = &mut encoded.contours;
        for (i, &(_, token)) in spelled.iter().enumerate() {
            let Options { speed, pitch, energy } = manners[token];
            contours.frames[i] /= speed;
            contours.f0[i] = manifest.f0.scaled(contours.f0[i], pitch);
            contours.energy[i] = manifest.energy.scaled(contours.energy[i], energy);
        }
        let durations = durations(&contours.frames)?;
        Ok((durations.iter().sum::<usize>() <= acoustic.limit()).then_some((encoded, durations)))
    }

    /// The caller's options for one token, times what the markup asks for.
    fn manner(&self, token: &Token) -> Options {
        let around = |span: &Span| span.start <= token.span.start && token.span.end <= span.end;
        let Some((_, style)) = self.styles.iter().rev().find(|(span, _)| around(span)) else {
            return self.options;
        };
        let Options { speed, pitch, energy } = self.options;
        Options { speed: speed * style.speed, pitch: pitch * style.pitch, energy: energy * style.volume }
    }
}

/// `unknown-emotion` if the markup names one: a voice of this kind has none.
fn refuse_emotions(styles: &[(Span, Style)], voice: &Voice) -> Result<()> {
    match styles.iter().find_map(|(_, style)| style.emotion.as_ref()) {
        None => Ok(()),
        Some(emotion) => Err(Error::new(
            ErrorKind::UnknownEmotion,
            format!("the voice {} has no emotions, the text asks for \"{emotion}\"", voice.manifest.id),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend::{Boundary, Syllable};
    use crate::network::{Network, Tensor};
    use crate::voice::manifest::tests::manifest;
    use crate::voice::positions::Positions;

    /// A net made of a closure over its inputs.
    struct Fake<F>(F);

    impl<F: Fn(&[Tensor]) -> Vec<Tensor>> Network for Fake<F> {
        fn run(&self, inputs: Vec<Tensor>) -> Result<Vec<Tensor>> {
            Ok((self.0)(&inputs))
        }
    }

    fn net<F: Fn(&[Tensor]) -> Vec<Tensor> + 'static>(run: F) -> Box<dyn Network> {
        Box::new(Fake(run))
    }

    /// Three frames a symbol, every sample `level`; 63 positions, so that 21 symbols are the most.
    fn voice(level: f32) -> Rc<Voice> {
        let manifest = manifest();
        let table = vec![0; manifest.positions.rows * manifest.positions.cols * 4];
        let positions = Positions::read(&manifest.positions, &table).unwrap();
        let encoder = net(|inputs| {
            let count = inputs[0].shape[1];
            let row = |value| Tensor::f32(&[1, count], vec![value; count]);
            vec![Tensor::f32(&[1, 2, count], vec![0.0; 2 * count]), row(3.0), row(0.0), row(0.0)]
        });
        let variance = net(|inputs| vec![inputs[0].clone()]);
        let decoder = net(|inputs| vec![inputs[0].clone()]);
        let vocoder = net(move |inputs| {
            let samples = 4 * inputs[0].shape[2];
            vec![Tensor::f32(&[1, 1, samples], vec![level; samples])]
        });
        Rc::new(Voice::assemble(manifest, [encoder, variance, decoder], vocoder, positions).unwrap())
    }

    fn chunk(syllables: usize) -> Chunk {
        let syllable = || vec![Syllable { base: "ba".to_owned(), tone: 1 }];
        let token = |i: usize| Token {
            text: "八".to_owned(),
            span: Span { start: i, end: i + 1 },
            pinyin: syllable(),
            surface: syllable(),
            boundary: if i + 1 == syllables { Boundary::Sentence } else { Boundary::Syllable },
            mark: None,
            pause_ms: if i + 1 == syllables { 100 } else { 0 },
        };
        Chunk { tokens: (0..syllables).map(token).collect() }
    }

    fn speak(level: f32, chunks: Vec<Chunk>) -> Result<Vec<Piece>> {
        let mut synthesis = Synthesis::of_chunks(voice(level), chunks, Options::default(), Vec::new());
        std::iter::from_fn(|| synthesis.next_piece().transpose()).collect()
    }

    /// Samples of `syllables` spoken in one go: 3 frames of 4 samples for each of the opening silence, two symbols
    /// a syllable and a mark between; then 100 ms at 8 kHz, of which the two closing symbols are a part.
    fn samples(syllables: usize) -> usize {
        (1 + 2 * syllables + (syllables - 1)) * 12 + 800
    }

    #[test]
    fn each_chunk_is_opened_and_closed_once_and_followed_by_its_pause() {
        let pieces = speak(0.5, vec![chunk(1), chunk(6)]).unwrap();
        for (index, syllables) in [(0, 1), (1, 6)] {
            let of_chunk: Vec<_> = pieces.iter().filter(|piece| piece.chunk == index).collect();
            assert_eq!(of_chunk.iter().map(|piece| piece.samples.len()).sum::<usize>(), samples(syllables));
            assert_eq!(of_chunk.iter().filter(|piece| piece.first).count(), 1);
            assert!(of_chunk[0].first && of_chunk[of_chunk.len() - 1].last);
        }
        assert!(pieces[0].samples[0].abs() < 0.01);
        assert!(pieces[0].samples.ends_with(&[0.0; 776]));
    }

    #[test]
    fn a_chunk_of_too_many_frames_is_spoken_in_parts() {
        let pieces = speak(0.5, vec![chunk(40)]).unwrap();
        assert!(pieces.iter().all(|piece| piece.chunk == 0));
        assert_eq!(pieces.iter().filter(|piece| piece.first).count(), 1);
        assert_eq!(pieces.iter().filter(|piece| piece.last).count(), 1);
        assert!(pieces.last().unwrap().last);
    }

    #[test]
    fn markup_shapes_the_tokens_inside_it() {
        let slow = Style { speed: 0.5, ..Style::default() };
        let styles = vec![(Span { start: 1, end: 2 }, slow)];
        let mut synthesis = Synthesis::of_chunks(voice(0.5), vec![chunk(3)], Options::default(), styles);
        let pieces: Vec<_> = std::iter::from_fn(|| synthesis.next_piece().unwrap()).collect();
        let spoken: usize = pieces.iter().map(|piece| piece.samples.len()).sum();
        // The middle token has two symbols and a mark, all twice as long.
        assert_eq!(spoken, samples(3) + 3 * 12);
    }

    #[test]
    fn samples_that_are_not_numbers_are_an_error() {
        assert_eq!(speak(f32::NAN, vec![chunk(1)]).unwrap_err().kind(), ErrorKind::OutputInvalid);
    }
}
