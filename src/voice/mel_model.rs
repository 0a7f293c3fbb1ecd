//! Speech model of voices that go by way of a mel: an acoustic model followed by a vocoder.

use std::ops::RangeInclusive;
use std::rc::Rc;

use super::acoustic::{self, AcousticModel, EncoderOutput, Limits, Scales, Variances};
use super::model::{AudioStream, Contour, Input, Prosody, SpeechModel};
use crate::error::Result;
use crate::vocoder::{Mel, Vocoder};
use crate::voice::symbol_ids::SymbolIds;

/// Acoustic model and vocoder.
pub struct MelModel {
    /// Model from symbol ids to mel.
    pub acoustic: Box<dyn AcousticModel>,
    /// Model from mel to samples.
    pub vocoder: Rc<Vocoder>,
    /// Samples per frame.
    hop: usize,
}

/// Pitch factors that the nets can follow; outside this range the voice breaks. Measured with
/// `models/baker/measure_contours.py`: a factor of 1.7 gives 1.16.
pub(crate) const PITCHES: RangeInclusive<f32> = 0.5..=1.5;

/// Lower bound for predicted pitch, below all speech: predictions are arbitrary where speech is unvoiced.
const LEAST_HZ: f32 = 50.0;

impl MelModel {
    /// Model from its two halves, with `hop` samples per frame.
    pub fn new(acoustic: Box<dyn AcousticModel>, vocoder: Vocoder, hop: usize) -> Self {
        Self { acoustic, vocoder: Rc::new(vocoder), hop }
    }

    /// Mel of symbol ids in one run, with the predicted prosody unchanged.
    pub fn mel(&self, ids: SymbolIds) -> Result<Mel> {
        let encoded = self.acoustic.encode(ids)?;
        let durations = acoustic::durations(&encoded.variances.frames)?;
        self.acoustic.decode(encoded, &durations)
    }

    /// Samples of a whole mel.
    pub fn vocode(&self, mel: &Mel) -> Result<Vec<f32>> {
        let windows = self.vocoder.windows(mel).map(|window| self.vocoder.run(mel, &window));
        Ok(windows.collect::<Result<Vec<_>>>()?.concat())
    }
}

impl SpeechModel for MelModel {
    fn limits(&self) -> Limits {
        self.acoustic.limits()
    }

    fn pitches(&self) -> RangeInclusive<f32> {
        PITCHES
    }

    fn frame_samples(&self) -> usize {
        self.hop
    }

    fn encode(&self, input: Input) -> Result<EncoderOutput> {
        self.acoustic.encode_at(input.ids, &input.intensities)
    }

    fn durations(&self, lengths: &[f32]) -> Result<Vec<usize>> {
        acoustic::durations(lengths)
    }

    fn contour(&self, encoded: &mut EncoderOutput, _durations: &[usize]) -> Result<Contour> {
        Ok(contour(&encoded.variances, self.acoustic.scales()))
    }

    fn decode(&self, mut encoded: EncoderOutput, prosody: Prosody) -> Result<AudioStream> {
        apply(&prosody, self.acoustic.scales(), &mut encoded.variances);
        let mel = self.acoustic.decode(encoded, &prosody.durations)?;
        let windows: Vec<_> = self.vocoder.windows(&mel).collect();
        let vocoder = Rc::clone(&self.vocoder);
        Ok(Box::new(windows.into_iter().map(move |window| vocoder.run(&mel, &window))))
    }
}

/// Predicted pitch and length of each symbol.
pub(crate) fn contour(variances: &Variances, scales: Scales) -> Contour {
    let semitones = |predicted: &f32| Some(12.0 * scales.f0.value(*predicted).max(LEAST_HZ).log2());
    Contour {
        semitones: variances.f0.iter().map(semitones).collect(),
        lengths: variances.frames.clone(),
        symbols: (0..variances.f0.len()).collect(),
    }
}

/// Applies shaped prosody to the predictions.
pub(crate) fn apply(prosody: &Prosody, scales: Scales, variances: &mut Variances) {
    variances.frames.clone_from(&prosody.lengths);
    for (f0, ratio) in variances.f0.iter_mut().zip(&prosody.pitch) {
        *f0 = scales.f0.scaled(*f0, *ratio);
    }
    for (energy, ratio) in variances.energy.iter_mut().zip(&prosody.loudness) {
        *energy = scales.energy.scaled(*energy, *ratio);
    }
}
