//! SSML: speak, p, s, break, phoneme, say-as, sub, prosody, emotion and mark, and the elements of other dialects.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::asked::{Break, GivenReading, Mark, Markup};
use super::broken::broken;
use super::dialects;
use super::element::{Attributes, Element};
use super::say_as;
use super::style::Style;
use crate::error::{Error, Result};
use crate::frontend::spoken::{Origin, SpokenChar, is_han};
use crate::token::{Span, Syllable};

/// The deepest nesting; real documents stay far below.
const DEEPEST: usize = 64;

/// The characters and the markup of an SSML document.
pub(super) fn parse(text: &str) -> Result<(Vec<SpokenChar>, Markup)> {
    // The reader drops a byte order mark, and counts from behind it.
    let body = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut document = Document::new(body);
    document.place = text.encode_utf16().count() - body.encode_utf16().count();
    let mut reader = Reader::from_str(body);
    reader.config_mut().expand_empty_elements = true;
    loop {
        let start = reader.buffer_position() as usize;
        let event =
            reader.read_event().map_err(|what| document.broken(reader.error_position() as usize, what))?;
        let end = reader.buffer_position() as usize;
        match event {
            Event::Start(tag) => document.open(&tag, start, end)?,
            Event::End(_) => document.close(start, end)?,
            Event::Text(_) => document.text(start, end)?,
            Event::CData(_) => document.text(start + "<![CDATA[".len(), end.saturating_sub("]]>".len()))?,
            Event::GeneralRef(reference) => document.reference(&reference, start, end)?,
            Event::DocType(_) => return Err(document.broken(start, "a document type is not allowed")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Empty(_) => document.advance(end),
            Event::Eof => return document.finish(),
        }
    }
}

/// An element that is open.
struct OpenElement {
    element: Element,
    /// Where its tag starts, in bytes.
    byte: usize,
    /// Where its content starts in the document, in characters and in UTF-16 units.
    chars: usize,
    place: usize,
}

struct Document<'a> {
    text: &'a str,
    /// How far the text is read, in bytes and in UTF-16 units.
    byte: usize,
    place: usize,
    chars: Vec<SpokenChar>,
    open: Vec<OpenElement>,
    /// Which styles of the markup are open.
    styles: Vec<usize>,
    markup: Markup,
    /// Silence after the text, in milliseconds.
    tail_ms: Option<u32>,
    spoke: bool,
}

