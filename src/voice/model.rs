//! What the pipeline asks of the nets of a voice, whatever its kind: symbols to lengths, then pitch, then sound. Between
//! the steps the prosody is shaped.

use std::ops::RangeInclusive;

use super::acoustic::{EncoderOutput, Limits};
use crate::error::Result;

/// Symbols to sound.
pub trait SpeechModel {
    /// The most that one run can take.
    fn limits(&self) -> Limits;

    /// Ratios of the pitch in Hz that the model can follow.
    fn pitches(&self) -> RangeInclusive<f32>;

    /// Samples of one frame of [`Prosody::durations`].
    fn frame_samples(&self) -> usize;

    /// Predicts the lengths of at most as many symbols as the limit.
    fn encode(&self, input: Input) -> Result<EncoderOutput>;

    /// Whole frames of shaped lengths. `output-invalid` for one that is not a number or beyond all speech,
    /// `mel-too-short` if nothing is left of all.
    fn durations(&self, lengths: &[f32]) -> Result<Vec<usize>>;

    /// The predicted pitch where the symbols last for `durations`, at most as many frames as the limit.
    fn contour(&self, encoded: &mut EncoderOutput, durations: &[usize]) -> Result<Contour>;

    /// The sound of symbols with their shaped prosody.
    fn decode(&self, encoded: EncoderOutput, prosody: Prosody) -> Result<AudioStream>;
}

/// What is to be spoken.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Ids of the symbols, one row for each field that a symbol has.
    pub ids: Vec<Vec<i64>>,
    /// How far the emotion of each symbol is from the neutral one (0); 1 is as it was trained. It makes no difference
    /// to a model that was trained on none.
    pub intensities: Vec<f32>,
    /// Who speaks, as [`super::speakers::Speakers::style`] has it.
    pub style: Vec<f32>,
}

/// Pitch along an input, one value a symbol or several.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contour {
    /// Semitones above 1 Hz; none where there is no voice.
    pub semitones: Vec<Option<f32>>,
    /// Frames that each value lasts for.
    pub lengths: Vec<f32>,
    /// Index of the symbol that each value belongs to, rising.
    pub symbols: Vec<usize>,
}

/// Prosody as it is to be spoken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prosody {
    /// Frames of each symbol, not yet whole.
    pub lengths: Vec<f32>,
    /// Frames of each symbol.
    pub durations: Vec<usize>,
    /// Ratio to the predicted pitch in Hz, for each value of the contour.
    pub pitch: Vec<f32>,
    /// Ratio to the predicted loudness, for each value of the contour.
    pub loudness: Vec<f32>,
}

/// Samples window by window, about -1..1, each window made when it is asked for. `output-invalid` if one is not a
/// number.
pub type AudioStream = Box<dyn ExactSizeIterator<Item = Result<Vec<f32>>>>;
