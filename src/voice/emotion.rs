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

/// How rules speak an emotion, beside the neutral manner of the same voice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Preset {
    /// By which it is asked for.
    pub name: &'static str,
    /// Semitones that the whole contour is raised by.
    pub register: f32,
    /// Ratio of the distance of the syllables from the mean of their input, in semitones.
    pub range: f32,
    /// Semitones that an input falls by from its first to its last symbol, beyond what it does anyway; negative
    /// where it falls less.
    pub declination: f32,
    /// Semitones that the last syllable of a sentence is raised by; half of that the one before it.
    pub rise: f32,
    /// Ratio of the speaking rate, pauses left out.
    pub rate: f32,
    /// Ratio of the length of pauses.
    pub pauses: f32,
    /// Decibels that it is louder by.
    pub energy: f32,
}

/// The preset of that name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

const NEUTRAL: Preset = Preset {
    name: "neutral",
    register: 0.0,
    range: 1.0,
    declination: 0.0,
    rise: 0.0,
    rate: 1.0,
    pauses: 1.0,
    energy: 0.0,
};

/// The rules.
pub const PRESETS: [Preset; 8] = [
    NEUTRAL,
    Preset {
        name: "happy",
        register: 2.0,
        range: 1.3,
        declination: -1.0,
        rise: 1.0,
        rate: 1.08,
        pauses: 0.85,
        energy: 1.5,
    },
    Preset {
        name: "angry",
        register: 1.5,
        range: 1.4,
        declination: 1.5,
        rise: -1.0,
        rate: 1.15,
        pauses: 0.7,
        energy: 3.0,
    },
    Preset {
        name: "sad",
        register: -1.5,
        range: 0.7,
        declination: 1.0,
        rise: -0.5,
        rate: 0.8,
        pauses: 1.5,
        energy: -3.0,
    },
    Preset {
        name: "fear",
        register: 2.5,
        range: 0.8,
        declination: -0.5,
        rise: 0.5,
        rate: 1.15,
        pauses: 1.2,
        energy: -1.5,
    },
    Preset {
        name: "surprise",
        register: 3.0,
        range: 1.4,
        declination: -2.0,
        rise: 2.0,
        rate: 0.95,
        pauses: 1.0,
        energy: 2.0,
    },
    Preset {
        name: "calm",
        register: -1.0,
        range: 0.85,
        declination: 0.0,
        rise: 0.0,
        rate: 0.9,
        pauses: 1.2,
        energy: -1.0,
    },
    Preset {
        name: "gentle",
        register: -0.5,
        range: 0.8,
        declination: 0.0,
        rise: 0.5,
        rate: 0.88,
        pauses: 1.15,
        energy: -2.0,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_emotion_is_told_with_those_there_are() {
        let emotions = Emotions::prosody();
        assert_eq!(emotions.names[0], "neutral");
        assert!(emotions.names.iter().all(|name| emotions.check(name).is_ok() && preset(name).is_some()));
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
