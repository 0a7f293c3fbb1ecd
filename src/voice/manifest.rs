//! `voice.json`, the manifest of a voice.

use serde::Deserialize;

use super::parts::VocoderStage;
use super::{fastspeech2, sambert, student};
use crate::error::{Error, ErrorKind, Result};

/// Manifest format that this engine reads.
pub const FORMAT: u32 = 1;

/// Manifest of a voice. Fields for people and for the store are read by JavaScript only.
#[derive(Clone, Debug, Deserialize)]
pub struct Manifest {
    /// Name of the voice in requests.
    pub id: String,
    /// Sample rate in Hz, 8,000 to 192,000.
    pub sample_rate: u32,
    /// Samples per frame, 1 to 8,192.
    pub hop: usize,
    /// Fields specific to its kind.
    #[serde(flatten)]
    pub model: Model,
    /// All files of the voice except the manifest.
    pub files: Vec<File>,
}

/// Kind of a voice, with the fields that only this kind has.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Model {
    /// FastSpeech 2.
    FastSpeech2(fastspeech2::Layout),
    /// SAM-BERT of KAN-TTS.
    Sambert(sambert::Layout),
    /// Nets trained on speech of Kokoro.
    Student(student::Layout),
}

/// File of a voice.
#[derive(Clone, Debug, Deserialize)]
pub struct File {
    /// Path inside the folder of the voice.
    pub path: String,
    /// Length in bytes.
    pub bytes: usize,
}

#[derive(Deserialize)]
struct Header {
    format: u32,
    kind: String,
}

impl Manifest {
    /// Reads and checks `voice.json`. Fails with `voice-corrupt` if it is not a manifest or a number is out of range,
    /// and with `voice-unsupported` if it has another format or kind.
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

    /// Mel and vocoder of a voice that has them; `None` for the kind `student`.
    pub fn mel(&self) -> Option<MelLayout<'_>> {
        match &self.model {
            Model::FastSpeech2(layout) => {
                Some(MelLayout { bands: layout.mels, vocoder: &layout.stages.vocoder })
            }
            Model::Sambert(layout) => Some(MelLayout { bands: layout.mels, vocoder: &layout.stages.vocoder }),
            Model::Student(_) => None,
        }
    }

    /// Rejects numbers that later arithmetic would divide by or that are implausible.
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

/// Size of a mel and the vocoder that turns it into samples.
#[derive(Clone, Copy, Debug)]
pub struct MelLayout<'a> {
    /// Number of mel bands.
    pub bands: usize,
    /// Vocoder.
    pub vocoder: &'a VocoderStage,
}

impl MelLayout<'_> {
    /// Name of a field that is out of range, if any.
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::vocoder::Reach;

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
    pub(crate) fn layout() -> fastspeech2::Layout {
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
}
