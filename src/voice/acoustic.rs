//! What the pipeline asks of an acoustic model, whatever its family.

use serde::Deserialize;

use super::emotion::{Emotions, Preset};
use super::parts::Scale;
use crate::error::{Error, ErrorKind, Result};
use crate::network::Tensor;
use crate::token::{Boundary, Token};
use crate::vocoder::Mel;

/// Tokens to the symbols that an acoustic model was trained on.
pub trait Phonemizer {
    /// The symbols of `tokens`. `emotions` has the name of each token's emotion, if it has one, all of them among
    /// [`Self::emotions`]. `voice-unsupported` for a syllable that the voice has not.
    fn phonemize(&self, tokens: &[Token], emotions: &[Option<&str>]) -> Result<Vec<Phoneme>>;

    /// What can be asked for by name.
    fn emotions(&self) -> Emotions;

    /// How rules speak an emotion of [`Self::emotions`]; none if the voice was trained on it.
    fn preset(&self, _emotion: &str) -> Option<&'static Preset> {
        None
    }

    /// What a symbol is in the sound, as far as it says by itself.
    fn role(&self, symbol: &str) -> Role;

    /// What follows a symbol: where a line of symbols may be cut if it is too long for the voice.
    fn boundary(&self, symbol: &str) -> Boundary;

    /// The ids of symbols: one row for each field that a symbol has.
    fn ids(&self, symbols: &[String]) -> Result<Vec<Vec<i64>>>;

    /// Symbols at the end of every input that are silence.
    fn closing(&self) -> usize;
}

/// A symbol of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phoneme {
    /// As symbol lines write it.
    pub symbol: String,
    /// What it is in the sound.
    pub role: Role,
    /// Index of the token that it belongs to, the nearest one for what stands around them.
    pub token: usize,
}

/// What a symbol is in the sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The consonant that opens a syllable.
    Onset,
    /// The rest of the syllable, which carries its tone; where that has several symbols, the first.
    Rhyme,
    /// A later symbol of the rhyme.
    Coda,
    /// A boundary between syllables.
    Boundary,
    /// Silence inside an input, where punctuation is.
    Pause,
    /// What opens and closes an input.
    End,
}

/// Symbols to mel in two halves, between which the contours are shaped.
pub trait AcousticModel {
    /// The most that one run can take.
    fn limits(&self) -> Limits;

    /// What the contours stand for.
    fn scales(&self) -> Scales;

    /// Predicts the contours of symbol ids, at most as many as the limit. `mel-too-short` if they get fewer frames
    /// than there are: slow or fast, no speech is so short.
    fn encode(&self, ids: Vec<Vec<i64>>) -> Result<EncoderOutput>;

    /// As [`Self::encode`], with the emotion of each symbol so far from the neutral one (0) as its intensity says (1:
    /// as it was trained). It makes no difference to a model that was trained on none.
    fn encode_at(&self, ids: Vec<Vec<i64>>, _intensities: &[f32]) -> Result<EncoderOutput> {
        self.encode(ids)
    }

    /// The mel of shaped contours. `durations` has the frames of each symbol, at most as many as the limit.
    fn decode(&self, encoded: EncoderOutput, durations: &[usize]) -> Result<Mel>;
}

/// Sizes that a model can take in one run.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub struct Limits {
    /// Symbols.
    pub symbols: usize,
    /// Frames.
    pub frames: usize,
}

/// What the values of contours stand for.
#[derive(Clone, Copy, Debug)]
pub struct Scales {
    /// Hz of the pitch contour.
    pub f0: Scale,
    /// Loudness of the energy contour.
    pub energy: Scale,
}

/// What a model predicts.
#[derive(Clone, Debug, PartialEq)]
pub struct Variances {
    /// Length of each symbol in frames, not yet rounded.
    pub frames: Vec<f32>,
    /// Pitch, in the model's own scale, of each symbol or in steps as short as the model's.
    pub f0: Vec<f32>,
    /// Energy likewise.
    pub energy: Vec<f32>,
}

/// A text between the two halves.
pub struct EncoderOutput {
    /// What the model itself carries over.
    pub(super) hidden: Vec<Tensor>,
    /// To be shaped by the host before [`AcousticModel::decode`].
    pub variances: Variances,
}

impl EncoderOutput {
    /// Puts it together; `mel-too-short` as [`AcousticModel::encode`] says.
    pub(super) fn checked(hidden: Vec<Tensor>, variances: Variances) -> Result<Self> {
        let (frames, count) = (variances.frames.iter().sum::<f32>(), variances.frames.len());
        if frames < count as f32 {
            return Err(too_short(frames, count));
        }
        Ok(Self { hidden, variances })
    }
}

/// Frames of one symbol beyond which a prediction is none: minutes of sound.
const MOST_FRAMES: f32 = 1e5;

/// Frames of each symbol: the prediction rounded. `output-invalid` for one that is not a number or beyond all speech,
/// `mel-too-short` if nothing is left of all.
pub fn durations(predicted: &[f32]) -> Result<Vec<usize>> {
    if !predicted.iter().all(|frames| frames.is_finite() && *frames < MOST_FRAMES) {
        return Err(Error::new(
            ErrorKind::OutputInvalid,
            "the encoder gave durations that are no lengths of speech",
        ));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_whole() {
        assert_eq!(durations(&[4.4, 0.2, 7.6]).unwrap(), [4, 0, 8]);
        for predicted in [f32::NAN, f32::INFINITY, 1e30] {
            assert_eq!(durations(&[predicted]).unwrap_err().kind(), ErrorKind::OutputInvalid);
        }
    }

    #[test]
    fn no_frames_are_too_short() {
        for predicted in [&[][..], &[0.1, -3.0], &[0.0]] {
            assert_eq!(durations(predicted).unwrap_err().kind(), ErrorKind::MelTooShort);
        }
    }
}
