//! Symbols of a `student` voice: Mandarin and English in one alphabet, and punctuation for pauses.

use std::collections::HashMap;

use super::{english, mandarin, questions};
use crate::error::{Error, ErrorKind, Result};
use crate::token::{Boundary, Syllable, Token};
use crate::voice::acoustic::{Phoneme, Phonemizer, Role};
use crate::voice::emotion::{self, Emotions, Preset};
use crate::voice::symbol_ids::SymbolIds;

/// Symbol at both ends of every input. Its id is 0 in every voice.
const END: &str = "$";

/// Symbol of the space between words in symbol lines.
const SPACE: &str = "_";

/// Symbol of the space between phrases in symbol lines, before which there is a short pause.
const PHRASE: &str = "|";

/// Symbol of the short pause after an English word inside Mandarin in symbol lines. Without it the nets run the word into
/// the next syllable: the end of it is swallowed, and it is taken for Mandarin.
const ENGLISH_END: &str = "·";

/// Symbol of the pause after an item of a list in symbol lines.
const ITEM: &str = "、";

/// Symbol of the mark of a question whose end is high in symbol lines.
const QUESTION: &str = "？";

/// Symbols that are others to the nets, and what they are.
const SHAPED: [(&str, &str); 4] = [(PHRASE, SPACE), (ENGLISH_END, ","), (ITEM, ","), (QUESTION, "?")];

/// Punctuation at which the voice pauses.
const MARKS: [&str; 8] = [",", ".", "!", "?", ";", ":", "…", "—"];

/// Symbol set of a voice: single characters. The end mark and the space have a different spelling in symbol lines.
pub struct Symbols {
    ids: HashMap<String, i64>,
}

impl Symbols {
    /// Symbol set from the ids in a manifest. Fails with `voice-corrupt` if a symbol is missing that a text can need.
    pub fn new(symbols: &HashMap<String, i64>) -> Result<Self> {
        let written = |symbol: &String| if symbol == " " { SPACE.to_owned() } else { symbol.clone() };
        let mut ids: HashMap<_, _> = symbols.iter().map(|(symbol, id)| (written(symbol), *id)).collect();
        ids.insert(END.to_owned(), 0);
        for (shaped, plain) in SHAPED {
            if let Some(id) = ids.get(plain).copied() {
                ids.insert(shaped.to_owned(), id);
            }
        }
        let symbols = Self { ids };
        let marks = MARKS.iter().chain([&SPACE]).map(|mark| (*mark).to_owned());
        let letters = mandarin::symbols().chain(english::symbols()).map(String::from);
        marks.chain(letters).try_for_each(|needed| symbols.id(&needed).map(drop))?;
        Ok(symbols)
    }

    fn id(&self, symbol: &str) -> Result<i64> {
        self.ids.get(symbol).copied().ok_or_else(|| {
            Error::new(ErrorKind::VoiceCorrupt, format!("voice.json: the symbol \"{symbol}\" is missing"))
        })
    }
}

impl Phonemizer for Symbols {
    /// Symbols of `tokens` between two end marks: syllables and English words, a space between words, and punctuation
    /// with a space at a pause. The last token is always followed by punctuation, a comma if the sentence continues.
    fn phonemize(&self, tokens: &[Token], _emotions: &[Option<&str>]) -> Result<Vec<Phoneme>> {
        let mut line = Line::default();
        line.push(END, Role::End, 0);
        for (index, token) in tokens.iter().enumerate() {
            match token.phones.is_empty() {
                true => line.add_syllables(&token.surface, index)?,
                false => line.add_phones(token, index)?,
            }
            line.close(tokens, index);
        }
        line.push(END, Role::End, tokens.len().saturating_sub(1));
        Ok(line.phonemes)
    }

    /// Rule-based emotions: voices of this kind were not trained on any.
    fn emotions(&self) -> Emotions {
        Emotions::prosody()
    }

