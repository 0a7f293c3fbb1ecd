//! Synthesis of samples from a spectrum and a source, frame by frame.
//!
//! Each frame of the spectrum has a complex mask for the pulses, the level of the noise, and a remainder. Their sum
//! goes through an inverse Fourier transform; frames of four hops overlap by three quarters under Hann windows. The
//! overlap is carried over, so frames can be added in runs of any length.

use std::f32::consts::PI;
use std::ops::Range;
use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, FftError, RealFftPlanner, RealToComplex};

use super::elementary::{exp, sin_cos, tanh};
use super::noise;
use super::pulses::Pulses;
use crate::error::{Error, ErrorKind, Result};

/// Length of a frame in hops.
const HOPS: usize = 4;

/// Number of values per bin: magnitude and phase of the mask, level of the noise, magnitude and phase of the remainder.
pub const PARTS: usize = 5;

/// Logarithm of the largest magnitude, that of a sharp peak at full scale. Larger predictions are clamped.
const MOST_LOG: f32 = 7.0;

/// Number of bins of a spectrum, for `hop` samples per frame.
pub fn bins(hop: usize) -> usize {
    HOPS / 2 * hop + 1
}

/// Spectra of frames, as the decoder outputs them.
pub struct Spectra<'a> {
    /// Values, `[PARTS * bins][frames]`.
    pub values: &'a [f32],
    /// Number of frames.
    pub frames: usize,
}

impl Spectra<'_> {
    /// The values of some frames, a row of all parts and bins for each: neighbours in memory, where they are read one
    /// after the other.
    fn rows(&self, columns: Range<usize>) -> Vec<f32> {
        let length = self.values.len() / self.frames.max(1);
        let mut rows = vec![0.0; length * columns.len()];
        for (at, values) in self.values.chunks_exact(self.frames.max(1)).enumerate() {
            let places = rows.iter_mut().skip(at).step_by(length);
            places.zip(&values[columns.clone()]).for_each(|(place, value)| *place = *value);
        }
        rows
    }
}

/// Frames whose values are put in order at once, so that a row of the spectra is read by whole cache lines.
const BLOCK: usize = 16;

/// Synthesis of one utterance.
pub struct SourceFilter {
    pulses: Pulses,
    hop: usize,
    /// Number of frames of the utterance.
    frames: usize,
    /// Index of the next frame.
    next: usize,
    seed: u64,
    window: Vec<f32>,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    /// Pulses under the next frame.
    source: Vec<f32>,
    /// Sum of the frames so far, from the first sample of the next frame on.
    sum: Vec<f32>,
    /// Sum of the squares of their windows.
    weight: Vec<f32>,
}

impl SourceFilter {
    /// Synthesis of an utterance of `frames` frames of `hop` samples.
    pub fn new(mut pulses: Pulses, hop: usize, frames: usize, seed: u64) -> Self {
        let length = HOPS * hop;
        let mut planner = RealFftPlanner::new();
        let hann = |i: usize| 0.5 - 0.5 * (2.0 * PI * i as f32 / length as f32).cos();
        let mut source = vec![0.0; length];
        pulses.fill(&mut source[length / 2..]);
        Self {
            pulses,
            hop,
            frames,
            next: 0,
            seed,
            window: (0..length).map(hann).collect(),
            forward: planner.plan_fft_forward(length),
            inverse: planner.plan_fft_inverse(length),
            source,
            sum: vec![0.0; length],
            weight: vec![0.0; length],
        }
    }

    /// Samples completed by the frames `columns` of `spectra`, with a factor on the loudness of each. The last frame of
    /// the utterance completes all remaining samples.
    pub fn advance(
        &mut self,
        spectra: &Spectra,
        columns: Range<usize>,
        loudness: &[f32],
    ) -> Result<Vec<f32>> {
        let mut samples = Vec::with_capacity((columns.len() + 2) * self.hop);
        for (block, loudness) in loudness.chunks(BLOCK).enumerate() {
            let start = columns.start + block * BLOCK;
            let rows = spectra.rows(start..start + loudness.len());
            for (row, &loudness) in rows.chunks_exact(rows.len() / loudness.len()).zip(loudness) {
                self.advance_one(row, loudness, &mut samples)?;
            }
        }
        Ok(samples)
    }

