//! FastSpeech 2 (Ren et al. 2020, arXiv:2006.04558), its contours shaped between the nets.

use super::manifest::Manifest;
use super::positions::Positions;
use crate::error::{Error, ErrorKind, Result};
use crate::network::{self, Network, Tensor};
use crate::vocoder::Mel;

/// What the encoder predicts for each symbol.
#[derive(Clone, Debug, PartialEq)]
pub struct Contours {
    /// Length in frames, not yet rounded.
    pub frames: Vec<f32>,
    /// Pitch in the model's normalised scale.
    pub f0: Vec<f32>,
    /// Energy in the model's normalised scale.
    pub energy: Vec<f32>,
}

/// A text after the encoder: one column a symbol.
pub struct Encoded {
    hidden: Tensor,
    /// To be shaped by the host before [`FastSpeech2::decode`].
    pub contours: Contours,
}

/// The three nets of the acoustic model.
pub struct FastSpeech2 {
    encoder: Box<dyn Network>,
    variance: Box<dyn Network>,
    decoder: Box<dyn Network>,
    positions: Positions,
    mels: usize,
}

impl FastSpeech2 {
    /// Puts the nets together; `manifest` gives the mel bands.
    pub fn new(manifest: &Manifest, nets: [Box<dyn Network>; 3], positions: Positions) -> Self {
        let [encoder, variance, decoder] = nets;
        Self { encoder, variance, decoder, positions, mels: manifest.mels }
    }

    /// The most symbols, or frames, that one run can take.
    pub fn limit(&self) -> usize {
        self.positions.limit()
    }

    /// Runs the encoder over symbol ids, at most [`Self::limit`] of them. `mel-too-short` if it gives them fewer
    /// frames than there are: slow or fast, no speech is so short (the default voice gives 4 a symbol or more).
    pub fn encode(&self, ids: Vec<i64>) -> Result<Encoded> {
        let count = ids.len();
        let inputs = vec![Tensor::i64(&[1, count], ids), self.positions.first(count)?];
        let [hidden, frames, f0, energy] = network::run(self.encoder.as_ref(), "encoder", inputs)?;
        let row = |tensor: Tensor, what| tensor.into_f32(&[1, count], what);
        let contours = Contours {
            frames: row(frames, "durations")?,
            f0: row(f0, "pitch contour")?,
            energy: row(energy, "energy contour")?,
        };
        let frames: f32 = contours.frames.iter().sum();
        if frames < count as f32 {
            return Err(too_short(frames, count));
        }
        Ok(Encoded { hidden, contours })
    }

    /// Embeds the contours, stretches the symbols to their frames and runs the decoder.
    ///
    /// `durations` has one length a symbol; their sum is at most [`Self::limit`].
    pub fn decode(&self, encoded: Encoded, durations: &[usize]) -> Result<Mel> {
        let Encoded { hidden, contours } = encoded;
        let count = durations.len();
        let row = |values| Tensor::f32(&[1, count], values);
        let inputs = vec![hidden, row(contours.f0), row(contours.energy)];
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

/// Frames of each symbol: the prediction rounded. `output-invalid` for one that is not a number, `mel-too-short` if
/// nothing is left of all.
pub fn durations(predicted: &[f32]) -> Result<Vec<usize>> {
    if !predicted.iter().all(|frames| frames.is_finite()) {
        return Err(Error::new(ErrorKind::OutputInvalid, "the encoder gave durations that are not numbers"));
    }
    let rounded: Vec<usize> = predicted.iter().map(|frames| frames.round().max(0.0) as usize).collect();
    match rounded.iter().any(|&frames| frames > 0) {
        true => Ok(rounded),
        false => Err(too_short(0.0, predicted.len())),
    }
}

#[track_caller]
fn too_short(frames: f32, symbols: usize) -> Error {
    Error::new(ErrorKind::MelTooShort, format!("{frames:.1} frames of sound for {symbols} symbols"))
}

/// Repeats each column of `columns` (row-major `[rows][durations.len()]`) by its duration.
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
    fn durations_are_whole() {
        assert_eq!(durations(&[4.4, 0.2, 7.6]).unwrap(), [4, 0, 8]);
        assert_eq!(durations(&[f32::NAN]).unwrap_err().kind(), ErrorKind::OutputInvalid);
    }

    #[test]
    fn no_frames_are_too_short() {
        for predicted in [&[][..], &[0.1, -3.0], &[0.0]] {
            assert_eq!(durations(predicted).unwrap_err().kind(), ErrorKind::MelTooShort);
        }
    }

    #[test]
    fn stretching_repeats_columns_in_every_row() {
        let (stretched, frames) = stretch(&[1.0, 2.0, 3.0, 10.0, 20.0, 30.0], &[2, 0, 1]);
        assert_eq!((stretched, frames), (vec![1.0, 1.0, 3.0, 10.0, 10.0, 30.0], 3));
    }
}
