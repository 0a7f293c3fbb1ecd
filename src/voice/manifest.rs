//! `voice.json`: what a voice is made of.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{sambert, student};
use crate::error::{Error, ErrorKind, Result};
use crate::vocoder::Reach;

/// The manifest format this engine reads.
pub const FORMAT: u32 = 1;

/// A voice's manifest; fields that only people or the store read are left to JavaScript.
#[derive(Clone, Debug, Deserialize)]
pub struct Manifest {
    /// Name by which the voice is asked for.
    pub id: String,
    /// Hz.
    pub sample_rate: u32,
    /// Samples a frame.
    pub hop: usize,
    /// What only voices of its kind have.
    #[serde(flatten)]
    pub model: Model,
    /// Every file of the voice but the manifest.
    pub files: Vec<File>,
}

/// The family of nets and how they are laid out.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Model {
    /// FastSpeech 2.
    FastSpeech2(FastSpeech2Layout),
    /// SAM-BERT of KAN-TTS.
    Sambert(sambert::Layout),
    /// A student of Kokoro.
    Student(student::Layout),
}

/// What a voice of kind `fastspeech2` has.
#[derive(Clone, Debug, Deserialize)]
pub struct FastSpeech2Layout {
    /// Mel bands.
    pub mels: usize,
    /// Symbols in the order of their ids.
    pub symbols: Vec<String>,
    /// Pinyin without tone to initial and final, in symbols without tone.
    pub pinyin: BTreeMap<String, (String, String)>,
    /// The model's own position table.
    pub positions: Positions,
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

/// `value = mean + std * predicted`: what a normalised contour stands for.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Scale {
    /// The value where the prediction is 0.
    pub mean: f32,
    /// What the value grows by as the prediction goes from 0 to 1.
    pub std: f32,
}

impl Scale {
    /// Whether it can be scaled by.
    pub(super) fn is_sound(self) -> bool {
        self.std > 0.0 && self.std.is_finite() && self.mean.is_finite()
    }

    /// What `predicted` stands for.
    pub fn value(self, predicted: f32) -> f32 {
        self.mean + self.std * predicted
    }

    /// The normalised value that stands for `ratio` times what `predicted` stands for.
    pub fn scaled(self, predicted: f32, ratio: f32) -> f32 {
        (self.value(predicted) * ratio - self.mean) / self.std
    }
}

/// A table `[rows][cols]` of position embeddings, row r for position r.
#[derive(Clone, Debug, Deserialize)]
pub struct Positions {
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

/// A net in a file.
#[derive(Clone, Debug, Deserialize)]
pub struct Stage {
    /// Path of its ONNX bytes.
    pub file: String,
}

/// The vocoder's net and its geometry, in frames.
#[derive(Clone, Debug, Deserialize)]
pub struct VocoderStage {
    /// Path of its ONNX bytes.
    pub file: String,
    /// Frames that a sample depends on, on each side of its own.
    pub context: usize,
    /// Those before its own, where they are told apart.
    pub context_before: Option<usize>,
    /// Those after its own.
    pub context_after: Option<usize>,
    /// The shortest mel that it takes.
    pub min_frames: usize,
}

impl VocoderStage {
    /// How far a sample sees.
    pub fn reach(&self) -> Reach {
        Reach {
            before: self.context_before.unwrap_or(self.context),
            after: self.context_after.unwrap_or(self.context),
        }
    }
}

/// A file of the voice.
#[derive(Clone, Debug, Deserialize)]
pub struct File {
    /// Inside the voice's folder.
    pub path: String,
    /// Length.
    pub bytes: usize,
}

#[derive(Deserialize)]
struct Header {
    format: u32,
    kind: String,
}

impl Manifest {
    /// Reads `voice.json`. `voice-corrupt` if it is not a manifest, `voice-unsupported` if it is of another
    /// format or kind.
    pub fn read(json: &str) -> Result<Self> {
        let corrupt = |cause: serde_json::Error| {
            Error::new(ErrorKind::VoiceCorrupt, "voice.json is not a manifest").because(cause)
        };
        let header: Header = serde_json::from_str(json).map_err(corrupt)?;
        if header.format != FORMAT {
            let message = format!("voice.json: format {} where this engine reads {FORMAT}", header.format);
            return Err(Error::new(ErrorKind::VoiceUnsupported, message));
        }
        if !["fastspeech2", "sambert", "student"].contains(&header.kind.as_str()) {
            let message = format!("voice.json: kind \"{}\" is not known to this engine", header.kind);
            return Err(Error::new(ErrorKind::VoiceUnsupported, message));
        }
        let manifest: Self = serde_json::from_str(json).map_err(corrupt)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The mel between the halves of a voice that has one.
    pub fn mel(&self) -> Option<MelLayout<'_>> {
        match &self.model {
            Model::FastSpeech2(layout) => {
                Some(MelLayout { bands: layout.mels, vocoder: &layout.stages.vocoder })
            }
            Model::Sambert(layout) => Some(MelLayout { bands: layout.mels, vocoder: &layout.stages.vocoder }),
            Model::Student(_) => None,
        }
    }

    /// Refuses numbers that later arithmetic would divide by, or that can't be true.
    fn check(&self) -> Result<()> {
        let sound = [
            ("sample_rate", (8_000..=192_000).contains(&self.sample_rate)),
            ("hop", (1..=8192).contains(&self.hop)),
        ];
        let common = sound.iter().find(|(_, fine)| !fine).map(|&(field, _)| field);
        let mel = || self.mel().and_then(MelLayout::unsound);
        let own = || match &self.model {
            Model::FastSpeech2(layout) => layout.unsound(),
            Model::Sambert(layout) => layout.unsound(),
            Model::Student(layout) => layout.unsound(self.hop),
        };
        match common.or_else(mel).or_else(own) {
            None => Ok(()),
            Some(field) => {
                Err(Error::new(ErrorKind::VoiceCorrupt, format!("voice.json: {field} is out of range")))
            }
        }
    }
}

/// A mel and what makes samples of it.
#[derive(Clone, Copy, Debug)]
pub struct MelLayout<'a> {
    /// Mel bands.
    pub bands: usize,
    /// The vocoder's net and its geometry.
    pub vocoder: &'a VocoderStage,
}

