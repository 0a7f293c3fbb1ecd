//! Emotions by name: those that a voice was trained on, or rules that shape the prosody of a voice that was not.

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};

/// Source of a voice's emotions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum EmotionKind {
    /// The voice was trained on them.
    Trained,
    /// Rules shape its pitch, energy and durations.
    Prosody,
}

/// Emotions that a voice offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Emotions {
    /// Source of the emotions.
    pub kind: EmotionKind,
    /// Names, the neutral one first.
    pub names: Vec<String>,
}

impl Emotions {
    /// Emotions of a voice whose prosody is shaped by rules: the names of [`PRESETS`].
    pub fn prosody() -> Self {
        let names = PRESETS.iter().map(|preset| preset.name.to_owned()).collect();
        Self { kind: EmotionKind::Prosody, names }
    }

    /// Fails with `unknown-emotion`, listing the known names, if `name` is not one of them.
    pub fn check(&self, name: &str) -> Result<()> {
        match self.names.iter().any(|known| known == name) {
            true => Ok(()),
            false => Err(self.unknown(name)),
        }
    }

    /// Error for an unknown name, listing the known ones.
    pub fn unknown(&self, name: &str) -> Error {
        let message = format!("the voice has no emotion \"{name}\", it has {}", self.names.join(", "));
        Error::new(ErrorKind::UnknownEmotion, message)
    }
}

/// Rule-based emotion: changes to the predicted prosody at full intensity, relative to the same voice speaking
/// neutrally.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preset {
    /// Name of the emotion.
    pub name: &'static str,
    /// Shift of the whole pitch contour, in semitones.
    pub register: f32,
    /// Factor on the distance of each syllable from the mean pitch of its input, in semitones. Above 1 it also scales
    /// the movement inside each syllable.
    pub range: f32,
    /// Additional fall from the beginning of an input to its end, in semitones; negative for a smaller fall.
    pub declination: f32,
    /// Rise at the end of a sentence, in semitones, growing over the last two syllables.
    pub rise: f32,
    /// Factor on the speaking rate, pauses excluded.
    pub rate: f32,
    /// Factor on the length of pauses.
    pub pauses: f32,
    /// Gain in decibels.
    pub energy: f32,
}

/// Preset with this name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// Rule-based emotions, the neutral one first. Columns: register, range, declination, rise, rate, pauses, energy.
///
/// The directions follow the literature, above all Li et al. 2010 (register, range and the ends of sentences in
/// Mandarin), Li, Fang & Dang 2011 (rising and falling ends), Lin & Fon 2012 (F0 and rate by arousal, in Taiwan) and
/// Juslin & Laukka 2003 (a review of all cues); the amounts are tuned by measurement. `docs/emotions.md` lists the
/// source of each value, and what is heard of it.
pub const PRESETS: [Preset; 8] = [
    row("neutral", [0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0]),
    row("happy", [1.8, 1.25, -0.8, 1.0, 1.06, 0.85, 1.5]),
    row("angry", [1.5, 1.2, 0.5, -1.0, 1.08, 0.7, 2.5]),
    row("sad", [-1.5, 0.75, 0.3, -0.3, 0.87, 1.5, -2.4]),
    row("fear", [2.5, 0.75, -0.5, 0.5, 1.1, 1.2, -2.2]),
    row("surprise", [2.6, 1.2, -1.0, 2.0, 0.95, 1.0, 1.8]),
    row("calm", [-1.0, 0.85, 0.0, 0.0, 0.9, 1.2, -0.8]),
    row("gentle", [-0.5, 0.8, 0.0, 0.5, 0.88, 1.15, -1.8]),
];

/// Row of the table.
const fn row(name: &'static str, contour: [f32; 7]) -> Preset {
    let [register, range, declination, rise, rate, pauses, energy] = contour;
    Preset { name, register, range, declination, rise, rate, pauses, energy }
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