    fn preset(&self, name: &str) -> Option<&'static Preset> {
        emotion::preset(name)
    }

    /// Without its neighbours a consonant may be an onset or a coda; it counts as an onset.
    fn role(&self, symbol: &str) -> Role {
        match symbol {
            END => Role::End,
            SPACE => Role::Boundary,
            PHRASE => Role::Phrase,
            ENGLISH_END | ITEM | QUESTION => mark_role(symbol),
            _ if MARKS.contains(&symbol) => Role::Pause,
            _ if symbol.chars().all(is_vowel) => Role::Rhyme,
            "→" | "↗" | "↓" | "↘" | "ŋ" => Role::Coda,
            _ => Role::Onset,
        }
    }

    /// The nets have learned sentences only.
    fn tone(&self, symbol: &str) -> Option<u8> {
        mandarin::tone(symbol)
    }

    fn boundary(&self, symbol: &str) -> Boundary {
        match symbol {
            SPACE | ENGLISH_END => Boundary::Word,
            PHRASE => Boundary::Phrase,
            "." | "!" | "?" | QUESTION | ";" | "…" => Boundary::Sentence,
            ITEM => Boundary::Clause,
            _ if MARKS.contains(&symbol) => Boundary::Clause,
            _ => Boundary::Syllable,
        }
    }

    /// Fails with `voice-corrupt` for a symbol that the voice lacks.
    fn ids(&self, symbols: &[String]) -> Result<SymbolIds> {
        let ids = symbols.iter().map(|symbol| self.id(symbol)).collect::<Result<Vec<_>>>()?;
        Ok(ids.into())
    }

    fn enclosed(&self, mut phonemes: Vec<Phoneme>) -> Vec<Phoneme> {
        let end = |token| Phoneme { symbol: END.to_owned(), role: Role::End, token };
        let is_open = |phoneme: Option<&Phoneme>| phoneme.is_none_or(|phoneme| phoneme.symbol != END);
        if is_open(phonemes.first()) {
            phonemes.insert(0, end(0));
        }
        if phonemes.len() < 2 || is_open(phonemes.last()) {
            let last = phonemes.last().map_or(0, |phoneme| phoneme.token);
            phonemes.push(end(last));
        }
        phonemes
    }

    /// Two: the last punctuation mark and the end mark.
    fn closing(&self) -> usize {
        2
    }
}

/// Symbols of an input in progress.
#[derive(Default)]
struct Line {
    phonemes: Vec<Phoneme>,
    /// Whether the last symbols are a Mandarin syllable that the suffix 儿 can join.
    open: bool,
}

impl Line {
    fn push(&mut self, symbol: &str, role: Role, token: usize) {
        self.phonemes.push(Phoneme { symbol: symbol.to_owned(), role, token });
    }

    /// Adds a symbol for each character: the first with the role `first`, the others as coda.
    fn add(&mut self, symbols: &str, first: Role, token: usize) {
        let roles = std::iter::once(first).chain(std::iter::repeat(Role::Coda));
        for (symbol, role) in symbols.chars().zip(roles) {
            self.push(symbol.encode_utf8(&mut [0; 4]), role, token);
        }
    }

    fn add_syllables(&mut self, syllables: &[Syllable], token: usize) -> Result<()> {
        for syllable in syllables {
            if syllable.is_erhua() && self.open {
                self.phonemes.pop_if(|last| last.symbol == SPACE);
                self.push(mandarin::ERHUA, Role::Coda, token);
                continue;
            }
            let parts = mandarin::parts(syllable).ok_or_else(|| {
                let message = format!("the voice has no syllable \"{}\"", syllable.base);
                Error::new(ErrorKind::VoiceUnsupported, message)
            })?;
            for onset in parts.onset.chars() {
                self.push(onset.encode_utf8(&mut [0; 4]), Role::Onset, token);
            }
            self.add(parts.nucleus, Role::Rhyme, token);
            self.push_coda(parts.tone, token);
            self.push_coda(parts.coda, token);
            self.open = true;
        }
        Ok(())
    }

