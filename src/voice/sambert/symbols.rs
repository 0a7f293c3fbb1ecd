//! Symbols of KAN-TTS: `phone$tone$syllable flag$word flag$emotion$speaker`.

use std::collections::HashMap;

use serde::Deserialize;

use super::phones;
use crate::error::{Error, ErrorKind, Result};
use crate::token::{Boundary, Token};
use crate::voice::acoustic::{Phoneme, Phonemizer, Role};
use crate::voice::emotion::{EmotionKind, Emotions};
use crate::voice::symbol_ids::SymbolIds;

/// Names for each field of a symbol, in the order of their ids.
#[derive(Clone, Debug, Deserialize)]
pub struct Tables {
    /// Phones and break marks.
    pub sy: Vec<String>,
    /// Tones.
    pub tone: Vec<String>,
    /// Positions in the syllable.
    pub syllable_flag: Vec<String>,
    /// Positions in the word.
    pub word_segment: Vec<String>,
    /// Emotions.
    pub emotion: Vec<String>,
    /// Speakers.
    pub speaker: Vec<String>,
}

/// Emotion that a voice was trained on.
#[derive(Clone, Debug, Deserialize)]
pub struct TrainedEmotion {
    /// Name in requests.
    pub name: String,
    /// Name in symbols.
    pub symbol: String,
}

/// Symbol set of a voice, with the speaker of all its symbols.
pub struct Symbols {
    ids: [HashMap<String, i64>; FIELDS],
    emotions: Vec<TrainedEmotion>,
    speaker: String,
}

/// Number of fields of a symbol.
const FIELDS: usize = 6;

/// Names that only training used; they are not valid in symbol lines.
const SPECIAL: [&str; 3] = ["_", "~", "MASK"];

impl Symbols {
    /// Symbol set from the tables and emotions of a manifest, the neutral emotion first. Fails with `voice-corrupt` if
    /// the tables lack a break mark or the speaker.
    pub fn new(tables: Tables, emotions: Vec<TrainedEmotion>, speaker: String) -> Result<Self> {
        let Tables { sy, tone, syllable_flag, word_segment, emotion, speaker: speakers } = tables;
        let ids = [sy, tone, syllable_flag, word_segment, emotion, speakers].map(|names| {
            let numbered = names.into_iter().zip(0..);
            numbered.filter(|(name, _)| !SPECIAL.contains(&name.as_str())).collect()
        });
        let symbols = Self { ids, emotions, speaker };
        let marks = (1..=4).map(|level| symbols.mark(level)).collect::<Vec<_>>();
        symbols.ids(&marks).map_err(|e| {
            Error::new(ErrorKind::VoiceCorrupt, "voice.json: the symbols lack a break mark or the speaker")
                .because(e)
        })?;
        Ok(symbols)
    }

    /// Symbol of an emotion. Fails with `unknown-emotion` if the voice was not trained on it.
    pub fn emotion(&self, name: &str) -> Result<&str> {
        let found = self.emotions.iter().find(|emotion| emotion.name == name);
        found.map(|emotion| emotion.symbol.as_str()).ok_or_else(|| self.emotions().unknown(name))
    }

    fn parse(&self, symbol: &str) -> Result<[i64; FIELDS]> {
        let invalid = |message: String| Error::new(ErrorKind::MarkupInvalid, message);
        let fields: Vec<&str> = symbol.split('$').collect();
        let fields: [&str; FIELDS] = fields.try_into().map_err(|fields: Vec<_>| {
            invalid(format!("\"{symbol}\" has {} fields instead of {FIELDS}", fields.len()))
        })?;
        let mut ids = [0; FIELDS];
        for ((id, field), table) in ids.iter_mut().zip(fields).zip(&self.ids) {
            let found = table.get(field).copied();
            *id = found.ok_or_else(|| invalid(format!("\"{symbol}\": the voice has no \"{field}\"")))?;
        }
        Ok(ids)
    }

    /// Phones of a word. The suffix 儿 changes the final before it if there is a phone for that.
    fn word_phones(&self, word: &[Token]) -> Result<Vec<SpelledPhone>> {
        let mut phones: Vec<SpelledPhone> = Vec::new();
        for (token, syllable) in
            word.iter().enumerate().flat_map(|(i, t)| t.surface.iter().map(move |s| (i, s)))
        {
            if syllable.is_erhua()
                && let Some(last) = phones.last_mut()
                && let Some(coloured) = phones::coloured(&last.name).filter(|name| self.has_phone(name))
            {
                last.name = coloured;
                continue;
            }
            let names =
                phones::of_syllable(&syllable.base).filter(|names| names.iter().all(|n| self.has_phone(n)));
            let [onset, rhyme] = names.ok_or_else(|| {
                let message = format!("the voice has no syllable \"{}\"", syllable.base);
                Error::new(ErrorKind::VoiceUnsupported, message)
            })?;
            let tone = format!("tone{}", syllable.tone);
            phones.push(SpelledPhone { name: onset, tone: tone.clone(), flag: "s_begin", token });
            phones.push(SpelledPhone { name: rhyme, tone, flag: "s_end", token });
        }
        Ok(phones)
    }

