//! Sound of an utterance, window by window: the decoder net on frames with context, then the source-filter synthesis.

use std::ops::Range;
use std::rc::Rc;

use super::layout::Hz;
use super::pulses::{Pulses, VOICED_HZ};
use super::source_filter::{PARTS, SourceFilter, Spectra, bins};
use crate::error::{Error, ErrorKind, Result};
use crate::network::{self, Network, Tensor};
use crate::vocoder::{FrameWindow, Lengths, Reach, windows};

/// Seed of the noise, the same for every chunk.
const SEED: u64 = 0;

/// The first window is 0.8 s of sound at 80 frames per second. The nets need a fortieth of that on a desktop; the longest
/// window is ready in time where they need an eighth. 27 frames of context per side cost 84 % of the first window and 11 %
/// of the longest.
const LENGTHS: Lengths = Lengths { opening: 64, growth: 8, longest: 512, alignment: 1 };

/// Sample rate and frame length.
#[derive(Clone, Copy, Debug)]
pub struct Audio {
    /// Samples per second.
    pub rate: u32,
    /// Samples per frame of the spectrum.
    pub hop: usize,
}

/// Decoder net with the ranges that it was trained on.
pub struct SpectrumDecoder {
    /// Net from timbre, F0, energy and style to spectra.
    pub net: Box<dyn Network>,
    /// Sample rate and frame length of its spectra.
    pub audio: Audio,
    /// Range of voiced F0.
    pub f0: Hz,
    /// Frames of context on each side of a frame.
    pub context: usize,
}

/// Vectors of symbols, row-major `[width][symbols]`.
pub struct SymbolColumns {
    width: usize,
    count: usize,
    values: Vec<f32>,
}

impl SymbolColumns {
    /// Vectors from a tensor `[1, width, count]` of any width.
    pub fn read(tensor: &Tensor, count: usize, what: &str) -> Result<Self> {
        let width = tensor.shape.get(1).copied().unwrap_or_default();
        Ok(Self { width, count, values: tensor.clone().into_f32(&[1, width, count], what)? })
    }

    /// Columns with the indexes `symbols`, as a tensor `[1, width, symbols]`.
    pub fn stretched(&self, symbols: &[usize]) -> Tensor {
        let rows = self.values.chunks_exact(self.count.max(1));
        let values = rows.flat_map(|row| symbols.iter().map(|&symbol| row[symbol])).collect();
        Tensor::f32(&[1, self.width, symbols.len()], values)
    }
}

/// Inputs of the decoder for the frames of an utterance.
pub struct Frames {
    /// Timbre vectors of the symbols.
    pub timbre: SymbolColumns,
    /// Index of the symbol of each frame.
    pub symbols: Vec<usize>,
    /// Style vector of the speaker.
    pub style: Tensor,
    /// F0 of each frame in Hz.
    pub f0: Vec<f32>,
    /// Energy of each frame.
    pub energy: Vec<f32>,
    /// Factor on the loudness of each frame.
    pub loudness: Vec<f32>,
}

/// Iterator over the windows of an utterance.
pub struct Windows {
    decoder: Rc<SpectrumDecoder>,
    frames: Frames,
    windows: std::vec::IntoIter<FrameWindow>,
    filter: SourceFilter,
}

impl Windows {
    /// Windows over all frames; each is computed on demand.
    pub fn new(decoder: Rc<SpectrumDecoder>, frames: Frames) -> Self {
        let reach = Reach { before: decoder.context, after: decoder.context };
        let all: Vec<FrameWindow> = windows(frames.symbols.len(), reach, 1, LENGTHS).collect();
        Self::of(decoder, frames, all)
    }

    /// Windows of the caller's choice.
    pub(super) fn of(decoder: Rc<SpectrumDecoder>, frames: Frames, windows: Vec<FrameWindow>) -> Self {
        let Audio { rate, hop } = decoder.audio;
        let pulses = Pulses::new(frames.f0.clone(), hop, rate);
        let filter = SourceFilter::new(pulses, hop, frames.symbols.len(), SEED);
        Self { decoder, frames, windows: windows.into_iter(), filter }
    }

    fn run(&mut self, window: &FrameWindow) -> Result<Vec<f32>> {
        let FrameWindow { feed, keep } = window;
        let inputs = self.inputs(feed.clone());
        let [spectra] = network::run(self.decoder.net.as_ref(), "decoder", inputs)?;
        let rows = PARTS * bins(self.decoder.audio.hop);
        let values = spectra.into_f32(&[1, rows, feed.len()], "spectrum")?;
        let spectra = Spectra { values: &values, frames: feed.len() };
        let columns = keep.start - feed.start..keep.end - feed.start;
        let samples = self.filter.advance(&spectra, columns, &self.frames.loudness[keep.clone()])?;
        match samples.iter().all(|sample| sample.is_finite()) {
            true => Ok(samples),
            false => {
                Err(Error::new(ErrorKind::OutputInvalid, "the decoder gave samples that are not numbers"))
            }
        }
    }

    /// Inputs of the net for some frames. F0 outside its range is clamped here; only the pulses follow it.
    fn inputs(&self, feed: Range<usize>) -> Vec<Tensor> {
        let Hz { min, max } = self.decoder.f0;
        let held = |hz: &f32| if *hz > VOICED_HZ { hz.clamp(min, max) } else { *hz };
        let row = |values: Vec<f32>| Tensor::f32(&[1, feed.len()], values);
        vec![
            self.frames.timbre.stretched(&self.frames.symbols[feed.clone()]),
            row(self.frames.f0[feed.clone()].iter().map(held).collect()),
            row(self.frames.energy[feed.clone()].to_vec()),
            self.frames.style.clone(),
        ]
    }
}

impl Iterator for Windows {
    type Item = Result<Vec<f32>>;

    fn next(&mut self) -> Option<Self::Item> {
        let window = self.windows.next()?;
        Some(self.run(&window))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.windows.size_hint()
    }
}

impl ExactSizeIterator for Windows {}
