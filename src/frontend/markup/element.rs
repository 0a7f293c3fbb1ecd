//! The elements that are known, with their attributes read.

use tracing::warn;

use super::style::{self, Emotion, Style};
use super::syllables::syllables;
use crate::token::Syllable;

/// An element of the subset.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Element {
    Speak,
    Paragraph,
    Sentence,
    Break {
        pause_ms: Option<u32>,
    },
    Phoneme {
        syllables: Vec<Syllable>,
    },
    SayAs {
        how: String,
        format: String,
    },
    Sub {
        alias: String,
    },
    Prosody {
        style: Style,
    },
    Emotion {
        emotion: Emotion,
    },
    Mark {
        name: String,
    },
    /// Settings of a span by another element.
    Styled {
        style: Style,
    },
    /// Settings that are held within what the voice can do.
    Emphasis {
        style: Style,
    },
    /// Silence after the text.
    Tail {
        pause_ms: u32,
    },
    /// Silence after each sentence.
    Sentences {
        pause_ms: u32,
    },
    /// Only what it holds counts.
    Plain,
    /// What it holds is not for the ear.
    Unspoken,
}

/// Name and attributes as written.
pub(super) type Attributes = Vec<(String, String)>;

/// A name without the prefix of its namespace.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Value of the attribute of that name, with the prefix of a namespace or without one.
pub(super) fn find<'a>(attributes: &'a Attributes, key: &str) -> Option<&'a str> {
    attributes.iter().find(|(name, _)| local(name) == key).map(|(_, value)| value.as_str())
}

/// An element of the subset; `None` if it is another.
pub(super) fn known(name: &str, attributes: &Attributes) -> Result<Option<Element>, String> {
    let find = |key: &str| find(attributes, key);
    let need = |key: &str| find(key).ok_or_else(|| format!("<{name}> needs the attribute {key}"));
    Ok(Some(match name {
        "speak" => Element::Speak,
        "p" | "paragraph" => Element::Paragraph,
        "s" | "sentence" => Element::Sentence,
        "break" => Element::Break { pause_ms: pause(find("time"), find("strength"))? },
        "phoneme" => phoneme(find("alphabet").unwrap_or("pinyin"), need("ph")?)?,
        "say-as" => {
            let format = find("format").unwrap_or("").to_string();
            Element::SayAs { how: need("interpret-as")?.to_string(), format }
        }
        "sub" => Element::Sub { alias: need("alias")?.to_string() },
        "prosody" => Element::Prosody { style: prosody(&find)? },
        "emotion" => {
            let named = find("name").or_else(|| find("category")).filter(|name| !name.is_empty());
            let name = named.ok_or("<emotion> needs the attribute name")?.to_string();
            let intensity = find("intensity").map_or(Ok(1.0), style::intensity);
            let intensity = intensity.map_err(|what| format!("intensity: {what}"))?;
            Element::Emotion { emotion: Emotion { name, intensity, optional: false } }
        }
        "mark" => Element::Mark { name: need("name")?.to_string() },
        _ => return Ok(None),
    }))
}

/// The reading of an alphabet that is not known is left to the usual rules.
fn phoneme(alphabet: &str, ph: &str) -> Result<Element, String> {
    if matches!(alphabet, "pinyin" | "x-pinyin" | "py" | "x-amazon-pinyin") {
        return Ok(Element::Phoneme { syllables: syllables(ph)? });
    }
    warn!(alphabet, "an alphabet of the markup is not known: the text is read as usual");
    Ok(Element::Plain)
}

fn prosody<'a>(find: &impl Fn(&str) -> Option<&'a str>) -> Result<Style, String> {
    let value = |key: &str, read: fn(&str) -> Result<f32, String>| {
        find(key).map_or(Ok(1.0), |written| read(written).map_err(|what| format!("{key}: {what}")))
    };
    Ok(Style {
        speed: value("rate", style::rate)?,
        pitch: value("pitch", style::pitch)?,
        volume: value("volume", style::volume)?,
        ..Style::default()
    })
}

/// The longest pause, as in other engines.
const LONGEST_MS: f32 = 10_000.0;

/// Milliseconds of a time such as `500ms` or `1.5s`, at most ten seconds.
pub(super) fn milliseconds(time: &str) -> Option<u32> {
    let (number, unit) = match time.trim().strip_suffix("ms") {
        Some(number) => (number, 1.0),
        None => (time.trim().strip_suffix('s')?, 1000.0),
    };
    let value = number.parse().ok().map(|n: f32| n * unit).filter(|ms| (0.0..=LONGEST_MS).contains(ms));
    value.map(|ms| ms.round() as u32)
}

/// Milliseconds of a break; `None` for one without time or strength, which is an ordinary comma.
fn pause(time: Option<&str>, strength: Option<&str>) -> Result<Option<u32>, String> {
    if let Some(time) = time {
        let value = milliseconds(time).map(Some);
        return value.ok_or_else(|| format!("{time:?} is not a time from 0s to 10s"));
    }
    match strength {
        None => Ok(None),
        Some("none") => Ok(Some(0)),
        Some("x-weak") => Ok(Some(100)),
        Some("weak") => Ok(Some(200)),
        Some("medium") => Ok(Some(400)),
        Some("strong") => Ok(Some(700)),
        Some("x-strong") => Ok(Some(1200)),
        Some(other) => Err(format!("{other:?} is not a strength of a break")),
    }
}
