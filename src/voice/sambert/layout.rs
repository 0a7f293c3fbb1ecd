//! What `voice.json` says of a voice of kind `sambert`.

use serde::Deserialize;

use super::symbols::{Symbols, Tables, TrainedEmotion};
use crate::error::Result;
use crate::voice::parts::{Scale, Stage, VocoderStage};

/// What `voice.json` says of a voice of this kind.
#[derive(Clone, Debug, Deserialize)]
pub struct Layout {
    /// Mel bands.
    pub mels: usize,
    /// Names of what symbols are made of.
    pub symbols: Tables,
    /// Emotions offered, the neutral one first.
    pub emotions: Vec<TrainedEmotion>,
    /// Who speaks.
    pub speaker: String,
    /// The most that one run takes.
    pub limits: SymbolLimit,
    /// Widths and counts.
    pub acoustic: Geometry,
    /// Hz that the pitch contour stands for.
    #[serde(default = "usual_f0")]
    pub f0: Scale,
    /// Loudness that the energy contour stands for, in the package's own measure.
    #[serde(default = "usual_energy")]
    pub energy: Scale,
    /// The nets.
    pub stages: Stages,
}

/// Limits of the encoder.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct SymbolLimit {
    /// Symbols of the longest input.
    pub symbols: usize,
}

/// Widths and counts of the nets.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Geometry {
    /// Numbers of the text of a symbol.
    pub text: usize,
    /// Numbers of its emotion.
    pub emotion: usize,
    /// Numbers of its speaker.
    pub speaker: usize,
    /// Frames that a step of the decoder gives.
    pub frames_per_step: usize,
    /// The decoder's layers.
    pub decoder: DecoderGeometry,
}

/// Width and counts of the decoder.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct DecoderGeometry {
    /// Numbers between its layers.
    pub width: usize,
    /// Heads of an attention.
    pub heads: usize,
    /// Layers.
    pub layers: usize,
}

/// The nets of a `sambert` voice.
#[derive(Clone, Debug, Deserialize)]
pub struct Stages {
    /// Symbols to text, emotion and speaker.
    pub encoder: Stage,
    /// Pitch and energy of these.
    pub variance: Stage,
    /// Weights of what runs step by step.
    pub steps: Stage,
    /// Mel to a smoother mel.
    pub postnet: Stage,
    /// Mel to samples.
    pub vocoder: VocoderStage,
}

/// Pitch is normalised by a mean and a deviation that packages do not tell; these are usual of a woman's voice.
fn usual_f0() -> Scale {
    Scale { mean: 220.0, std: 55.0 }
}

/// Energy likewise: speech varies by about half of its mean, and only their ratio counts.
fn usual_energy() -> Scale {
    Scale { mean: 2.0, std: 1.0 }
}

impl Layout {
    /// The symbol set.
    pub fn symbols(&self) -> Result<Symbols> {
        Symbols::new(self.symbols.clone(), self.emotions.clone(), self.speaker.clone())
    }

    /// The name of a field that is out of range or names what the tables lack.
    pub(in crate::voice) fn unsound(&self) -> Option<&'static str> {
        let Geometry { text, emotion, speaker, frames_per_step, decoder } = self.acoustic;
        let in_table = |emotion: &TrainedEmotion| self.symbols.emotion.contains(&emotion.symbol);
        let sound = [
            ("emotions", !self.emotions.is_empty() && self.emotions.iter().all(in_table)),
            ("limits.symbols", self.limits.symbols >= 1),
            ("acoustic.text", (1..=4096).contains(&text)),
            ("acoustic.emotion", (1..=4096).contains(&emotion)),
            ("acoustic.speaker", (1..=4096).contains(&speaker)),
            ("acoustic.frames_per_step", (1..=64).contains(&frames_per_step)),
            ("acoustic.decoder.width", (1..=8192).contains(&decoder.width)),
            ("acoustic.decoder.layers", (1..=256).contains(&decoder.layers)),
            ("f0", self.f0.is_sound()),
            ("energy", self.energy.is_sound()),
        ];
        sound.into_iter().find(|(_, fine)| !fine).map(|(name, _)| name)
    }
}
