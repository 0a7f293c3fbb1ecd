//! Kind `sambert`: SAM-BERT of KAN-TTS (ModelScope's Sambert-HifiGAN). It has an encoder, a net for pitch and energy, a
//! duration predictor and a decoder that run step by step, and a postnet. The step-by-step parts are plain Rust, since
//! a net for a single step would be mostly overhead.
//!
//! The order of inputs, the formulas and the rounding follow KAN-TTS (github.com/modelscope/KAN-TTS, MIT):
//! `kantts/models/sambert` for the nets and `kantts/utils/ling_unit` for the symbols; the code is our own. PNCA, the
//! attention of the decoder, is that of RobuTrans (Li et al. 2020, AAAI-20). `tests/sambert.rs` compares every stage
//! with the official code.

mod attention;
mod contours;
mod decoder;
mod durations;
pub mod layout;
mod length;
mod linear;
mod neutral;
mod phones;
pub mod symbols;
mod weights;

use tracing::debug_span;

use super::acoustic::{AcousticModel, EncoderOutput, Limits, Scales, Variances};
use crate::error::{Error, ErrorKind, Result};
use crate::network::{self, Network, Tensor};
use crate::vocoder::Mel;
use crate::voice::symbol_ids::SymbolIds;
use contours::ContourNet;
use decoder::{Decoder, Shape};
use durations::DurationNet;
use layout::Geometry;
pub use layout::Layout;
use length::{SymbolRows, Widths};
use neutral::Neutral;
use weights::Weights;

/// Frames of the longest run: 75 s at 80 frames per second.
const MOST_FRAMES: usize = 6000;

/// Acoustic model.
pub struct Sambert {
    encoder: Box<dyn Network>,
    variance: Box<dyn Network>,
    postnet: Box<dyn Network>,
    pitch: ContourNet,
    energy: ContourNet,
    durations: DurationNet,
    decoder: Decoder,
    neutral: Neutral,
    widths: Widths,
    frames_per_step: usize,
    mels: usize,
    limits: Limits,
    scales: Scales,
}

impl Sambert {
    /// Model from its nets (encoder, variance, postnet) and the weights of the step-by-step parts. Fails with
    /// `voice-corrupt` if the weights do not have the sizes stated in the layout.
    pub fn new(layout: &Layout, nets: [Box<dyn Network>; 3], steps: &[u8]) -> Result<Self> {
        let [encoder, variance, postnet] = nets;
        let Geometry { text, emotion, speaker, frames_per_step, decoder } = layout.acoustic;
        let widths = Widths { text, emotion, speaker };
        let weights = Weights::read(steps)?;
        let shape = Shape {
            geometry: decoder,
            memory: widths.memory(frames_per_step),
            frames: frames_per_step,
            mels: layout.mels,
        };
        Ok(Self {
            encoder,
            variance,
            postnet,
            pitch: ContourNet::read(&weights, "pitch_emb", text)?,
            energy: ContourNet::read(&weights, "energy_emb", text)?,
            durations: DurationNet::read(&weights, widths.condition())?,
            decoder: Decoder::read(&weights, shape)?,
            neutral: Neutral::new(layout),
            widths,
            frames_per_step,
            mels: layout.mels,
            limits: Limits { symbols: layout.limits.symbols, frames: MOST_FRAMES },
            scales: Scales { f0: layout.f0, energy: layout.energy },
        })
    }

    /// Text, emotion and speaker vectors of the symbols, `[1, symbols, width]` each.
    fn embed(&self, ids: SymbolIds) -> Result<[Tensor; 3]> {
        let count = ids.len();
        let inputs = ids.into_rows().into_iter().map(|row| Tensor::i64(&[1, count], row)).collect();
        network::run(self.encoder.as_ref(), "encoder", inputs)
    }

