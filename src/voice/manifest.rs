//! `voice.json`, the manifest of a voice.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::parts::VocoderStage;
use super::{fastspeech2, sambert, student};
use crate::error::{Error, ErrorKind, Result};

/// Manifest format that this engine reads.
pub const FORMAT: u32 = 1;

/// Most entries of a list of people or emotions.
const MOST_NAMES: usize = 100;

/// Manifest of a voice. Other fields are for people and for the store, and are read by JavaScript only.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Name of the voice in requests.
    pub id: String,
    /// Sample rate in Hz, 8,000 to 192,000.
    pub sample_rate: u32,
    /// Samples per frame, 1 to 8,192.
    pub hop: usize,
    /// Fields specific to its kind.
    pub model: Model,
    /// All files of the voice except the manifest.
    pub files: Vec<File>,
}

/// Kind of a voice, with the fields that only this kind has.
#[derive(Clone, Debug)]
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

/// Fields of all kinds.
#[derive(Deserialize)]
struct Common {
    id: String,
    sample_rate: u32,
    hop: usize,
    #[serde(default)]
    speakers: Vec<Person>,
    #[serde(default)]
    emotions: Vec<Named>,
    files: Vec<File>,
}

/// Speaker in a list of voices.
#[derive(Deserialize)]
struct Person {
    name: String,
    sex: Sex,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Sex {
    Female,
    Male,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl Manifest {
    /// Reads and checks `voice.json`. Fails with `voice-corrupt` if it is not a manifest or a number is out of range,
    /// and with `voice-unsupported` if it has another format or kind. The message names the field.
    pub fn read(json: &str) -> Result<Self> {
        let header: Header = parsed(json)?;
        if header.format != FORMAT {
            let message = format!("voice.json: format {} where this engine reads {FORMAT}", header.format);
            return Err(Error::new(ErrorKind::VoiceUnsupported, message));
        }
        let model = Model::read(&header.kind, json)?;
        let common: Common = parsed(json)?;
        let unsound = common.unsound();
        let Common { id, sample_rate, hop, files, .. } = common;
        let manifest = Self { id, sample_rate, hop, model, files };
        match unsound.or_else(|| manifest.unsound()) {
            None => Ok(manifest),
            Some(field) => {
                Err(Error::new(ErrorKind::VoiceCorrupt, format!("voice.json: {field} is out of range")))
            }
        }
    }

    /// Length of a file in bytes, if it is listed.
    pub(super) fn bytes_of(&self, path: &str) -> Option<usize> {
        self.files.iter().find(|file| file.path == path).map(|file| file.bytes)
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

    /// Name of a field that later arithmetic would divide by, or that is implausible.
    fn unsound(&self) -> Option<&'static str> {
        let mel = || self.mel().and_then(MelLayout::unsound);
        let own = || match &self.model {
            Model::FastSpeech2(layout) => layout.unsound(),
            Model::Sambert(layout) => layout.unsound(),
            Model::Student(layout) => layout.unsound(self.hop),
        };
        mel().or_else(own)
    }
}

impl Model {
    fn read(kind: &str, json: &str) -> Result<Self> {
        match kind {
            "fastspeech2" => parsed(json).map(Self::FastSpeech2),
            "sambert" => parsed(json).map(Self::Sambert),
            "student" => parsed(json).map(Self::Student),
            _ => {
                let message = format!("voice.json: kind \"{kind}\" is not known to this engine");
                Err(Error::new(ErrorKind::VoiceUnsupported, message))
            }
        }
    }
}

impl Common {
    /// Name of a field that is out of range, if any.
    fn unsound(&self) -> Option<&'static str> {
        let speakers =
            self.speakers.iter().map(|Person { name, sex: Sex::Female | Sex::Male }| name.as_str());
        let emotions = self.emotions.iter().map(|emotion| emotion.name.as_str());
        let sound = [
            ("sample_rate", (8_000..=192_000).contains(&self.sample_rate)),
            ("hop", (1..=8192).contains(&self.hop)),
            ("speakers", are_names(&speakers.collect::<Vec<_>>())),
            ("emotions", are_names(&emotions.collect::<Vec<_>>())),
        ];
        sound.into_iter().find(|(_, fine)| !fine).map(|(field, _)| field)
    }
}

/// Whether they are few enough to list, and each has its own.
fn are_names(names: &[&str]) -> bool {
    let own = |(i, name): (usize, &&str)| !name.is_empty() && !names[..i].contains(name);
    names.len() <= MOST_NAMES && names.iter().enumerate().all(own)
}

/// Some fields of a manifest. Fails with `voice-corrupt`, naming the field.
fn parsed<T: DeserializeOwned>(json: &str) -> Result<T> {
    let corrupt =
        |what: String| Error::new(ErrorKind::VoiceCorrupt, format!("voice.json is not a manifest: {what}"));
    let mut reader = serde_json::Deserializer::from_str(json);
    // Without the path, serde would say what it found, but not where.
    let fields = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        match error.path().to_string().as_str() {
            "." => corrupt(error.inner().to_string()),
            path => corrupt(format!("{path}: {}", error.inner())),
        }
    })?;
    reader.end().map_err(|error| corrupt(error.to_string()))?;
    Ok(fields)
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
            ("stages.vocoder.context", vocoder.context <= 4096),
            ("stages.vocoder.context_before", vocoder.reach().before <= 4096),
            ("stages.vocoder.context_after", vocoder.reach().after <= 4096),
            ("stages.vocoder.min_frames", vocoder.min_frames <= 4096),
        ];
        sound.iter().find(|(_, fine)| !fine).map(|&(field, _)| field)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::vocoder::Reach;

    /// A small voice: mel of 2 bands, hop 4, a handful of symbols.
    const JSON: &str = r##"{
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

    pub(crate) fn manifest() -> Manifest {
        Manifest::read(JSON).unwrap()
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
        for json in ["", "{", "[]", &format!("{JSON}{{}}"), r#"{"format":1,"kind":"fastspeech2"}"#] {
            assert_eq!(Manifest::read(json).unwrap_err().kind(), ErrorKind::VoiceCorrupt);
        }
    }

    type Change = fn(&mut serde_json::Value);

    #[test]
    fn an_error_names_the_field() {
        let json = |change: Change| {
            let mut json: serde_json::Value = serde_json::from_str(JSON).unwrap();
            change(&mut json);
            json.to_string()
        };
        let changes: [(&str, Change); 10] = [
            ("missing field `mels`", |json| drop(json.as_object_mut().unwrap().remove("mels"))),
            ("mels: invalid type", |json| json["mels"] = "80".into()),
            ("mels is out of range", |json| json["mels"] = 0.into()),
            ("hop: invalid value", |json| json["hop"] = (-1).into()),
            ("stages.vocoder.context: invalid type", |json| {
                json["stages"]["vocoder"]["context"] = 0.5.into()
            }),
            ("stages.vocoder.context is", |json| json["stages"]["vocoder"]["context"] = 5000.into()),
            ("files[0].bytes", |json| json["files"] = serde_json::json!([{"path": "a", "bytes": "1"}])),
            ("speakers[0].sex", |json| json["speakers"] = serde_json::json!([{"name": "a", "sex": "f"}])),
            ("speakers is", |json| json["speakers"] = serde_json::json!([{"name": "", "sex": "male"}])),
            ("emotions is", |json| json["emotions"] = serde_json::json!([{"name": "sad"}, {"name": "sad"}])),
        ];
        for (told, change) in changes {
            let error = Manifest::read(&json(change)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::VoiceCorrupt, "{told}");
            assert!(error.message().contains(told), "{told}: {error}");
        }
        let twice = JSON.replacen("{", "{\"hop\": 4,", 1);
        assert!(Manifest::read(&twice).unwrap_err().message().contains("duplicate field `hop`"));
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
