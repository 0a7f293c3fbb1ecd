//! What `voice.json` says of a voice of kind `fastspeech2`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::voice::parts::{Scale, Stage, VocoderStage};

/// What a voice of kind `fastspeech2` has.
#[derive(Clone, Debug, Deserialize)]
pub struct Layout {
    /// Mel bands.
    pub mels: usize,
    /// Symbols in the order of their ids.
    pub symbols: Vec<String>,
    /// Pinyin without tone to initial and final, in symbols without tone.
    pub pinyin: BTreeMap<String, (String, String)>,
    /// The model's own position table.
    pub positions: PositionTable,
    /// What every input of the model opens and closes with.
    pub ends: Ends,
    /// Hz of the predicted pitch contour.
    pub f0: Scale,
    /// Loudness of the predicted energy contour.
    pub energy: Scale,
    /// The nets.
    pub stages: Stages,
}

/// Symbols around every text: silence, and what else the model was trained to see there.
#[derive(Clone, Debug, Deserialize)]
pub struct Ends {
    /// Before the first symbol.
    pub begin: Vec<String>,
    /// After the last one.
    pub end: Vec<String>,
}

/// A table `[rows][cols]` of position embeddings, row r for position r.
#[derive(Clone, Debug, Deserialize)]
pub struct PositionTable {
    /// Path of its bytes.
    pub file: String,
    /// Positions, the padding's among them.
    pub rows: usize,
    /// Numbers a position.
    pub cols: usize,
    /// How they are stored.
    pub dtype: Dtype,
    /// Of one step, for integer tables.
    #[serde(default = "one")]
    pub scale: f32,
}

fn one() -> f32 {
    1.0
}

/// How the numbers of a table are stored, little-endian.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Dtype {
    /// Four bytes a number.
    F32,
    /// One byte a number, in steps of `scale`.
    I8,
}

/// The nets of a `fastspeech2` voice.
#[derive(Clone, Debug, Deserialize)]
pub struct Stages {
    /// Symbols to hidden columns, durations, pitch and energy.
    pub encoder: Stage,
    /// Pitch and energy into the hidden columns.
    pub variance: Stage,
    /// Stretched columns to mel.
    pub decoder: Stage,
    /// Mel to samples.
    pub vocoder: VocoderStage,
}

impl Layout {
    /// The name of a field that is out of range.
    pub(in crate::voice) fn unsound(&self) -> Option<&'static str> {
        let sound = [
            ("positions", self.positions.rows >= 2 && self.positions.cols >= 1),
            ("f0", self.f0.is_sound()),
            ("energy", self.energy.is_sound()),
        ];
        sound.iter().find(|(_, fine)| !fine).map(|&(field, _)| field)
    }
}