    /// Predictions for embedded symbols. Durations are predicted from the unshaped pitch and energy, so that shaping
    /// these does not change the timing.
    fn predict(&self, hidden: [Tensor; 3]) -> Result<EncoderOutput> {
        let count = hidden[0].shape.get(1).copied().unwrap_or_default();
        let hidden = hidden.to_vec();
        let [f0, energy] = network::run(self.variance.as_ref(), "variance", hidden.clone())?;
        let f0 = f0.into_f32(&[1, count], "pitch contour")?;
        let energy = energy.into_f32(&[1, count], "energy contour")?;
        let conditions = self.rows(hidden.clone(), (&f0, &energy))?.conditions(self.widths);
        let _span = debug_span!("run", stage = "encoder").entered();
        let logarithms = self.durations.predict(&conditions);
        let frames = logarithms.into_iter().map(durations::frames).collect();
        EncoderOutput::checked(hidden, Variances { frames, f0, energy })
    }

    /// Text, emotion and speaker vectors of the symbols, with pitch and energy added to the text.
    fn rows(&self, hidden: Vec<Tensor>, contours: (&[f32], &[f32])) -> Result<SymbolRows> {
        let count = contours.0.len();
        let missing = || Error::new(ErrorKind::EngineCrashed, "the encoder's output is incomplete");
        let [text, emotion, speaker] = hidden.try_into().map_err(|_| missing())?;
        let rows = |tensor: Tensor, width, what| tensor.into_f32(&[1, count, width], what);
        let mut text = rows(text, self.widths.text, "text of the symbols")?;
        self.pitch.add(&mut text, contours.0);
        self.energy.add(&mut text, contours.1);
        Ok(SymbolRows {
            text,
            emotion: rows(emotion, self.widths.emotion, "emotion of the symbols")?,
            speaker: rows(speaker, self.widths.speaker, "speaker of the symbols")?,
        })
    }
}

impl AcousticModel for Sambert {
    fn limits(&self) -> Limits {
        self.limits
    }

    fn scales(&self) -> Scales {
        self.scales
    }

    fn encode(&self, ids: SymbolIds) -> Result<EncoderOutput> {
        self.predict(self.embed(ids)?)
    }

    /// Break marks keep the emotion that they were trained with.
    fn encode_at(&self, ids: SymbolIds, intensities: &[f32]) -> Result<EncoderOutput> {
        let between = self.neutral.between(&ids, intensities);
        let mut hidden = self.embed(ids)?;
        if !between.is_empty() {
            let neutral = self.neutral.row(self.widths.emotion, |ids| self.embed(ids))?;
            neutral::interpolate(&mut hidden[1], neutral, &between)?;
        }
        self.predict(hidden)
    }

    fn decode(&self, encoded: EncoderOutput, durations: &[usize]) -> Result<Mel> {
        let EncoderOutput { hidden, variances } = encoded;
        let rows = self.rows(hidden, (&variances.f0, &variances.energy))?;
        let memory = rows.memory(self.widths, durations, self.frames_per_step);
        let frames: usize = durations.iter().sum();
        let mut decoded = {
            let _span = debug_span!("run", stage = "decoder").entered();
            self.decoder.run(&memory, band(&variances.frames, self.frames_per_step))
        };
        decoded.truncate(frames * self.mels);
        let inputs = vec![Tensor::f32(&[1, frames, self.mels], decoded)];
        let [mel] = network::run(self.postnet.as_ref(), "decoder", inputs)?;
        let values = mel.into_f32(&[1, frames, self.mels], "mel")?;
        Ok(Mel { bands: self.mels, frames, values: transposed(&values, self.mels) })
    }
}

/// Steps that the decoder sees at once: those of the longest symbol, rounded.
fn band(frames: &[f32], frames_per_step: usize) -> usize {
    let longest = frames.iter().copied().fold(0.0, f32::max);
    (longest / frames_per_step as f32 + 0.5) as usize
}

/// Transpose of a matrix whose rows have `width` numbers.
fn transposed(columns: &[f32], width: usize) -> Vec<f32> {
    (0..width).flat_map(|row| columns.iter().skip(row).step_by(width).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_is_as_long_as_the_longest_symbol() {
        for (frames, expected) in [(&[][..], 0), (&[0.4], 0), (&[1.0, 12.4, 3.0], 4), (&[13.6], 5)] {
            assert_eq!(band(frames, 3), expected);
        }
    }

    #[test]
    fn columns_become_rows() {
        assert_eq!(transposed(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2), [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
    }
}

#[cfg(test)]
mod twin_tests;
