//! Reader of the packed lexicon that `models/lexicon` builds.
//!
//! Little endian: `HANVOXLX`, a 32-bit version, then sections that start with their length:
//! base syllables (lines of text), characters (code, readings, cost), words (front-coded, cost,
//! readings), lists (lines `name<TAB>entry`), the net for characters with several readings, and English words
//! (lines `word=phones`).

mod packed;
mod polyphone;
mod rules;
mod sound;
mod user_dictionary;
pub(super) mod vocabulary;
mod word;

use std::collections::{HashMap, HashSet};

use crate::error::{Error, ErrorKind, Result};
use crate::frontend::latin::Words;
use crate::token::Syllable;
use packed::{Packed, corrupt};
use polyphone::Polyphones;
use rules::ContextRules;

pub use polyphone::Choice;
pub use rules::{Neighbour, Place};
pub use sound::Sound;
pub use user_dictionary::UserDictionary;
pub use vocabulary::{Vocabulary, WordId};
pub use word::{Entry, Word};

const MAGIC: &[u8] = b"HANVOXLX";
const VERSION: u32 = 4;
/// The packed cost of a character that has no frequency.
const NO_COST: u8 = 255;

/// Words, readings and frequencies, read from one packed file.
pub struct Lexicon {
    bases: Vec<String>,
    base_ids: HashMap<String, u16>,
    chars: Chars,
    words: Vocabulary,
    surnames: HashMap<char, Surname>,
    lists: HashMap<String, HashSet<String>>,
    polyphones: Polyphones,
    rules: ContextRules,
    latin: Words,
}

/// A character as a surname.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surname {
    pub sound: Sound,
    /// Whether it is a name often enough to be taken for one without 姓 before it.
    pub common: bool,
}

/// Characters sorted by code, with their readings (the usual one first) and costs.
struct Chars {
    codes: Vec<u32>,
    starts: Vec<u32>,
    sounds: Vec<Sound>,
    costs: Vec<u8>,
}

impl Lexicon {
    /// Reads a packed lexicon. Fails with `voice-corrupt` if it is damaged, `voice-unsupported` for another version.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let mut packed = Packed::new(bytes);
        if packed.bytes(MAGIC.len())? != MAGIC {
            return Err(corrupt("it has no lexicon header"));
        }
        check_version(packed.u32()?)?;
        let bases: Vec<String> = packed.section()?.text()?.lines().map(String::from).collect();
        let base_ids = bases.iter().cloned().zip(0..).collect();
        let chars = Chars::read(&mut packed.section()?, bases.len())?;
        let words = Vocabulary::read(&mut packed.section()?)?;
        let lists = packed.section()?.text()?;
        let polyphones = Polyphones::read(&mut packed.section()?)?;
        let latin = Words::read(packed.section()?.text()?);
        let mut lexicon = Self {
            bases,
            base_ids,
            chars,
            words,
            surnames: HashMap::new(),
            lists: HashMap::new(),
            rules: ContextRules::default(),
            polyphones,
            latin,
        };
        lists.lines().try_for_each(|line| lexicon.add_entry(line))?;
        Ok(lexicon)
    }

    /// The words.
    pub fn words(&self) -> &Vocabulary {
        &self.words
    }

    /// The net for characters with several readings.
    pub fn polyphones(&self) -> &Polyphones {
        &self.polyphones
    }

    /// English words and their phones.
    pub fn latin(&self) -> &Words {
        &self.latin
    }

    /// The usual reading of a character; `None` if nothing is known about it.
    pub fn reading(&self, ch: char) -> Option<Sound> {
        self.chars.readings(ch).first().copied()
    }

    /// The cost of a character as a word of its own, in eighths; `None` if it is too rare to have one.
    pub fn char_cost(&self, ch: char) -> Option<u32> {
        let cost = *self.chars.costs.get(self.chars.find(ch)?)?;
        (cost != NO_COST).then_some(u32::from(cost))
    }

    /// The reading of the `at`-th character of a word.
    pub fn word_reading(&self, word: WordId, at: usize, ch: char) -> Option<Sound> {
        let pick = self.words.picks(word).get(at).copied().unwrap_or(0);
        self.chars.readings(ch).get(usize::from(pick)).copied()
    }

    /// What a character is as a surname, where it is read otherwise than usual.
    pub fn surname(&self, ch: char) -> Option<Surname> {
        self.surnames.get(&ch).copied()
    }

    /// Whether `entry` stands in the list of that name.
    pub fn in_list(&self, list: &str, entry: &str) -> bool {
        self.lists.get(list).is_some_and(|entries| entries.contains(entry))
    }

    /// Whether the character stands in the list of that name.
    pub fn char_in_list(&self, list: &str, ch: char) -> bool {
        self.in_list(list, ch.encode_utf8(&mut [0; 4]))
    }

    /// The syllable as letters and tone.
    pub fn syllable(&self, sound: Sound) -> Syllable {
        let base = self.bases.get(usize::from(sound.base())).cloned().unwrap_or_default();
        Syllable { base, tone: sound.tone() }
    }

    /// The sound of pinyin with a tone digit (`lv4`); `None` if there is no such syllable.
    pub fn sound(&self, pinyin: &str) -> Option<Sound> {
        let (at, digit) = pinyin.char_indices().next_back()?;
        let tone = digit.to_digit(10).filter(|tone| (1..=5).contains(tone))?;
        let base = self.base_ids.get(pinyin.get(..at)?)?;
        Some(Sound::new(*base, tone as u8))
    }

    /// The rules for characters that stand alone.
    pub fn rules(&self) -> &ContextRules {
        &self.rules
    }

    /// Takes in a line `name<TAB>entry` of the lists.
    fn add_entry(&mut self, line: &str) -> Result<()> {
        let (name, entry) = line.split_once('\t').ok_or_else(|| corrupt("a list entry has no name"))?;
        match name {
            "surnames-common" | "surnames-after-xing" => {
                let common = name == "surnames-common";
                self.add_surname(entry, common).ok_or_else(|| corrupt("malformed surname entry"))?;
            }
            "contexts" => self.add_rule(entry).ok_or_else(|| corrupt("malformed context rule"))?,
            _ => drop(self.lists.entry(name.to_owned()).or_default().insert(entry.to_owned())),
        }
        Ok(())
    }

    fn add_surname(&mut self, entry: &str, common: bool) -> Option<()> {
        let (name, reading) = entry.split_once(' ')?;
        let surname = Surname { sound: self.sound(reading)?, common };
        self.surnames.insert(name.chars().next()?, surname);
        Some(())
    }

    fn add_rule(&mut self, line: &str) -> Option<()> {
        let mut rules = std::mem::take(&mut self.rules);
        let added = rules.add(line, |pinyin| self.sound(pinyin));
        self.rules = rules;
        added
    }
}

