//! Interfaces that every kind of voice implements: [`Phonemizer`] (tokens to symbols and ids) and, for voices that go
//! by way of a mel, [`AcousticModel`] (ids to mel). Durations are in frames of the model.

use serde::Deserialize;

use super::emotion::{Emotions, Preset};
use super::parts::Scale;
use crate::error::{Error, ErrorKind, Result};
use crate::network::Tensor;
use crate::token::{Boundary, Token};
use crate::vocoder::Mel;
use crate::voice::symbol_ids::SymbolIds;

/// Converter from tokens to the symbols that a voice was trained on.
pub trait Phonemizer {
    /// Symbols of `tokens`. `emotions` names the emotion of each token, if any; all names are in [`Self::emotions`].
    /// Fails with `voice-unsupported` for a syllable that the voice lacks.
    fn phonemize(&self, tokens: &[Token], emotions: &[Option<&str>]) -> Result<Vec<Phoneme>>;

    /// Emotions that can be requested by name.
    fn emotions(&self) -> Emotions;

    /// Rule-based rendering of an emotion of [`Self::emotions`]; `None` if the voice was trained on it.
    fn preset(&self, _emotion: &str) -> Option<&'static Preset> {
        None
    }

    /// Role of a symbol, as far as it can be determined without its neighbours.
    fn role(&self, symbol: &str) -> Role;

    /// Tone that a symbol stands for, 1 to 4, if the voice wants pitch drawn towards tones.
    fn tone(&self, _symbol: &str) -> Option<u8> {
        None
    }

    /// Boundary after a symbol: where a symbol line that is too long for the voice may be split.
    fn boundary(&self, symbol: &str) -> Boundary;

    /// Ids of symbols, `[fields][symbols]`: one row for each field of a symbol.
    fn ids(&self, symbols: &[String]) -> Result<SymbolIds>;

    /// Symbols of a line, or of a part of one, with what every input of the voice opens and closes with.
    fn enclosed(&self, phonemes: Vec<Phoneme>) -> Vec<Phoneme> {
        phonemes
    }

    /// Number of symbols of silence at the end of every input.
    fn closing(&self) -> usize;
}

/// Symbol of an input, with its role and its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phoneme {
    /// Symbol as written in symbol lines.
    pub symbol: String,
    /// Role in its syllable.
    pub role: Role,
    /// Index of its token; for a symbol before the first or after the last token, the nearest one.
    pub token: usize,
}

/// Role of a symbol in its syllable or utterance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Consonant that opens a syllable.
    Onset,
    /// Rest of the syllable, which carries its tone; if that is several symbols, the first of them.
    Rhyme,
    /// Any later symbol of the rhyme.
    Coda,
    /// Boundary between syllables.
    Boundary,
    /// Boundary between phrases without punctuation: the syllable before it is long and ends in a short silence.
    Phrase,
    /// Silence after an item of a list.
    Item,
    /// Silence inside an input, at punctuation.
    Pause,
    /// The same after a question whose end is high.
    Question,
    /// Symbol that opens or closes an input.
    End,
}

/// Model from symbol ids to a mel, in two halves between which the host shapes the variances.
pub trait AcousticModel {
    /// Largest input of one run.
    fn limits(&self) -> Limits;

    /// Units of the predicted variances.
    fn scales(&self) -> Scales;

    /// Predicts the variances of symbol ids `[fields][symbols]`, at most [`Limits::symbols`] of them. Fails with
    /// `mel-too-short` if the symbols get fewer than one frame each on average: no speech is that short.
    fn encode(&self, ids: SymbolIds) -> Result<EncoderOutput>;

    /// Like [`Self::encode`], with an emotion intensity for each symbol, from 0 (neutral) to 1 (as trained). Models
    /// without trained emotions ignore it.
    fn encode_at(&self, ids: SymbolIds, _intensities: &[f32]) -> Result<EncoderOutput> {
        self.encode(ids)
    }

    /// Mel of shaped variances. `durations` are the frames of each symbol, in sum at most [`Limits::frames`].
    fn decode(&self, encoded: EncoderOutput, durations: &[usize]) -> Result<Mel>;
}

/// Largest input of one run of a model.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub struct Limits {
    /// Number of symbols.
    pub symbols: usize,
    /// Number of frames.
    pub frames: usize,
}

/// Units of a model's pitch and energy.
#[derive(Clone, Copy, Debug)]
pub struct Scales {
    /// Scale of the pitch to Hz.
    pub f0: Scale,
    /// Scale of the energy to the model's measure of loudness.
    pub energy: Scale,
}

/// Predictions of a model for one input.
#[derive(Clone, Debug, PartialEq)]
pub struct Variances {
    /// Length of each symbol in frames, not rounded.
    pub frames: Vec<f32>,
    /// Pitch in the scale of the model, one value per symbol or per frame, depending on the kind of voice.
    pub f0: Vec<f32>,
    /// Energy, in the same layout as the pitch.
    pub energy: Vec<f32>,
}

/// State of an input between [`AcousticModel::encode`] and [`AcousticModel::decode`].
pub struct EncoderOutput {
    /// Tensors that the model passes to its second half.
    pub(super) hidden: Vec<Tensor>,
    /// Predictions, shaped by the host before decoding.
    pub variances: Variances,
}

impl EncoderOutput {
    /// Checks the predicted length; fails with `mel-too-short` as described at [`AcousticModel::encode`].
    pub(super) fn checked(hidden: Vec<Tensor>, variances: Variances) -> Result<Self> {
        let (frames, count) = (variances.frames.iter().sum::<f32>(), variances.frames.len());
        if frames < count as f32 {
            return Err(too_short(frames, count));
        }
        Ok(Self { hidden, variances })
    }
}

/// Frames per symbol above which a prediction is invalid: minutes of sound.
const MOST_FRAMES: f32 = 1e5;

/// Predicted lengths rounded to whole frames, at least 0.
///
/// Fails with `output-invalid` if a length is not finite or above 100,000 frames, and with `mel-too-short` if all
/// lengths round to 0.
///
/// ```
/// use hanvox::voice::acoustic::durations;
///
/// assert_eq!(durations(&[4.4, -0.2, 7.6])?, [4, 0, 8]);
/// # Ok::<(), hanvox::error::Error>(())
/// ```
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