    fn advance_one(&mut self, values: &[f32], loudness: f32, samples: &mut Vec<f32>) -> Result<()> {
        let mut spectrum = self.excitation()?;
        self.shape(&mut spectrum, values, loudness);
        self.add(&mut spectrum)?;
        // The middle of the first frame is the first sample.
        if self.next >= HOPS / 2 {
            self.emit(0..self.hop, samples);
        }
        self.next += 1;
        if self.next == self.frames {
            let start = if self.frames == 1 { 2 * self.hop } else { self.hop };
            self.emit(start..3 * self.hop, samples);
        }
        self.step();
        Ok(())
    }

    /// Spectrum of the pulses under the next frame.
    fn excitation(&self) -> Result<Vec<Complex32>> {
        let scale = 1.0 / self.hop as f32;
        let mut windowed: Vec<f32> =
            self.source.iter().zip(&self.window).map(|(source, window)| source * window * scale).collect();
        let mut spectrum = self.forward.make_output_vec();
        self.forward.process(&mut windowed, &mut spectrum).map_err(failed)?;
        Ok(spectrum)
    }

    /// Turns the spectrum of the pulses into that of speech. `values` has all bins of each part.
    fn shape(&self, spectrum: &mut [Complex32], values: &[f32], loudness: f32) {
        let bins = spectrum.len();
        let part = |part: usize| &values[part * bins..(part + 1) * bins];
        let mask = polar(part(0), part(1), |phase| PI * tanh(phase));
        let rest = polar(part(3), part(4), |phase| phase);
        let level: Vec<f32> = part(2).iter().map(|log| magnitude(*log)).collect();
        for (bin, value) in spectrum.iter_mut().enumerate() {
            let noise = noise::value(self.seed, self.next, bin) * level[bin];
            *value = (*value * mask[bin] + noise + rest[bin]) * loudness;
        }
        // A real signal has none of these.
        spectrum[0].im = 0.0;
        spectrum[bins - 1].im = 0.0;
    }

    /// Overlap-adds a frame.
    fn add(&mut self, spectrum: &mut [Complex32]) -> Result<()> {
        let mut frame = self.inverse.make_output_vec();
        self.inverse.process(spectrum, &mut frame).map_err(failed)?;
        let scale = 1.0 / frame.len() as f32;
        for (i, sample) in frame.iter().enumerate() {
            let window = self.window[i];
            self.sum[i] += sample * window * scale;
            self.weight[i] += window * window;
        }
        Ok(())
    }

    fn emit(&self, range: Range<usize>, samples: &mut Vec<f32>) {
        samples.extend(range.map(|i| self.sum[i] / self.weight[i]));
    }

    /// Advances by one hop.
    fn step(&mut self) {
        let (hop, length) = (self.hop, self.source.len());
        for carried in [&mut self.source, &mut self.sum, &mut self.weight] {
            carried.copy_within(hop.., 0);
            carried[length - hop..].fill(0.0);
        }
        self.pulses.fill(&mut self.source[length - hop..]);
    }
}

/// Numbers from the logarithms of their magnitudes, and their phases.
#[inline(always)]
fn polar(logs: &[f32], phases: &[f32], phase: impl Fn(f32) -> f32) -> Vec<Complex32> {
    let number = |(log, angle): (&f32, &f32)| {
        let (magnitude, (sin, cos)) = (magnitude(*log), sin_cos(phase(*angle)));
        Complex32::new(magnitude * cos, magnitude * sin)
    };
    logs.iter().zip(phases).map(number).collect()
}

/// Magnitude from its logarithm. NaN stays NaN.
#[inline(always)]
fn magnitude(log: f32) -> f32 {
    exp(if log > MOST_LOG { MOST_LOG } else { log })
}

#[track_caller]
fn failed(cause: FftError) -> Error {
    Error::new(ErrorKind::EngineCrashed, "the Fourier transform failed").because(cause)
}

#[cfg(test)]
#[path = "source_filter_tests.rs"]
mod tests;