impl Chars {
    fn read(section: &mut Packed, bases: usize) -> Result<Self> {
        let count = section.count()?;
        let total = section.count()?;
        let codes = running_sums(section.columns(count, 3)?.into_iter(), 0);
        let counts = section.bytes(count)?;
        let starts = running_sums(counts.iter().map(|n| u32::from(*n)), 0);
        let costs = section.bytes(count)?.to_vec();
        let sounds: Vec<Sound> =
            section.columns(total, 2)?.iter().map(|packed| Sound::from_packed(*packed as u16)).collect();
        if sounds.iter().any(|sound| usize::from(sound.base()) >= bases) {
            return Err(corrupt("a reading is not a syllable"));
        }
        let starts = std::iter::once(0).chain(starts).collect();
        Ok(Self { codes, starts, sounds, costs })
    }

    fn find(&self, ch: char) -> Option<usize> {
        self.codes.binary_search(&u32::from(ch)).ok()
    }

    fn readings(&self, ch: char) -> &[Sound] {
        let range = self.find(ch).and_then(|at| self.starts.get(at..=at + 1));
        let Some(&[start, end]) = range else { return &[] };
        self.sounds.get(start as usize..end as usize).unwrap_or_default()
    }
}

fn running_sums(numbers: impl Iterator<Item = u32>, from: u32) -> Vec<u32> {
    numbers
        .scan(from, |sum, number| {
            *sum = sum.wrapping_add(number);
            Some(*sum)
        })
        .collect()
}

fn check_version(version: u32) -> Result<()> {
    if version == VERSION {
        return Ok(());
    }
    let message = format!("the lexicon is of version {version}, this engine reads version {VERSION}");
    Err(Error::new(ErrorKind::VoiceUnsupported, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_lexicon_is_refused() {
        let kind = |bytes: &[u8]| Lexicon::read(bytes).err().map(|e| e.kind());
        assert_eq!(kind(b""), Some(ErrorKind::VoiceCorrupt));
        assert_eq!(kind(b"something else entirely"), Some(ErrorKind::VoiceCorrupt));
        assert_eq!(kind(b"HANVOXLX\x63\0\0\0"), Some(ErrorKind::VoiceUnsupported));
        assert_eq!(kind(b"HANVOXLX\x04\0\0\0\x09\0\0\0a"), Some(ErrorKind::VoiceCorrupt));
    }
}