impl<'a> Document<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            byte: 0,
            place: 0,
            chars: Vec::new(),
            open: Vec::new(),
            styles: Vec::new(),
            markup: Markup::default(),
            tail_ms: None,
            spoke: false,
        }
    }

    fn broken(&self, at: usize, what: impl std::fmt::Display) -> Error {
        broken(self.text, at, what)
    }

    /// Moves on to a byte of the text.
    fn advance(&mut self, byte: usize) {
        self.place += self.text.get(self.byte..byte).unwrap_or("").encode_utf16().count();
        self.byte = byte;
    }

    fn open(&mut self, tag: &BytesStart, start: usize, end: usize) -> Result<()> {
        let name = String::from_utf8_lossy(tag.name().as_ref()).into_owned();
        let attributes = attributes(tag).map_err(|what| self.broken(start, what))?;
        let element = dialects::read(&name, &attributes).map_err(|what| self.broken(start, what))?;
        let root = self.open.is_empty();
        if root != (element == Element::Speak) || root && self.spoke {
            return Err(self.broken(start, "one <speak> holds everything else, and only that"));
        }
        if self.open.len() >= DEEPEST {
            return Err(self.broken(start, "the elements stand too deep in each other"));
        }
        self.spoke = true;
        let before = self.place;
        self.advance(end);
        match &element {
            Element::Paragraph | Element::Sentence => self.pause('\n', before),
            Element::Break { pause_ms } => self.rest(*pause_ms, before),
            Element::Mark { name } => self.markup.marks.push(Mark { place: before, name: name.clone() }),
            Element::Prosody { style } | Element::Styled { style } => self.styled(style.clone(), start)?,
            Element::Emphasis { style } => self.stressed(style.clone(), start)?,
            Element::Tail { pause_ms } => self.tail_ms = Some(*pause_ms),
            Element::Sentences { pause_ms } => self.markup.sentence_ms = Some(*pause_ms),
            Element::Emotion { emotion } => {
                self.styled(Style { emotion: Some(emotion.clone()), ..Style::default() }, start)?;
            }
            _ => {}
        }
        let (chars, place) = (self.chars.len(), self.place);
        self.open.push(OpenElement { element, byte: start, chars, place });
        Ok(())
    }

    /// A mark of punctuation in the place of a tag.
    fn pause(&mut self, mark: char, from: usize) {
        let span = Span { start: from, end: self.place };
        if span.start < span.end && !self.chars.is_empty() {
            self.chars.push(SpokenChar { ch: mark, span, origin: Origin::Text });
        }
    }

    fn rest(&mut self, pause_ms: Option<u32>, place: usize) {
        if pause_ms != Some(0) {
            self.pause('，', place);
        }
        if let Some(pause_ms) = pause_ms {
            self.markup.breaks.push(Break { place, pause_ms });
        }
    }

    /// Adds a style to the one around it.
    fn styled(&mut self, style: Style, at: usize) -> Result<()> {
        let around = self.styles.last().and_then(|index| self.markup.styles.get(*index));
        let around = around.map(|(_, style)| style.clone()).unwrap_or_default();
        let style = Style {
            speed: around.speed * style.speed,
            pitch: around.pitch * style.pitch,
            volume: around.volume * style.volume,
            emotion: style.emotion.or(around.emotion),
            speaker: style.speaker.or(around.speaker),
        };
        let allowed =
            (0.5..=2.0).contains(&style.speed) && (0.5..=2.0).contains(&style.pitch) && style.volume <= 2.0;
        if !allowed {
            return Err(self.broken(at, "nested settings leave the range of 0.5 to 2"));
        }
        let place = self.place;
        self.styles.push(self.markup.styles.len());
        // The end is set where the element closes.
        self.markup.styles.push((Span { start: place, end: place }, style));
        Ok(())
    }

    /// Adds a style, as far as the settings around it leave room for it.
    fn stressed(&mut self, style: Style, at: usize) -> Result<()> {
        let around = self.styles.last().and_then(|index| self.markup.styles.get(*index));
        let (speed, volume) = around.map_or((1.0, 1.0), |(_, style)| (style.speed, style.volume));
        let within = |factor: f32, around: f32, least: f32| (factor * around).clamp(least, 2.0) / around;
        let volume = if volume > 0.0 { within(style.volume, volume, 0.0) } else { 1.0 };
        self.styled(Style { speed: within(style.speed, speed, 0.5), volume, ..style }, at)
    }

    fn close(&mut self, start: usize, end: usize) -> Result<()> {
        let Some(open) = self.open.pop() else { return Err(self.broken(start, "nothing is open here")) };
        let content = Span { start: open.place, end: self.place };
        // An element that closes itself ends where its tag does.
        let before = self.place;
        self.advance(end.max(self.byte));
        match &open.element {
            Element::Paragraph | Element::Sentence => self.pause('\n', before),
            Element::Break { .. } | Element::Mark { .. } if content.start < content.end => {
                return Err(self.broken(open.byte, "this element holds no text"));
            }
            Element::Phoneme { syllables } => self.phoneme(&open, content, syllables)?,
            Element::SayAs { how, format } => self.say_as(&open, content, how, format)?,
            Element::Sub { alias } => self.replace(open.chars, content, alias, Origin::Text),
            Element::Prosody { .. }
            | Element::Emotion { .. }
            | Element::Styled { .. }
            | Element::Emphasis { .. } => self.end_style(content),
            Element::Unspoken => self.chars.truncate(open.chars),
            _ => {}
        }
        Ok(())
    }

    fn end_style(&mut self, content: Span) {
        let opened = self.styles.pop();
        if let Some((span, _)) = opened.and_then(|index| self.markup.styles.get_mut(index)) {
            *span = content;
        }
    }

    fn phoneme(&mut self, open: &OpenElement, content: Span, syllables: &[Syllable]) -> Result<()> {
        let text: Vec<char> =
            self.chars[open.chars..].iter().map(|c| c.ch).filter(|ch| !ch.is_whitespace()).collect();
        let han = !text.is_empty() && text.iter().all(|ch| is_han(*ch));
        let word = !text.is_empty() && text.iter().all(|ch| ch.is_ascii_alphabetic());
        if !(han && text.len() == syllables.len() || word) {
            let what = "<phoneme> holds one Chinese character a syllable, or one word of letters";
            return Err(self.broken(open.byte, what));
        }
        self.markup.readings.push(GivenReading { span: content, syllables: syllables.to_vec() });
        Ok(())
    }

    fn say_as(&mut self, open: &OpenElement, content: Span, how: &str, format: &str) -> Result<()> {
        let text: String = self.chars[open.chars..].iter().map(|c| c.ch).collect();
        let said = say_as::said(&text, how, format).map_err(|what| self.broken(open.byte, what))?;
        if let Some((said, origin)) = said {
            self.replace(open.chars, content, &said, origin);
        }
        Ok(())
    }

    /// Puts `said` in the place of what an element holds.
    fn replace(&mut self, from: usize, span: Span, said: &str, origin: Origin) {
        self.chars.truncate(from);
        if span.start < span.end {
            self.chars.extend(said.chars().map(|ch| SpokenChar { ch, span, origin }));
        }
    }

    fn text(&mut self, start: usize, end: usize) -> Result<()> {
        let text = self.text.get(start..end).unwrap_or("");
        self.advance(start);
        if self.open.is_empty() && !text.trim_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']).is_empty() {
            return Err(self.broken(start, "text stands outside of <speak>"));
        }
        for ch in text.chars().filter(|_| !self.open.is_empty()) {
            let span = Span { start: self.place, end: self.place + ch.len_utf16() };
            // A document's lines may break anywhere; <p> and <s> mark where to split.
            let ch = if ch == '\n' || ch == '\r' { ' ' } else { ch };
            self.chars.push(SpokenChar { ch, span, origin: Origin::Text });
            self.place = span.end;
        }
        self.byte = end;
        if self.open.is_empty() {
            self.place += text.encode_utf16().count();
        }
        Ok(())
    }

    fn reference(&mut self, reference: &BytesRef, start: usize, end: usize) -> Result<()> {
        let named = reference
            .decode()
            .ok()
            .and_then(|name| quick_xml::escape::resolve_predefined_entity(&name)?.chars().next());
        let numbered = reference.resolve_char_ref().ok().flatten();
        let ch = named.or(numbered).ok_or_else(|| self.broken(start, "this entity is not known"))?;
        let from = self.place;
        self.advance(end);
        self.chars.push(SpokenChar { ch, span: Span { start: from, end: self.place }, origin: Origin::Text });
        Ok(())
    }

    fn finish(mut self) -> Result<(Vec<SpokenChar>, Markup)> {
        if let Some(open) = self.open.last() {
            return Err(self.broken(open.byte, "this element is not closed"));
        }
        if !self.spoke {
            return Err(self.broken(self.text.len(), "there is no <speak>"));
        }
        if let Some(pause_ms) = self.tail_ms {
            self.markup.breaks.push(Break { place: self.place, pause_ms });
        }
        Ok((self.chars, self.markup))
    }
}

fn attributes(tag: &BytesStart) -> std::result::Result<Attributes, String> {
    tag.attributes()
        .map(|attribute| {
            let attribute = attribute.map_err(|what| what.to_string())?;
            let value = attribute.unescape_value().map_err(|what| what.to_string())?;
            Ok((String::from_utf8_lossy(attribute.key.as_ref()).into_owned(), value.into_owned()))
        })
        .collect()
}
