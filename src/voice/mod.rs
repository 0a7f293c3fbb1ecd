//! Voices: the manifest, the phonemizer (tokens to symbol ids), the speakers and the model (ids to samples). Each kind
//! of voice has a folder.

pub mod acoustic;
pub mod emotion;
pub mod fastspeech2;
pub mod manifest;
pub mod mel_model;
pub mod model;
pub mod parts;
pub mod sambert;
pub mod speakers;
pub mod student;
pub mod symbol_lines;

use std::rc::Rc;

use acoustic::{AcousticModel, Phonemizer};
use fastspeech2::{FastSpeech2, Positions};
use manifest::{Manifest, Model};
use mel_model::MelModel;
use model::SpeechModel;
use parts::{Stage, VocoderStage};
use sambert::Sambert;
use speakers::Speakers;
use student::{Audio, Student};
use tracing::debug_span;

use crate::error::{Error, ErrorKind, Result};
use crate::network::{Network, TractNetwork};
use crate::vocoder::{Mel, Vocoder};

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
    /// Reads a voice. `file` returns the bytes of a file named in the manifest; it is called at most once per file, so
    /// that the caller can drop them.
    ///
    /// Fails with `voice-missing` if a file is missing, with `voice-corrupt` if a file has the wrong length or content,
    /// and with `voice-unsupported` for an unknown format, kind or type of net.
    ///
    /// ```no_run
    /// use hanvox::voice::Voice;
    ///
    /// let folder = std::path::Path::new("www/voices/han");
    /// let manifest = std::fs::read_to_string(folder.join("voice.json"))?;
    /// let voice = Voice::read(&manifest, |path| std::fs::read(folder.join(path)).ok())?;
    /// println!("{} Hz", voice.manifest.sample_rate);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn read(manifest: &str, file: impl FnMut(&str) -> Option<Vec<u8>>) -> Result<Self> {
        let _span = debug_span!("read", stage = "load").entered();
        Self::assembled(manifest, file).map_err(|error| error.in_stage("load"))
    }

    fn assembled(manifest: &str, file: impl FnMut(&str) -> Option<Vec<u8>>) -> Result<Self> {
        let manifest = Manifest::read(manifest)?;
        let mut files = Files { manifest: &manifest, file };
        let mut speakers = Speakers::default();
        let mut mel_model = None;
        let (phonemizer, model): (Box<dyn Phonemizer>, Rc<dyn SpeechModel>) = match &manifest.model {
            Model::FastSpeech2(layout) => {
                let stages = &layout.stages;
                let nets = files.nets([&stages.encoder, &stages.variance, &stages.decoder])?;
                let positions = Positions::read(&layout.positions, &files.bytes(&layout.positions.file)?)?;
                let acoustic = Box::new(FastSpeech2::new(layout, nets, positions));
                let model = files.mel_model(acoustic, &stages.vocoder)?;
                mel_model = Some(Rc::clone(&model));
                (Box::new(fastspeech2::symbols::Symbols::new(layout)?), model)
            }
            Model::Sambert(layout) => {
                let stages = &layout.stages;
                let nets = files.nets([&stages.encoder, &stages.variance, &stages.postnet])?;
                let acoustic = Box::new(Sambert::new(layout, nets, &files.bytes(&stages.steps.file)?)?);
                let model = files.mel_model(acoustic, &stages.vocoder)?;
                mel_model = Some(Rc::clone(&model));
                (Box::new(layout.symbols()?), model)
            }
            Model::Student(layout) => {
                let stages = &layout.stages;
                let nets = files.finite_nets([&stages.encoder, &stages.curves, &stages.decoder])?;
                speakers = Speakers::new(layout.speakers.clone());
                let audio = Audio { rate: manifest.sample_rate, hop: manifest.hop };
                (
                    Box::new(student::symbols::Symbols::new(&layout.symbols)?),
                    Rc::new(Student::new(layout, audio, nets)?),
                )
            }
        };
        Ok(Self { manifest, phonemizer, speakers, model, mel_model })
    }

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

/// Files of a voice.
struct Files<'a, F> {
    manifest: &'a Manifest,
    file: F,
}

impl<F: FnMut(&str) -> Option<Vec<u8>>> Files<'_, F> {
    fn nets<const COUNT: usize>(&mut self, stages: [&Stage; COUNT]) -> Result<[Box<dyn Network>; COUNT]> {
        self.checked_nets(stages, Ok)
    }

    /// Nets whose weights are all finite.
    fn finite_nets<const COUNT: usize>(
        &mut self,
        stages: [&Stage; COUNT],
    ) -> Result<[Box<dyn Network>; COUNT]> {
        self.checked_nets(stages, TractNetwork::finite)
    }

    fn checked_nets<const COUNT: usize>(
        &mut self,
        stages: [&Stage; COUNT],
        check: fn(TractNetwork) -> Result<TractNetwork>,
    ) -> Result<[Box<dyn Network>; COUNT]> {
        let net = |stage: &Stage| Ok(Box::new(check(self.net(&stage.file)?)?) as Box<dyn Network>);
        let nets = stages.into_iter().map(net).collect::<Result<Vec<_>>>()?;
        nets.try_into().map_err(|_| Error::new(ErrorKind::EngineCrashed, "a net was lost on its way"))
    }

    fn mel_model(&mut self, acoustic: Box<dyn AcousticModel>, stage: &VocoderStage) -> Result<Rc<MelModel>> {
        let hop = self.manifest.hop;
        let vocoder = Vocoder::new(Box::new(self.net(&stage.file)?), hop, stage.reach(), stage.min_frames);
        Ok(Rc::new(MelModel::new(acoustic, vocoder, hop)))
    }

    fn net(&mut self, path: &str) -> Result<TractNetwork> {
        TractNetwork::read(path, &self.bytes(path)?)
    }

    /// Bytes of `path`, checked for presence and length.
    fn bytes(&mut self, path: &str) -> Result<Vec<u8>> {
        let Manifest { id, files, .. } = self.manifest;
        let entry = files.iter().find(|file| file.path == path).ok_or_else(|| {
            Error::new(ErrorKind::VoiceCorrupt, format!("voice.json: {path} is used but not listed"))
        })?;
        let bytes = (self.file)(path)
            .ok_or_else(|| Error::new(ErrorKind::VoiceMissing, format!("{id}: {path} is missing")))?;
        if bytes.len() != entry.bytes {
            let message = format!("{id}: {path} has {} bytes instead of {}", bytes.len(), entry.bytes);
            return Err(Error::new(ErrorKind::VoiceCorrupt, message));
        }
        Ok(bytes)
    }
}
