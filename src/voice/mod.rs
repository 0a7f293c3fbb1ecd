//! Voices: the manifest, the phonemizer (tokens to symbol ids), the speakers and the model (ids to samples). Each kind
//! of voice has a folder.

pub mod acoustic;
pub mod emotion;
pub mod fastspeech2;
mod loader;
pub mod manifest;
pub mod mel_model;
pub mod model;
pub mod parts;
pub mod sambert;
pub mod speakers;
pub mod student;
pub mod symbol_ids;
pub mod symbol_lines;

use std::rc::Rc;

use acoustic::Phonemizer;
use manifest::Manifest;
use mel_model::MelModel;
use model::SpeechModel;
use speakers::Speakers;

use crate::error::{Error, ErrorKind, Result};
use crate::vocoder::Mel;

pub use loader::Loader;

/// Loaded voice.
pub struct Voice {
    /// Manifest that it was read from.
    pub manifest: Manifest,
    /// Converter from tokens to symbol ids.
    pub phonemizer: Box<dyn Phonemizer>,
    /// Speakers of the voice.
    pub speakers: Speakers,
    /// Model from symbol ids to samples.
    pub model: Rc<dyn SpeechModel>,
    /// The same model with access to its two halves, for voices that go by way of a mel.
    pub mel_model: Option<Rc<MelModel>>,
}

impl Voice {
    /// Mel of symbols in one run, with the predicted prosody unchanged. Fails like [`Self::mel_model`].
    pub fn mel(&self, symbols: &[String]) -> Result<Mel> {
        self.mel_model()?.mel(self.phonemizer.ids(symbols)?)
    }

    /// Samples of a whole mel. Fails like [`Self::mel_model`].
    pub fn vocode(&self, mel: &Mel) -> Result<Vec<f32>> {
        self.mel_model()?.vocode(mel)
    }

    /// Acoustic model and vocoder. Fails with `voice-unsupported` if the voice does not go by way of a mel.
    pub fn mel_model(&self) -> Result<&MelModel> {
        self.mel_model.as_deref().ok_or_else(|| {
            let message = format!("{} speaks without a mel", self.manifest.id);
            Error::new(ErrorKind::VoiceUnsupported, message)
        })
    }
}
