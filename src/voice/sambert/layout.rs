//! Fields of `voice.json` for the kind `sambert`.

use serde::Deserialize;

use super::symbols::{Symbols, Tables, TrainedEmotion};
use crate::error::Result;
use crate::voice::parts::{Content, Scale, Stage, VocoderStage};

/// Fields of a `sambert` voice.
#[derive(Clone, Debug, Deserialize)]
pub struct Layout {
    /// Number of mel bands, 1 to 512.
    pub mels: usize,
    /// Names for each field of a symbol.
    pub symbols: Tables,
    /// Emotions offered, the neutral one first.
    pub emotions: Vec<TrainedEmotion>,
    /// Name of the speaker.
    pub speaker: String,
    /// Largest input of one run.
    pub limits: SymbolLimit,
    /// Sizes of the nets.
    pub acoustic: Geometry,
    /// Scale of the pitch to Hz.
    #[serde(default = "usual_f0")]
    pub f0: Scale,
    /// Scale of the energy to loudness, in the measure of the package.
    #[serde(default = "usual_energy")]
    pub energy: Scale,
    /// Nets.
    pub stages: Stages,
}

/// Largest input of the encoder.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct SymbolLimit {
    /// Number of symbols, at least 1.
    pub symbols: usize,
}

/// Sizes of the nets.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Geometry {
    /// Width of the text vector of a symbol, 1 to 4096.
    pub text: usize,
    /// Width of its emotion vector, 1 to 4096.
    pub emotion: usize,
    /// Width of its speaker vector, 1 to 4096.
    pub speaker: usize,
    /// Frames per step of the decoder, 1 to 64.
    pub frames_per_step: usize,
    /// Size of the decoder.
    pub decoder: DecoderGeometry,
}

/// Size of the decoder.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct DecoderGeometry {
    /// Width between its layers, 1 to 8192.
    pub width: usize,
    /// Heads per attention; a divisor of the width.
    pub heads: usize,
    /// Number of layers, 1 to 256.
    pub layers: usize,
}

/// Nets of a `sambert` voice.
#[derive(Clone, Debug, Deserialize)]
pub struct Stages {
    /// Net from symbols to text, emotion and speaker vectors.
    pub encoder: Stage,
    /// Net from these vectors to pitch and energy.
    pub variance: Stage,
    /// Weights of the parts that run step by step (safetensors).
    pub steps: Stage,
    /// Net that refines the mel.
    pub postnet: Stage,
    /// Net from mel to samples.
    pub vocoder: VocoderStage,
}

/// Default scale of the pitch, typical of a woman's voice: packages do not state how they normalise it.
fn usual_f0() -> Scale {
    Scale { mean: 220.0, std: 55.0 }
}

/// Default scale of the energy: its deviation in speech is about half of its mean, and only that ratio matters.
fn usual_energy() -> Scale {
    Scale { mean: 2.0, std: 1.0 }
}

impl Layout {
    /// Files of the voice.
    pub(in crate::voice) fn files(&self) -> Vec<(&str, Content)> {
        let Stages { encoder, variance, steps, postnet, vocoder } = &self.stages;
        let nets =
            [&encoder.file, &variance.file, &postnet.file, &vocoder.file].map(|file| (file, Content::Net));
        let table = (&steps.file, Content::Table);
        nets.into_iter().chain([table]).map(|(file, content)| (file.as_str(), content)).collect()
    }

    /// Symbol set. Fails with `voice-corrupt` if the tables lack what every text needs.
    pub fn symbols(&self) -> Result<Symbols> {
        Symbols::new(self.symbols.clone(), self.emotions.clone(), self.speaker.clone())
    }

    /// Name of a field that is out of range or refers to an unknown name, if any.
    pub(in crate::voice) fn unsound(&self) -> Option<&'static str> {
        let Geometry { text, emotion, speaker, frames_per_step, decoder } = self.acoustic;
        let in_table = |emotion: &TrainedEmotion| self.symbols.emotion.contains(&emotion.symbol);
        let sound = [
            ("emotions", !self.emotions.is_empty() && self.emotions.iter().all(in_table)),
            ("speaker", self.symbols.speaker.contains(&self.speaker)),
            ("limits.symbols", self.limits.symbols >= 1),
            ("acoustic.text", (1..=4096).contains(&text)),
            ("acoustic.emotion", (1..=4096).contains(&emotion)),
            ("acoustic.speaker", (1..=4096).contains(&speaker)),
            ("acoustic.frames_per_step", (1..=64).contains(&frames_per_step)),
            ("acoustic.decoder.width", (1..=8192).contains(&decoder.width)),
            ("acoustic.decoder.heads", decoder.heads > 0 && decoder.width.is_multiple_of(decoder.heads)),
            ("acoustic.decoder.layers", (1..=256).contains(&decoder.layers)),
            ("f0", self.f0.is_sound()),
            ("energy", self.energy.is_sound()),
        ];
        sound.into_iter().find(|(_, fine)| !fine).map(|(name, _)| name)
    }
}
