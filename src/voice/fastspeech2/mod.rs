//! Kind `fastspeech2`: FastSpeech 2 (Ren et al. 2020, arXiv:2006.04558). The host shapes durations, pitch and energy
//! between the nets.

pub mod layout;
mod positions;
pub mod symbols;

use super::acoustic::{AcousticModel, EncoderOutput, Limits, Scales, Variances};
use crate::error::Result;
use crate::network::{self, Network, Tensor};
use crate::vocoder::Mel;
use crate::voice::symbol_ids::SymbolIds;
pub use layout::Layout;
pub use positions::Positions;

/// Acoustic model of three nets.
pub struct FastSpeech2 {
    encoder: Box<dyn Network>,
    variance: Box<dyn Network>,
    decoder: Box<dyn Network>,
    positions: Positions,
    mels: usize,
    scales: Scales,
}

impl FastSpeech2 {
    /// Model from its nets: encoder, variance, decoder.
    pub fn new(layout: &Layout, nets: [Box<dyn Network>; 3], positions: Positions) -> Self {
        let [encoder, variance, decoder] = nets;
        let scales = Scales { f0: layout.f0, energy: layout.energy };
        Self { encoder, variance, decoder, positions, mels: layout.mels, scales }
    }
}

impl AcousticModel for FastSpeech2 {
    fn limits(&self) -> Limits {
        Limits { symbols: self.positions.limit(), frames: self.positions.limit() }
    }

    fn scales(&self) -> Scales {
        self.scales
    }

    /// The voice `baker` gives 4 frames per symbol or more.
    fn encode(&self, ids: SymbolIds) -> Result<EncoderOutput> {
        let ids = ids.into_rows().concat();
        let count = ids.len();
        let inputs = vec![Tensor::i64(&[1, count], ids), self.positions.first(count)?];
        let [hidden, frames, f0, energy] = network::run(self.encoder.as_ref(), "encoder", inputs)?;
        let row = |tensor: Tensor, what| tensor.into_f32(&[1, count], what);
        let variances = Variances {
            frames: row(frames, "durations")?,
            f0: row(f0, "pitch contour")?,
            energy: row(energy, "energy contour")?,
        };
        EncoderOutput::checked(vec![hidden], variances)
    }

    /// Embeds the contours, stretches the symbols to their frames and runs the decoder.
    fn decode(&self, encoded: EncoderOutput, durations: &[usize]) -> Result<Mel> {
        let EncoderOutput { hidden: mut inputs, variances } = encoded;
        let count = durations.len();
        inputs.extend([variances.f0, variances.energy].map(|values| Tensor::f32(&[1, count], values)));
        let [embedded] = network::run(self.variance.as_ref(), "variance", inputs)?;
        let embedded = embedded.into_f32(&[1, self.positions.cols(), count], "embedded symbols")?;
        let (stretched, frames) = stretch(&embedded, durations);
        let inputs =
            vec![Tensor::f32(&[1, self.positions.cols(), frames], stretched), self.positions.first(frames)?];
        let [mel] = network::run(self.decoder.as_ref(), "decoder", inputs)?;
        let values = mel.into_f32(&[1, self.mels, frames], "mel")?;
        Ok(Mel { bands: self.mels, frames, values })
    }
}

/// Columns (row-major `[rows][durations.len()]`), each repeated by its duration, and the number of frames.
fn stretch(columns: &[f32], durations: &[usize]) -> (Vec<f32>, usize) {
    let frames = durations.iter().sum();
    let mut stretched = Vec::with_capacity(columns.len() / durations.len().max(1) * frames);
    for row in columns.chunks(durations.len().max(1)) {
        for (&value, &times) in row.iter().zip(durations) {
            stretched.extend(std::iter::repeat_n(value, times));
        }
    }
    (stretched, frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretching_repeats_columns_in_every_row() {
        let (stretched, frames) = stretch(&[1.0, 2.0, 3.0, 10.0, 20.0, 30.0], &[2, 0, 1]);
        assert_eq!((stretched, frames), (vec![1.0, 1.0, 3.0, 10.0, 10.0, 30.0], 3));
    }
}