impl MelLayout<'_> {
    /// The name of a field that is out of range.
    fn unsound(self) -> Option<&'static str> {
        let Self { bands, vocoder } = self;
        let sound = [
            ("mels", (1..=512).contains(&bands)),
            ("vocoder.context", vocoder.context <= 4096),
            ("vocoder.context_before", vocoder.reach().before <= 4096),
            ("vocoder.context_after", vocoder.reach().after <= 4096),
            ("vocoder.min_frames", vocoder.min_frames <= 4096),
        ];
        sound.iter().find(|(_, fine)| !fine).map(|&(field, _)| field)
    }
}

impl FastSpeech2Layout {
    /// The name of a field that is out of range.
    fn unsound(&self) -> Option<&'static str> {
        let sound = [
            ("positions", self.positions.rows >= 2 && self.positions.cols >= 1),
            ("f0", self.f0.is_sound()),
            ("energy", self.energy.is_sound()),
        ];
        sound.iter().find(|(_, fine)| !fine).map(|&(field, _)| field)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small voice: mel of 2 bands, hop 4, a handful of symbols.
    pub(crate) fn manifest() -> Manifest {
        let json = r##"{
            "format": 1, "id": "tiny", "kind": "fastspeech2", "sample_rate": 8000, "hop": 4, "mels": 2,
            "symbols": ["pad", "sil", "#0", "#3", "^", "b", "a1", "a2", "a3", "a4", "a5", "er5", "eos"],
            "pinyin": {"a": ["^", "a"], "ba": ["b", "a"]},
            "ends": {"begin": ["sil"], "end": ["sil", "eos"]},
            "positions": {"file": "positions.bin", "rows": 64, "cols": 2, "dtype": "f32"},
            "f0": {"mean": 250, "std": 60}, "energy": {"mean": 4, "std": 2},
            "stages": {
                "encoder": {"file": "encoder.onnx"}, "variance": {"file": "variance.onnx"},
                "decoder": {"file": "decoder.onnx"},
                "vocoder": {"file": "vocoder.onnx", "context": 2, "min_frames": 3}
            },
            "files": []
        }"##;
        Manifest::read(json).unwrap()
    }

    /// The part of [`manifest`] that only its kind has.
    pub(crate) fn layout() -> FastSpeech2Layout {
        match manifest().model {
            Model::FastSpeech2(layout) => layout,
            _ => unreachable!(),
        }
    }

    #[test]
    fn another_format_or_kind_is_unsupported() {
        for json in [r#"{"format":2,"kind":"fastspeech2"}"#, r#"{"format":1,"kind":"vits"}"#] {
            assert_eq!(Manifest::read(json).unwrap_err().kind(), ErrorKind::VoiceUnsupported);
        }
    }

    #[test]
    fn what_is_no_manifest_is_corrupt() {
        for json in ["", "{", "[]", r#"{"format":1,"kind":"fastspeech2"}"#] {
            assert_eq!(Manifest::read(json).unwrap_err().kind(), ErrorKind::VoiceCorrupt);
        }
    }

    #[test]
    fn a_sambert_voice_has_a_manifest_of_its_own() {
        let manifest = |frames_per_step: usize| {
            let json = format!(
                r##"{{
                "format": 1, "id": "emo", "kind": "sambert", "sample_rate": 16000, "hop": 200, "mels": 80,
                "symbols": {{"sy": ["a_c"], "tone": [], "syllable_flag": [], "word_segment": [],
                    "emotion": ["emotion_neutral"],
                    "speaker": ["F7"]}},
                "emotions": [{{"name": "neutral", "symbol": "emotion_neutral", "id": 1}}], "speaker": "F7",
                "limits": {{"symbols": 800}},
                "acoustic": {{"text": 32, "emotion": 32, "speaker": 32, "frames_per_step": {frames_per_step},
                    "decoder": {{"width": 128, "heads": 8, "layers": 12}}}},
                "stages": {{
                    "encoder": {{"file": "encoder.onnx"}}, "variance": {{"file": "variance.onnx"}},
                    "steps": {{"file": "steps.safetensors"}}, "postnet": {{"file": "postnet.onnx"}},
                    "vocoder": {{"file": "vocoder.onnx", "context": 36, "context_before": 36, "context_after": 0,
                        "min_frames": 1}}
                }},
                "files": []
            }}"##
            );
            Manifest::read(&json)
        };
        let read = manifest(3).unwrap();
        let Model::Sambert(layout) = &read.model else { panic!("another kind") };
        assert_eq!(read.mel().unwrap().vocoder.reach(), Reach { before: 36, after: 0 });
        assert_eq!(layout.acoustic.decoder.heads, 8);
        assert_eq!(layout.symbols().err().unwrap().kind(), ErrorKind::VoiceCorrupt);
        let error = manifest(0).unwrap_err();
        assert!(error.message().contains("frames_per_step"), "{error}");
    }

    #[test]
    fn scaling_works_in_the_units_of_the_contour() {
        let f0 = Scale { mean: 250.0, std: 60.0 };
        assert_eq!(f0.scaled(0.5, 1.0), 0.5);
        let octave = f0.scaled(0.5, 2.0);
        assert!((f0.mean + f0.std * octave - 560.0).abs() < 1e-3);
    }
}
