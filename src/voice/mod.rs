//! A voice: its manifest, symbols, acoustic model and vocoder.

pub mod fastspeech2;
pub mod manifest;
pub mod positions;
pub mod symbols;

use fastspeech2::FastSpeech2;
use manifest::Manifest;
use positions::Positions;
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
    pub symbols: Symbols,
    /// Symbols to mel.
    pub acoustic: FastSpeech2,
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

    fn assembled(manifest: &str, mut file: impl FnMut(&str) -> Option<Vec<u8>>) -> Result<Self> {
        let manifest = Manifest::read(manifest)?;
        let mut bytes = |path: &str| checked(&manifest, path, file(path));
        let mut net = |path: &str| -> Result<Box<dyn Network>> {
            Ok(Box::new(TractNetwork::read(path, &bytes(path)?)?))
        };
        let stages = &manifest.stages;
        let nets = [net(&stages.encoder.file)?, net(&stages.variance.file)?, net(&stages.decoder.file)?];
        let vocoder = net(&stages.vocoder.file)?;
        let positions = Positions::read(&manifest.positions, &bytes(&manifest.positions.file)?)?;
        Self::assemble(manifest, nets, vocoder, positions)
    }

    /// Puts a voice together from nets that are ready.
    pub fn assemble(
        manifest: Manifest,
        acoustic: [Box<dyn Network>; 3],
        vocoder: Box<dyn Network>,
        positions: Positions,
    ) -> Result<Self> {
        let symbols = Symbols::new(&manifest)?;
        let acoustic = FastSpeech2::new(&manifest, acoustic, positions);
        let geometry = &manifest.stages.vocoder;
        let vocoder = Vocoder::new(vocoder, manifest.hop, geometry.context, geometry.min_frames);
        Ok(Self { manifest, symbols, acoustic, vocoder })
    }

    /// The mel of symbols, spoken in the voice's own manner in one go.
    pub fn mel(&self, symbols: &[String]) -> Result<Mel> {
        let encoded = self.acoustic.encode(self.symbols.ids(symbols)?)?;
        let durations = fastspeech2::durations(&encoded.contours.frames)?;
        self.acoustic.decode(encoded, &durations)
    }

    /// The samples of a whole mel.
    pub fn vocode(&self, mel: &Mel) -> Result<Vec<f32>> {
        let windows = self.vocoder.windows(mel).map(|window| self.vocoder.run(mel, &window));
        Ok(windows.collect::<Result<Vec<_>>>()?.concat())
    }
}

/// The bytes of `path` if they are there and as many as the manifest says.
fn checked(manifest: &Manifest, path: &str, bytes: Option<Vec<u8>>) -> Result<Vec<u8>> {
    let entry = manifest.files.iter().find(|file| file.path == path).ok_or_else(|| {
        Error::new(ErrorKind::VoiceCorrupt, format!("voice.json: {path} is used but not listed"))
    })?;
    let bytes = bytes
        .ok_or_else(|| Error::new(ErrorKind::VoiceMissing, format!("{}: {path} is missing", manifest.id)))?;
    if bytes.len() != entry.bytes {
        let message = format!("{}: {path} has {} bytes instead of {}", manifest.id, bytes.len(), entry.bytes);
        return Err(Error::new(ErrorKind::VoiceCorrupt, message));
    }
    Ok(bytes)
}
