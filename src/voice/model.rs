//! Interface between the pipeline and the nets of a voice of any kind.
//!
//! The calls come in this order: [`SpeechModel::encode`] predicts durations, [`SpeechModel::contour`] predicts pitch,
//! [`SpeechModel::decode`] makes sound. Between the calls the pipeline shapes the prosody.

use std::ops::RangeInclusive;

use super::acoustic::{EncoderOutput, Limits};
use crate::error::Result;
use crate::voice::symbol_ids::SymbolIds;

/// Model from symbol ids to samples.
pub trait SpeechModel {
    /// Largest input of one run.
    fn limits(&self) -> Limits;

    /// Range of pitch factors (on Hz) that the model can follow.
    fn pitches(&self) -> RangeInclusive<f32>;

    /// Samples per frame of [`Prosody::durations`].
    fn frame_samples(&self) -> usize;

    /// How long symbols at the edges of an input last at most. By default as long as the model says.
    fn edges(&self) -> Edges {
        Edges::default()
    }

    /// Predicts the lengths of at most [`Limits::symbols`] symbols.
    fn encode(&self, input: Input) -> Result<EncoderOutput>;

    /// Shaped lengths rounded to whole frames. Fails like [`super::acoustic::durations`].
    fn durations(&self, lengths: &[f32]) -> Result<Vec<usize>>;

    /// Predicted pitch for symbols with these `durations`, in sum at most [`Limits::frames`].
    fn contour(&self, encoded: &mut EncoderOutput, durations: &[usize]) -> Result<Contour>;

    /// Sound of the symbols with shaped prosody.
    fn decode(&self, encoded: EncoderOutput, prosody: Prosody) -> Result<AudioStream>;
}

/// Milliseconds that symbols at the edges of an input last at most. What a model has beyond them is silence, and the
/// pauses between inputs are made by the pipeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edges {
    /// Of the symbol that opens the input.
    pub opening: f32,
    /// Of a rhyme before the closing mark.
    pub rhyme: f32,
    /// Of a coda before the closing mark.
    pub coda: f32,
    /// Of the closing mark.
    pub mark: f32,
}

impl Default for Edges {
    fn default() -> Self {
        Self { opening: f32::INFINITY, rhyme: f32::INFINITY, coda: f32::INFINITY, mark: f32::INFINITY }
    }
}

/// Input of [`SpeechModel::encode`].
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Ids of the symbols, `[fields][symbols]`.
    pub ids: SymbolIds,
    /// Emotion intensity of each symbol, from 0 (neutral) to 1 (as trained). Models without trained emotions ignore
    /// it.
    pub intensities: Vec<f32>,
    /// Style vector of the speaker, from [`super::speakers::Speakers::style`].
    pub style: Vec<f32>,
}

/// Pitch contour of an input, with one or more values per symbol.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contour {
    /// Semitones above 1 Hz; `None` where the speech is unvoiced.
    pub semitones: Vec<Option<f32>>,
    /// Length of each value, in frames.
    pub lengths: Vec<f32>,
    /// Index of the symbol of each value, in ascending order.
    pub symbols: Vec<usize>,
}

/// Shaped prosody of an input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prosody {
    /// Frames of each symbol, not rounded.
    pub lengths: Vec<f32>,
    /// Frames of each symbol, rounded.
    pub durations: Vec<usize>,
    /// Factor on the predicted pitch in Hz, for each value of the contour.
    pub pitch: Vec<f32>,
    /// Factor on the predicted loudness, for each value of the contour.
    pub loudness: Vec<f32>,
}

/// Lazy iterator over windows of samples, about -1 to 1. An item is an `output-invalid` error if a sample is not
/// finite.
pub type AudioStream = Box<dyn ExactSizeIterator<Item = Result<Vec<f32>>>>;