    fn push_coda(&mut self, symbol: &str, token: usize) {
        if !symbol.is_empty() {
            self.push(symbol, Role::Coda, token);
        }
    }

    fn add_phones(&mut self, token: &Token, index: usize) -> Result<()> {
        self.open = false;
        for (place, &phone) in token.phones.iter().enumerate() {
            let sound = english::sound(phone).ok_or_else(|| {
                let message = format!("the voice has no sound for {phone:?} in \"{}\"", token.text);
                Error::new(ErrorKind::VoiceUnsupported, message)
            })?;
            let stress = english::stress(phone);
            if !stress.is_empty() {
                self.push(stress, Role::Onset, index);
            }
            self.add(sound, if sound.chars().all(is_vowel) { Role::Rhyme } else { Role::Onset }, index);
            if english::is_aspirated(&token.phones, place) {
                self.push(english::ASPIRATION, Role::Onset, index);
            }
        }
        Ok(())
    }

    /// Ends the token `index` of `tokens`: nothing inside a word, a space, or a mark and a space.
    fn close(&mut self, tokens: &[Token], index: usize) {
        let is_last = index + 1 == tokens.len();
        let mark = match tokens[index].boundary {
            boundary if boundary >= Boundary::Clause || is_last => Some(closing(tokens, index)),
            _ => leaves_english(&tokens[index], &tokens[index + 1]).then_some(ENGLISH_END),
        };
        if let Some(symbol) = mark {
            self.push(symbol, mark_role(symbol), index);
            self.open = false;
        }
        match tokens[index].boundary {
            _ if is_last => {}
            Boundary::Syllable => {}
            Boundary::Phrase if mark.is_none() => {
                self.push(PHRASE, Role::Phrase, index);
                self.open = false;
            }
            _ => self.push(SPACE, Role::Boundary, index),
        }
    }
}

/// Whether an English word ends and Mandarin begins. Letters (AI, K歌) are at home in Mandarin, and particles (的, 了)
/// lean on what is before them.
fn leaves_english(token: &Token, next: &Token) -> bool {
    let is_word = token.text.chars().filter(|letter| letter.is_lowercase()).count() > 1;
    let goes_on = next.surface.first().is_none_or(|syllable| syllable.tone == 5);
    token.boundary >= Boundary::Word
        && !token.phones.is_empty()
        && is_word
        && next.phones.is_empty()
        && !goes_on
}

/// Whether a symbol is a vowel of Mandarin or English.
fn is_vowel(symbol: char) -> bool {
    "aeiouyɑæʌəɔɛɜɪʊɤɨɚWIAOY".contains(symbol)
}

/// Role of a mark at which the voice pauses.
fn mark_role(symbol: &str) -> Role {
    match symbol {
        ITEM => Role::Item,
        QUESTION => Role::Question,
        _ => Role::Pause,
    }
}

/// Symbol of the pause after the token `index` of `tokens`.
fn closing(tokens: &[Token], index: usize) -> &'static str {
    let (token, is_last) = (&tokens[index], index + 1 == tokens.len());
    match mark(token) {
        "," if token.mark == Some('、') && !is_last => ITEM,
        "?" if questions::end_high(&tokens[..=index]) => QUESTION,
        mark => mark,
    }
}

/// Punctuation mark of the pause after a token.
fn mark(token: &Token) -> &'static str {
    match token.mark {
        Some('。' | '．' | '.' | '\n' | '\r' | '\u{2028}' | '\u{2029}') => ".",
        Some('！' | '!') => "!",
        Some('？' | '?') => "?",
        Some('；' | ';') => ";",
        Some('：' | ':') => ":",
        Some('…') => "…",
        Some('—' | '–' | '～' | '-') => "—",
        Some(_) => ",",
        None if token.boundary == Boundary::Sentence => ".",
        None => ",",
    }
}

#[cfg(test)]
#[path = "symbols_tests.rs"]
mod tests;