    fn has_phone(&self, name: &str) -> bool {
        self.ids[0].contains_key(name)
    }

    /// Break mark of a level, 1 to 4.
    fn mark(&self, level: u8) -> String {
        format!("#{level}$tone_none$s_none$word_none$emotion_none${}", self.speaker)
    }
}

impl Phonemizer for Symbols {
    /// Symbols of `tokens`: two phones per syllable, and a break mark after every word. Tokens without an emotion are
    /// neutral.
    fn phonemize(&self, tokens: &[Token], emotions: &[Option<&str>]) -> Result<Vec<Phoneme>> {
        let neutral = self.emotions.first().map_or("emotion_none", |emotion| &emotion.symbol);
        let named =
            |i: usize| emotions.get(i).copied().flatten().map_or(Ok(neutral), |name| self.emotion(name));
        let emotions: Vec<&str> = (0..tokens.len()).map(named).collect::<Result<_>>()?;
        let mut symbols = Vec::new();
        let mut start = 0;
        for word in tokens.chunk_by(|token, _| token.boundary == Boundary::Syllable) {
            let phones = self.word_phones(word)?;
            let count = phones.len();
            for (i, phone) in phones.into_iter().enumerate() {
                let index = start + phone.token;
                let fields = [phone.name, phone.tone, phone.flag.to_owned(), word_flag(i, count).to_owned()];
                symbols.push((format!("{}${}${}", fields.join("$"), emotions[index], self.speaker), index));
            }
            start += word.len();
            let boundary = word.last().map_or(Boundary::Syllable, |token| token.boundary);
            symbols.push((self.mark(level(boundary, start == tokens.len())), start - 1));
        }
        let phoneme = |(symbol, token): (String, usize)| Phoneme { role: self.role(&symbol), symbol, token };
        Ok(symbols.into_iter().map(phoneme).collect())
    }

    fn emotions(&self) -> Emotions {
        let names = self.emotions.iter().map(|emotion| emotion.name.clone()).collect();
        Emotions { kind: EmotionKind::Trained, names }
    }

    fn role(&self, symbol: &str) -> Role {
        match symbol.split('$').nth(2) {
            Some("s_begin") => Role::Onset,
            Some("s_none") => Role::Pause,
            _ => Role::Rhyme,
        }
    }

    fn boundary(&self, symbol: &str) -> Boundary {
        match symbol.split('$').next() {
            Some("#1") => Boundary::Word,
            Some("#2") => Boundary::Phrase,
            Some("#3") => Boundary::Clause,
            Some("#4") => Boundary::Sentence,
            _ => Boundary::Syllable,
        }
    }

    /// Fails with `markup-invalid` for a symbol that does not have six fields or has a name that the voice lacks.
    /// (KAN-TTS itself drops an unknown phone, and its fields then have different lengths.)
    fn ids(&self, symbols: &[String]) -> Result<SymbolIds> {
        let parsed: Vec<_> = symbols.iter().map(|symbol| self.parse(symbol)).collect::<Result<_>>()?;
        let row = |field: usize| parsed.iter().map(|symbol| symbol[field]).collect::<Vec<_>>();
        Ok((0..FIELDS).map(row).collect::<Vec<_>>().into())
    }

    fn closing(&self) -> usize {
        1
    }
}

/// Level of the break mark after a word. An input that ends inside a phrase ends like a clause, since training had no
/// other end.
fn level(boundary: Boundary, closing: bool) -> u8 {
    match boundary {
        Boundary::Sentence => 4,
        Boundary::Clause => 3,
        _ if closing => 3,
        Boundary::Phrase => 2,
        Boundary::Word | Boundary::Syllable => 1,
    }
}

/// Phone of a word.
struct SpelledPhone {
    name: String,
    tone: String,
    flag: &'static str,
    /// Index of its token in the word.
    token: usize,
}

/// Flag for the position of a phone in its word.
fn word_flag(index: usize, count: usize) -> &'static str {
    match index {
        0 => "word_begin",
        _ if index + 1 == count => "word_end",
        _ => "word_middle",
    }
}

#[cfg(test)]
#[path = "symbols_tests.rs"]
mod tests;
