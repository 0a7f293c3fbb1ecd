//! Elements of other engines' markup, as far as they have a meaning here: those of Azure, Amazon and Google.

use tracing::warn;

use super::element::{self, Attributes, Element, find, local, milliseconds};
use super::style::{Emotion, Speaker, Style};

/// The element of that name, which may have the prefix of a namespace; what is wrong with it otherwise. Of an element
/// that means nothing here only the text counts.
pub(super) fn read(name: &str, attributes: &Attributes) -> Result<Element, String> {
    let own = local(name);
    if let Some(element) = foreign(own, attributes) {
        return Ok(element);
    }
    Ok(element::known(own, attributes)?.unwrap_or_else(|| {
        warn!(element = name, "an element of the markup is not known: its text is spoken");
        Element::Plain
    }))
}

/// The element of that name, without the prefix of its namespace; `None` if it means nothing here.
fn foreign(name: &str, attributes: &Attributes) -> Option<Element> {
    let find = |key: &str| find(attributes, key);
    match name {
        "voice" => Some(Element::Styled { style: voice(attributes) }),
        "emphasis" => Some(Element::Emphasis { style: emphasis(find("level").unwrap_or("moderate")) }),
        "express-as" => felt(find("style").or_else(|| find("type"))?, degree(find("styledegree"))),
        "style" => felt(find("name")?, 1.0),
        // Amazon's low, medium and high.
        "emotion" if find("name").is_some_and(|name| emotion(name).is_some()) => {
            felt(find("name")?, level(find("intensity")?)?)
        }
        "silence" => silence(find("type")?, find("value")?),
        "bookmark" => Some(Element::Mark { name: find("mark")?.to_owned() }),
        "audio" | "lang" | "w" | "token" | "lookup" | "par" | "seq" | "media" | "domain" => {
            Some(Element::Plain)
        }
        "desc" | "meta" | "metadata" | "lexicon" => Some(Element::Unspoken),
        _ => None,
    }
}

/// A list of names, as the standard has it, or one name.
fn voice(attributes: &Attributes) -> Style {
    let names = find(attributes, "name").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    let sex = find(attributes, "gender").map(str::to_lowercase);
    Style { speaker: Some(Speaker { names, sex }), ..Style::default() }
}

/// Stress is slower and louder.
fn emphasis(level: &str) -> Style {
    let (speed, volume) = match level {
        "strong" => (0.88, 1.3),
        "moderate" => (0.94, 1.15),
        "reduced" => (1.06, 0.85),
        _ => (1.0, 1.0),
    };
    Style { speed, volume, ..Style::default() }
}

fn felt(style: &str, intensity: f32) -> Option<Element> {
    let name = emotion(style)?.to_owned();
    let emotion = Some(Emotion { name, intensity, optional: true });
    Some(Element::Styled { style: Style { emotion, ..Style::default() } })
}

/// The nearest emotion to a style of another engine.
fn emotion(style: &str) -> Option<&'static str> {
    Some(match style {
        "cheerful" | "excited" | "happy" | "friendly" | "hopeful" | "lively" | "chat-casual" => "happy",
        "angry" | "disgruntled" | "shouting" | "unfriendly" => "angry",
        "sad" | "depressed" | "disappointed" | "lyrical" | "apologetic" => "sad",
        "fearful" | "terrified" | "embarrassed" => "fear",
        "surprised" | "envious" => "surprise",
        "calm" | "narration-relaxed" | "documentary-narration" => "calm",
        "gentle" | "affectionate" | "whispering" | "empathetic" => "gentle",
        _ => return None,
    })
}

/// Azure's scale ends at 2, where 1 is the style as it is.
fn degree(written: Option<&str>) -> f32 {
    written.and_then(|written| written.parse().ok()).map_or(1.0, |degree: f32| degree.clamp(0.0, 1.0))
}

fn level(written: &str) -> Option<f32> {
    match written {
        "low" => Some(0.4),
        "medium" => Some(0.7),
        "high" => Some(1.0),
        _ => None,
    }
}

fn silence(kind: &str, value: &str) -> Option<Element> {
    let pause_ms = milliseconds(value)?;
    match kind.trim_end_matches("-exact") {
        "Leading" => Some(Element::Break { pause_ms: Some(pause_ms) }),
        "Tailing" => Some(Element::Tail { pause_ms }),
        "Sentenceboundary" => Some(Element::Sentences { pause_ms }),
        _ => None,
    }
}
