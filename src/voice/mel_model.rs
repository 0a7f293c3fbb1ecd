//! Voices that speak by way of a mel: an acoustic model and a vocoder.

use std::rc::Rc;

use super::acoustic::{self, AcousticModel};
use crate::error::Result;
use crate::vocoder::{Mel, Vocoder};

/// An acoustic model and a vocoder.
pub struct MelModel {
    /// Symbols to mel.
    pub acoustic: Box<dyn AcousticModel>,
    /// Mel to samples.
    pub vocoder: Rc<Vocoder>,
    /// Samples a frame.
    pub(super) hop: usize,
}

impl MelModel {
    /// Puts the halves together; `hop` samples a frame.
    pub fn new(acoustic: Box<dyn AcousticModel>, vocoder: Vocoder, hop: usize) -> Self {
        Self { acoustic, vocoder: Rc::new(vocoder), hop }
    }

    /// The mel of ids, spoken in the voice's own manner in one go.
    pub fn mel(&self, ids: Vec<Vec<i64>>) -> Result<Mel> {
        let encoded = self.acoustic.encode(ids)?;
        let durations = acoustic::durations(&encoded.variances.frames)?;
        self.acoustic.decode(encoded, &durations)
    }

    /// The samples of a whole mel.
    pub fn vocode(&self, mel: &Mel) -> Result<Vec<f32>> {
        let windows = self.vocoder.windows(mel).map(|window| self.vocoder.run(mel, &window));
        Ok(windows.collect::<Result<Vec<_>>>()?.concat())
    }
}
