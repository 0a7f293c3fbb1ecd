//! What a caller may ask of one synthesis.

use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};

/// Ratios to the voice's own manner; they shape the predicted contours, not the waveform.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Of the speaking rate, 0.5 to 2.
    pub speed: f32,
    /// Of the pitch in Hz, 0.5 to 1.5: beyond that the nets leave what they were trained on and the voice breaks
    /// (measured by `models/baker/measure_contours.py`: 1.7 gives 1.16).
    pub pitch: f32,
    /// Of the loudness, 0.5 to 2.
    pub energy: f32,
}

impl Default for Options {
    fn default() -> Self {
        Self { speed: 1.0, pitch: 1.0, energy: 1.0 }
    }
}

impl Options {
    /// Reads options from a JSON object. `option-invalid` for an unknown name or a value out of range.
    pub fn read(json: &str) -> Result<Self> {
        let invalid = |message: String| Error::new(ErrorKind::OptionInvalid, message);
        let options: Self = serde_json::from_str(json).map_err(|e| invalid(format!("options: {e}")))?;
        let ratios =
            [("speed", options.speed, 2.0), ("pitch", options.pitch, 1.5), ("energy", options.energy, 2.0)];
        match ratios.into_iter().find(|(_, ratio, most)| !(0.5..=*most).contains(ratio)) {
            None => Ok(options),
            Some((name, ratio, most)) => {
                Err(invalid(format!("{name} is {ratio}, it must be between 0.5 and {most}")))
            }
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
            ("1", "options"),
        ] {
            let error = Options::read(json).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OptionInvalid);
            assert!(error.message().contains(name), "{error}");
        }
    }
}
