//! Voice settings of a span: the prosody and emotion elements.

/// Settings relative to the voice's own: 1 is unchanged.
#[derive(Clone, Debug, PartialEq)]
pub struct Style {
    /// Tempo, 0.5 to 2.
    pub speed: f32,
    /// Pitch as a factor of frequency, 0.5 to 2.
    pub pitch: f32,
    /// Loudness as a factor of amplitude, 0 to 2.
    pub volume: f32,
    /// For voices that have it.
    pub emotion: Option<Emotion>,
    /// Who speaks.
    pub speaker: Option<Speaker>,
}

/// A speaker that is asked for, by any of these; another one speaks where the voice has none such.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speaker {
    /// Names, the preferred one first.
    pub names: Vec<String>,
    /// `female` or `male`.
    pub sex: Option<String>,
}

/// An emotion that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Emotion {
    /// As the voice calls it.
    pub name: String,
    /// From 0, which is neutral, to 1.
    pub intensity: f32,
    /// Whether it may be left out where the voice lacks it, as markup for other engines has it.
    pub optional: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { speed: 1.0, pitch: 1.0, volume: 1.0, emotion: None, speaker: None }
    }
}

type Parsed = Result<f32, String>;

/// `slow`, `120%`, `+20%`, `1.2`.
pub(super) fn rate(written: &str) -> Parsed {
    let word = match written {
        "x-slow" => Some(0.6),
        "slow" => Some(0.8),
        "medium" | "default" => Some(1.0),
        "fast" => Some(1.25),
        "x-fast" => Some(1.6),
        _ => None,
    };
    ranged(word.or_else(|| factor(written)), written, 0.5)
}

/// `high`, `+10%`, `+2st` (semitones), `1.1`.
pub(super) fn pitch(written: &str) -> Parsed {
    let word = match written {
        "x-low" => Some(0.7),
        "low" => Some(0.85),
        "medium" | "default" => Some(1.0),
        "high" => Some(1.15),
        "x-high" => Some(1.35),
        _ => None,
    };
    let semitones = || number(written.strip_suffix("st")?).map(|n| (n / 12.0).exp2());
    ranged(word.or_else(semitones).or_else(|| factor(written)), written, 0.5)
}

/// `soft`, `+6dB`, `80` (of 100), `+10%`.
pub(super) fn volume(written: &str) -> Parsed {
    let word = match written {
        "silent" => Some(0.0),
        "x-soft" => Some(0.35),
        "soft" => Some(0.6),
        "medium" | "default" => Some(1.0),
        "loud" => Some(1.4),
        "x-loud" => Some(2.0),
        _ => None,
    };
    // Decibels of amplitude.
    let decibels = || number(written.strip_suffix("dB")?).map(|n| 10f32.powf(n / 20.0));
    let hundredths = || number(written).filter(|_| !written.starts_with(['+', '-'])).map(|n| n / 100.0);
    ranged(word.or_else(decibels).or_else(hundredths).or_else(|| factor(written)), written, 0.0)
}

/// `0.6`, `60%`.
pub(super) fn intensity(written: &str) -> Parsed {
    let signed = written.starts_with(['+', '-']);
    let value = factor(written).filter(|value| !signed && (0.0..=1.0).contains(value));
    value.ok_or_else(|| format!("{written:?} is not an intensity from 0 to 1"))
}

/// `1.2` and `120%` are factors, `+20%` and `-20%` changes.
fn factor(written: &str) -> Option<f32> {
    match written.strip_suffix('%') {
        Some(change) if change.starts_with(['+', '-']) => number(change).map(|n| 1.0 + n / 100.0),
        Some(share) => number(share).map(|n| n / 100.0),
        None if written.starts_with(['+', '-']) => None,
        None => number(written),
    }
}

fn number(written: &str) -> Option<f32> {
    written.parse().ok().filter(|n: &f32| n.is_finite())
}

fn ranged(value: Option<f32>, written: &str, least: f32) -> Parsed {
    let value = value.ok_or_else(|| format!("{written:?} is not a valid value"))?;
    let inside = (least..=2.0).contains(&value);
    inside
        .then_some(value)
        .ok_or_else(|| format!("{written:?} is not from {least} to 2 times the voice's own"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_factors() {
        assert_eq!(rate("slow"), Ok(0.8));
        assert_eq!(rate("+20%"), Ok(1.2));
        assert_eq!(rate("150%"), Ok(1.5));
        assert_eq!(pitch("+12st"), Ok(2.0));
        assert_eq!(volume("80"), Ok(0.8));
        assert_eq!(volume("silent"), Ok(0.0));
        assert_eq!(intensity("60%"), Ok(0.6));
        assert!(volume("+6dB").is_ok_and(|v| (v - 1.995).abs() < 0.01));
    }

    #[test]
    fn others_are_refused() {
        for written in ["", "5", "-90%", "+2", "quick", "NaN", "inf"] {
            assert!(rate(written).is_err(), "{written}");
            assert!(intensity(written).is_err(), "{written}");
        }
    }
}
