//! Fields of `voice.json` for the kind `fastspeech2`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::voice::parts::{Content, Scale, Stage, VocoderStage};

/// Fields of a `fastspeech2` voice.
#[derive(Clone, Debug, Deserialize)]
pub struct Layout {
    /// Number of mel bands, 1 to 512.
    pub mels: usize,
    /// Symbols in the order of their ids.
    pub symbols: Vec<String>,
    /// Initial and final of each pinyin syllable, all without tone.
    pub pinyin: BTreeMap<String, (String, String)>,
    /// Position table of the model.
    pub positions: PositionTable,
    /// Symbols at both ends of every input.
    pub ends: Ends,
    /// Scale of the predicted pitch to Hz.
    pub f0: Scale,
    /// Scale of the predicted energy to loudness.
    pub energy: Scale,
    /// Nets.
    pub stages: Stages,
}

/// Symbols around every input: silence, and any end mark that the model was trained with.
#[derive(Clone, Debug, Deserialize)]
pub struct Ends {
    /// Symbols before the text.
    pub begin: Vec<String>,
    /// Symbols after the text.
    pub end: Vec<String>,
}

/// Table `[rows][cols]` of position embeddings; row r is position r.
#[derive(Clone, Debug, Deserialize)]
pub struct PositionTable {
    /// Path of the file.
    pub file: String,
    /// Number of positions, including that of the padding; at least 2.
    pub rows: usize,
    /// Numbers per position; at least 1.
    pub cols: usize,
    /// Storage type of the numbers.
    pub dtype: Dtype,
    /// Value of one step of an integer table.
    #[serde(default = "one")]
    pub scale: f32,
}

impl PositionTable {
    /// Fails with `voice-corrupt` if a file of this length is not the table. A file that is not there is no business of
    /// this check.
    pub(in crate::voice) fn check(&self, bytes: Option<usize>) -> Result<()> {
        let width = if self.dtype == Dtype::F32 { 4 } else { 1 };
        let due = self.rows.checked_mul(self.cols).and_then(|numbers| numbers.checked_mul(width));
        match bytes {
            Some(bytes) if Some(bytes) != due => {
                let (file, rows, cols) = (&self.file, self.rows, self.cols);
                let message = format!(
                    "voice.json: positions: the {bytes} bytes of {file} are not {rows} rows of {cols} numbers"
                );
                Err(Error::new(ErrorKind::VoiceCorrupt, message))
            }
            _ => Ok(()),
        }
    }
}

fn one() -> f32 {
    1.0
}

/// Storage type of the numbers of a table, little-endian.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Dtype {
    /// Four bytes per number.
    F32,
    /// One byte per number, in steps of `scale`.
    I8,
}

/// Nets of a `fastspeech2` voice.
#[derive(Clone, Debug, Deserialize)]
pub struct Stages {
    /// Net from symbols to hidden columns, durations, pitch and energy.
    pub encoder: Stage,
    /// Net that embeds pitch and energy into the hidden columns.
    pub variance: Stage,
    /// Net from stretched columns to mel.
    pub decoder: Stage,
    /// Net from mel to samples.
    pub vocoder: VocoderStage,
}

impl Layout {
    /// Files of the voice.
    pub(in crate::voice) fn files(&self) -> Vec<(&str, Content)> {
        let Stages { encoder, variance, decoder, vocoder } = &self.stages;
        let nets =
            [&encoder.file, &variance.file, &decoder.file, &vocoder.file].map(|file| (file, Content::Net));
        let table = (&self.positions.file, Content::Table);
        nets.into_iter().chain([table]).map(|(file, content)| (file.as_str(), content)).collect()
    }

    /// Name of a field that is out of range, if any.
    pub(in crate::voice) fn unsound(&self) -> Option<&'static str> {
        let sound = [
            ("positions.rows", self.positions.rows >= 2),
            ("positions.cols", self.positions.cols >= 1),
            ("positions.scale", self.positions.scale.is_finite()),
            ("f0", self.f0.is_sound()),
            ("energy", self.energy.is_sound()),
        ];
        sound.iter().find(|(_, fine)| !fine).map(|&(field, _)| field)
    }
}
