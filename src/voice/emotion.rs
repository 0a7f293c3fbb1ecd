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

/// How rules speak an emotion, beside the neutral manner of the same voice: what they do to the predicted contours at
/// full intensity.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Preset {
    /// By which it is asked for.
    pub name: &'static str,
    /// Semitones that the whole contour is raised by.
    pub register: f32,
    /// Ratio of the distance of the syllables from the mean of their input, in semitones; above 1 also of the movement
    /// inside each syllable.
    pub range: f32,
    /// Semitones that an input falls by from its beginning to its end, beyond what it does anyway; negative where it
    /// falls less.
    pub declination: f32,
    /// Semitones that a sentence is raised by at its end, growing over the last two syllables.
    pub rise: f32,
    /// Ratio of the speaking rate, pauses left out.
    pub rate: f32,
    /// Ratio of the length of pauses.
    pub pauses: f32,
    /// Decibels that it is louder by.
    pub energy: f32,
    /// What comes of it.
    pub measured: MeasuredEffect,
}

/// What a preset moves in the sound of the default voice, as `npm run bench:emotions` measures it: the nets give less
/// than they are asked for where they near the end of what they were trained on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MeasuredEffect {
    /// Semitones of the mean F0.
    pub f0: f32,
    /// Ratio of the standard deviation of F0 in semitones.
    pub range: f32,
    /// Ratio of the syllables a second, pauses left out.
    pub rate: f32,
    /// Decibels.
    pub energy: f32,
}

/// The preset of that name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// The rules, the neutral one first. Columns: register, range, declination, rise, rate, pauses, energy; then what
/// is measured: F0, range, rate, energy.
///
/// The directions follow the literature, above all Li et al. 2010 (register, range and the ends of sentences in
/// Mandarin), Li, Fang & Dang 2011 (rising and falling ends), Lin & Fon 2012 (F0 and rate by arousal, in Taiwan) and
/// Juslin & Laukka 2003 (a review of all cues); the amounts are tuned by measuring. Which is from where, with titles:
/// `docs/emotions.md`.
pub const PRESETS: [Preset; 8] = [
    row("neutral", [0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0], [0.0, 1.0, 1.0, 0.0]),
    row("happy", [1.8, 1.25, -0.8, 1.0, 1.06, 0.85, 1.5], [1.6, 1.14, 1.06, 1.7]),
    row("angry", [1.5, 1.2, 0.5, -1.0, 1.08, 0.7, 2.5], [1.1, 1.17, 1.08, 2.5]),
    row("sad", [-1.5, 0.75, 0.3, -0.3, 0.87, 1.5, -2.4], [-1.5, 0.85, 0.87, -2.7]),
    row("fear", [2.5, 0.75, -0.5, 0.5, 1.1, 1.2, -2.2], [2.4, 0.93, 1.1, -1.5]),
    row("surprise", [2.6, 1.2, -1.0, 2.0, 0.95, 1.0, 1.8], [2.4, 1.07, 0.95, 1.9]),
    row("calm", [-1.0, 0.85, 0.0, 0.0, 0.9, 1.2, -0.8], [-0.9, 0.87, 0.9, -1.1]),
    row("gentle", [-0.5, 0.8, 0.0, 0.5, 0.88, 1.15, -1.8], [-0.4, 0.87, 0.88, -2.0]),
];

/// A row of the table.
const fn row(name: &'static str, contour: [f32; 7], measured: [f32; 4]) -> Preset {
    let [register, range, declination, rise, rate, pauses, energy] = contour;
    let measured = {
        let [f0, range, rate, energy] = measured;
        MeasuredEffect { f0, range, rate, energy }
    };
    Preset { name, register, range, declination, rise, rate, pauses, energy, measured }
}

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
