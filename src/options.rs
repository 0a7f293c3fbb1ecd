//! What a caller may ask of one synthesis.

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};

/// Ratios to the voice's own manner and an emotion; they shape the predicted contours, not the waveform.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify), tsify(rename = "SpeechOptions"))]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Of the speaking rate, 0.5 to 3.
    pub speed: f32,
    /// Of the pitch in Hz, 0.5 to 2; to 1.5 with voices whose nets break beyond.
    pub pitch: f32,
    /// Of the loudness, 0.5 to 2.
    pub energy: f32,
    /// Name of an emotion of the voice, where the markup asks for none.
    pub emotion: Option<String>,
    /// Of that emotion, from 0, which is neutral, to 1.
    pub intensity: f32,
    /// Name of a speaker of the voice, or a mix of several (`qing:0.7,song:0.3`); the default one where there is none.
    pub speaker: Option<String>,
    /// Whether the text is markup: `true` and `false` say so, `"auto"` reads as markup what looks like it.
    #[cfg_attr(target_arch = "wasm32", tsify(type = r#"boolean | "auto""#))]
    pub markup: MarkupMode,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            speed: 1.0,
            pitch: 1.0,
            energy: 1.0,
            emotion: None,
            intensity: 1.0,
            speaker: None,
            markup: MarkupMode::Auto,
        }
    }
}

impl Options {
    /// Reads options from a JSON object. `option-invalid` for an unknown name or a value out of range.
    pub fn read(json: &str) -> Result<Self> {
        let invalid = |e| Error::new(ErrorKind::OptionInvalid, format!("options: {e}"));
        serde_json::from_str::<Self>(json).map_err(invalid)?.checked()
    }

    /// The options themselves; `option-invalid` if a value is out of range.
    pub fn checked(self) -> Result<Self> {
        let Self { speed, pitch, energy, intensity, .. } = self;
        let ranges = [
            ("speed", speed, 0.5..=3.0),
            ("pitch", pitch, 0.5..=2.0),
            ("energy", energy, 0.5..=2.0),
            ("intensity", intensity, 0.0..=1.0),
        ];
        match ranges.into_iter().find(|(_, value, range)| !range.contains(value)) {
            None => Ok(self),
            Some((name, value, range)) => {
                let (least, most) = range.into_inner();
                let message = format!("{name} is {value}, it must be between {least} and {most}");
                Err(Error::new(ErrorKind::OptionInvalid, message))
            }
        }
    }
}

/// Whether a text is read as markup.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Asked")]
pub enum MarkupMode {
    /// Where it looks like markup.
    #[default]
    Auto,
    /// As markup: what is broken is an error.
    On,
    /// As plain text: every sign is text.
    Off,
}

/// As callers write it: `true`, `false` or `"auto"`.
#[derive(Deserialize)]
#[serde(untagged, expecting = "markup is true, false or \"auto\"")]
enum Asked {
    Switch(bool),
    Word(Word),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Auto,
}

impl From<Asked> for MarkupMode {
    fn from(asked: Asked) -> Self {
        match asked {
            Asked::Switch(true) => Self::On,
            Asked::Switch(false) => Self::Off,
            Asked::Word(Word::Auto) => Self::Auto,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_the_voices_own() {
        assert_eq!(Options::read("{}").unwrap(), Options::default());
        assert_eq!(Options::read(r#"{"speed": 1.5}"#).unwrap().speed, 1.5);
    }

    #[test]
    fn bad_options_are_named() {
        for (json, name) in [
            (r#"{"speed": 0}"#, "speed"),
            (r#"{"pitch": 1e9}"#, "pitch"),
            (r#"{"sped": 1}"#, "sped"),
            (r#"{"emotion": "happy", "intensity": 1.1}"#, "intensity"),
            (r#"{"intensity": -0.1}"#, "intensity"),
            (r#"{"emotion": 1}"#, "options"),
            (r#"{"markup": "yes"}"#, "markup is true, false or \"auto\""),
            ("1", "options"),
        ] {
            let error = Options::read(json).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OptionInvalid);
            assert!(error.message().contains(name), "{error}");
        }
    }
}
