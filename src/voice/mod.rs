//! A voice: its manifest, symbols, acoustic model and vocoder.

pub mod acoustic;
pub mod emotion;
pub mod fastspeech2;
pub mod lines;
pub mod manifest;
pub mod positions;
pub mod sambert;
pub mod student;
pub mod symbols;

use acoustic::{AcousticModel, Phonemizer};
use fastspeech2::FastSpeech2;
use manifest::{Manifest, Model, Stage};
use positions::Positions;
use sambert::Sambert;
use symbols::Symbols;
use tracing::debug_span;

use crate::error::{Error, ErrorKind, Result};
use crate::network::{Network, TractNetwork};
use crate::vocoder::{Mel, Vocoder};

/// A loaded voice, ready to speak.
pub struct Voice {
    /// What it is made of.
    pub manifest: Manifest,
    /// What its acoustic model reads.
    pub phonemizer: Box<dyn Phonemizer>,
    /// Symbols to mel.
    pub acoustic: Box<dyn AcousticModel>,
    /// Mel to samples.
    pub vocoder: Vocoder,
}

impl Voice {
    /// Reads a voice. `file` gives the bytes of a file that the manifest names, each at most once, so that the
    /// caller can let them go.
    ///
    /// `voice-missing` for a file that is not there, `voice-corrupt` for one of another length or content,
    /// `voice-unsupported` for a format, kind or net that this engine does not know.
    pub fn read(manifest: &str, file: impl FnMut(&str) -> Option<Vec<u8>>) -> Result<Self> {
        let _span = debug_span!("read", stage = "load").entered();
        Self::assembled(manifest, file).map_err(|error| error.in_stage("load"))
    }

    fn assembled(manifest: &str, file: impl FnMut(&str) -> Option<Vec<u8>>) -> Result<Self> {
        let manifest = Manifest::read(manifest)?;
        let mut files = Files { manifest: &manifest, file };
        let (phonemizer, acoustic): (Box<dyn Phonemizer>, Box<dyn AcousticModel>) = match &manifest.model {
            Model::FastSpeech2(layout) => {
                let stages = &layout.stages;
                let nets = files.nets([&stages.encoder, &stages.variance, &stages.decoder])?;
                let positions = Positions::read(&layout.positions, &files.bytes(&layout.positions.file)?)?;
                let acoustic = FastSpeech2::new(layout, manifest.mels, nets, positions);
                (Box::new(Symbols::new(layout)?), Box::new(acoustic))
            }
            Model::Sambert(layout) => {
                let stages = &layout.stages;
                let nets = files.nets([&stages.encoder, &stages.variance, &stages.postnet])?;
                let acoustic = Sambert::new(layout, manifest.mels, nets, &files.bytes(&stages.steps.file)?)?;
                (Box::new(layout.symbols()?), Box::new(acoustic))
            }
        };
        let vocoder = files.net(&manifest.vocoder().file)?;
        Ok(Self::assemble(manifest, phonemizer, acoustic, vocoder))
    }

    /// Puts a voice together from parts that are ready.
    pub fn assemble(
        manifest: Manifest,
        phonemizer: Box<dyn Phonemizer>,
        acoustic: Box<dyn AcousticModel>,
        vocoder: Box<dyn Network>,
    ) -> Self {
        let geometry = manifest.vocoder();
        let vocoder = Vocoder::new(vocoder, manifest.hop, geometry.reach(), geometry.min_frames);
        Self { manifest, phonemizer, acoustic, vocoder }
    }

    /// The mel of symbols, spoken in the voice's own manner in one go.
    pub fn mel(&self, symbols: &[String]) -> Result<Mel> {
        let encoded = self.acoustic.encode(self.phonemizer.ids(symbols)?)?;
        let durations = acoustic::durations(&encoded.variances.frames)?;
        self.acoustic.decode(encoded, &durations)
    }

    /// The samples of a whole mel.
    pub fn vocode(&self, mel: &Mel) -> Result<Vec<f32>> {
        let windows = self.vocoder.windows(mel).map(|window| self.vocoder.run(mel, &window));
        Ok(windows.collect::<Result<Vec<_>>>()?.concat())
    }
}

/// The files of a voice.
struct Files<'a, F> {
    manifest: &'a Manifest,
    file: F,
}

impl<F: FnMut(&str) -> Option<Vec<u8>>> Files<'_, F> {
    fn nets<const COUNT: usize>(&mut self, stages: [&Stage; COUNT]) -> Result<[Box<dyn Network>; COUNT]> {
        let nets = stages.into_iter().map(|stage| self.net(&stage.file)).collect::<Result<Vec<_>>>()?;
        nets.try_into().map_err(|_| Error::new(ErrorKind::EngineCrashed, "a net was lost on its way"))
    }

    fn net(&mut self, path: &str) -> Result<Box<dyn Network>> {
        Ok(Box::new(TractNetwork::read(path, &self.bytes(path)?)?))
    }

    /// The bytes of `path` if they are there and as many as the manifest says.
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
