//! Emotions by name: those that a voice was trained on, or rules that shape the contours of one that was not.

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};

/// How a voice comes by its emotions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EmotionKind {
    /// It was trained on them.
    Trained,
    /// Rules shape its contours.
    Prosody,
}

/// What a voice has by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Emotions {
    /// How it comes by them.
    pub kind: EmotionKind,
    /// The neutral one first.
    pub names: Vec<String>,
}

impl Emotions {
    /// Those of a voice that rules shape.
    pub fn prosody() -> Self {
        let names = PRESETS.iter().map(|preset| preset.name.to_owned()).collect();
        Self { kind: EmotionKind::Prosody, names }
    }

    /// `unknown-emotion`, naming those that there are, if `name` is not among them.
    pub fn check(&self, name: &str) -> Result<()> {
        match self.names.iter().any(|known| known == name) {
            true => Ok(()),
            false => Err(self.unknown(name)),
        }
    }

    /// The error for a name that is not among them.
    pub fn unknown(&self, name: &str) -> Error {
        let message = format!("the voice has no emotion \"{name}\", it has {}", self.names.join(", "));
        Error::new(ErrorKind::UnknownEmotion, message)
    }
}

/// How rules speak an emotion.
struct Preset {
    name: &'static str,
}

const PRESETS: [Preset; 8] = [
    Preset { name: "neutral" },
    Preset { name: "happy" },
    Preset { name: "angry" },
    Preset { name: "sad" },
    Preset { name: "fear" },
    Preset { name: "surprise" },
    Preset { name: "calm" },
    Preset { name: "gentle" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_emotion_is_told_with_those_there_are() {
        let emotions = Emotions::prosody();
        assert_eq!(emotions.names[0], "neutral");
        assert!(emotions.names.iter().all(|name| emotions.check(name).is_ok()));
        let error = emotions.check("Happy").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownEmotion);
        assert!(error.message().contains("neutral, happy, angry"), "{error}");
    }

    #[test]
    fn they_are_listed_with_their_kind() {
        let emotions = Emotions { kind: EmotionKind::Trained, names: vec!["neutral".to_owned()] };
        let json = serde_json::to_string(&emotions).unwrap();
        assert_eq!(json, r#"{"kind":"trained","names":["neutral"]}"#);
    }
}
