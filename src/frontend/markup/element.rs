//! The elements that are known, with their attributes read.

use super::style::{self, Emotion, Style};
use super::syllables::syllables;
use crate::token::Syllable;

/// An element of the subset.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Element {
    Speak,
    Paragraph,
    Sentence,
    Break { pause_ms: Option<u32> },
    Phoneme { syllables: Vec<Syllable> },
    SayAs { how: String, format: String },
    Sub { alias: String },
    Prosody { style: Style },
    Emotion { emotion: Emotion },
    Mark { name: String },
}

/// Name and attributes as written.
pub(super) type Attributes = Vec<(String, String)>;

/// The element of that name; what is wrong with it otherwise.
pub(super) fn read(name: &str, attributes: &Attributes) -> Result<Element, String> {
    let find = |key: &str| attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
    let need = |key: &str| find(key).ok_or_else(|| format!("<{name}> needs the attribute {key}"));
    match name {
        "speak" => Ok(Element::Speak),
        "p" => Ok(Element::Paragraph),
        "s" => Ok(Element::Sentence),
        "break" => Ok(Element::Break { pause_ms: pause(find("time"), find("strength"))? }),
        "phoneme" => {
            let alphabet = find("alphabet").unwrap_or("pinyin");
            if !matches!(alphabet, "pinyin" | "x-pinyin" | "py") {
                return Err(format!("the alphabet {alphabet:?} is not known, only pinyin is"));
            }
            Ok(Element::Phoneme { syllables: syllables(need("ph")?)? })
        }
        "say-as" => {
            let format = find("format").unwrap_or("").to_string();
            Ok(Element::SayAs { how: need("interpret-as")?.to_string(), format })
        }
        "sub" => Ok(Element::Sub { alias: need("alias")?.to_string() }),
        "prosody" => Ok(Element::Prosody { style: prosody(&find)? }),
        "emotion" => {
            let named = find("name").or_else(|| find("category")).filter(|name| !name.is_empty());
            let name = named.ok_or("<emotion> needs the attribute name")?.to_string();
            let intensity = find("intensity").map_or(Ok(1.0), style::intensity);
            let intensity = intensity.map_err(|what| format!("intensity: {what}"))?;
            Ok(Element::Emotion { emotion: Emotion { name, intensity } })
        }
        "mark" => Ok(Element::Mark { name: need("name")?.to_string() }),
        _ => Err(format!("<{name}> is not known")),
    }
}

fn prosody<'a>(find: &impl Fn(&str) -> Option<&'a str>) -> Result<Style, String> {
    let value = |key: &str, read: fn(&str) -> Result<f32, String>| {
        find(key).map_or(Ok(1.0), |written| read(written).map_err(|what| format!("{key}: {what}")))
    };
    Ok(Style {
        speed: value("rate", style::rate)?,
        pitch: value("pitch", style::pitch)?,
        volume: value("volume", style::volume)?,
        emotion: None,
    })
}

/// The longest pause, as in other engines.
const LONGEST_MS: f32 = 10_000.0;

/// Milliseconds of a break; `None` for one without time or strength, which is an ordinary comma.
fn pause(time: Option<&str>, strength: Option<&str>) -> Result<Option<u32>, String> {
    if let Some(time) = time {
        let (number, unit) = match time.strip_suffix("ms") {
            Some(number) => (number, 1.0),
            None => (time.strip_suffix('s').unwrap_or("?"), 1000.0),
        };
        let value = number.parse().ok().map(|n: f32| n * unit).filter(|ms| (0.0..=LONGEST_MS).contains(ms));
        return value.map(|ms| Some(ms as u32)).ok_or_else(|| format!("{time:?} is no time from 0s to 10s"));
    }
    match strength {
        None => Ok(None),
        Some("none") => Ok(Some(0)),
        Some("x-weak") => Ok(Some(100)),
        Some("weak") => Ok(Some(200)),
        Some("medium") => Ok(Some(400)),
        Some("strong") => Ok(Some(700)),
        Some("x-strong") => Ok(Some(1200)),
        Some(other) => Err(format!("{other:?} is no strength of a break")),
    }
}
