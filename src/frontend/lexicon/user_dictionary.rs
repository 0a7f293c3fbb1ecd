//! Words with readings that the user gives, before all other sources.
//!
//! A text with one word per line: the word, a tab (or spaces), and its pinyin with tone digits, one syllable
//! per character (`单于<TAB>chan2 yu2`). Latin words may have any number of syllables. Lines that start with
//! `#` and empty lines are ignored.

use std::collections::HashMap;

use super::sound::Sound;
use crate::error::{Error, ErrorKind, Result};
use crate::token::Syllable;

/// Words of Chinese characters and Latin words, with their readings.
#[derive(Clone, Debug, Default)]
pub struct UserDictionary {
    words: HashMap<Vec<char>, Vec<Sound>>,
    latin: HashMap<String, Vec<Sound>>,
    longest: usize,
}

impl UserDictionary {
    /// Reads a dictionary; `option-invalid` names the first line that is none. `sound` knows the syllables.
    pub fn read(text: &str, sound: impl Fn(&str) -> Option<Sound>) -> Result<Self> {
        let mut dictionary = Self::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim().trim_start_matches('\u{feff}');
            if !line.is_empty() && !line.starts_with('#') {
                dictionary.add(line, &sound).map_err(|what| refused(number + 1, &what))?;
            }
        }
        Ok(dictionary)
    }

    fn add(&mut self, line: &str, sound: impl Fn(&str) -> Option<Sound>) -> std::result::Result<(), String> {
        let mut fields = line.split_whitespace();
        let word: Vec<char> = fields.next().unwrap_or_default().chars().collect();
        let readings = fields
            .map(|pinyin| {
                sound(&spelled(pinyin)).ok_or_else(|| format!("{pinyin} is not a syllable with a tone digit"))
            })
            .collect::<std::result::Result<Vec<Sound>, String>>()?;
        if word.iter().all(char::is_ascii_alphanumeric) && !readings.is_empty() {
            self.latin.insert(word.iter().collect::<String>().to_ascii_lowercase(), readings);
            return Ok(());
        }
        if readings.len() != word.len() {
            return Err(format!("{} characters, but {} syllables", word.len(), readings.len()));
        }
        self.longest = self.longest.max(word.len());
        self.words.insert(word, readings);
        Ok(())
    }

    /// The lengths of the words that `text` starts with.
    pub fn prefixes<'a>(&'a self, text: &'a [char]) -> impl Iterator<Item = usize> + 'a {
        (1..=self.longest.min(text.len())).filter(|length| self.words.contains_key(&text[..*length]))
    }

    /// The readings of a word of Chinese characters.
    pub fn readings(&self, word: &[char]) -> Option<&[Sound]> {
        self.words.get(word).map(Vec::as_slice)
    }

    /// The syllables of a Latin word, whatever its case.
    pub fn latin(&self, word: &str, syllable: impl Fn(Sound) -> Syllable) -> Option<Vec<Syllable>> {
        let readings = self.latin.get(&word.to_ascii_lowercase())?;
        Some(readings.iter().map(|sound| syllable(*sound)).collect())
    }
}

/// `LÜ4` and `lu:4` as the lexicon spells them: `lv4`.
fn spelled(pinyin: &str) -> String {
    pinyin.to_lowercase().replace("u:", "v").replace('ü', "v")
}

fn refused(line: usize, what: &str) -> Error {
    Error::new(ErrorKind::OptionInvalid, format!("user dictionary, line {line}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(pinyin: &str) -> Option<Sound> {
        ["chan2", "yu2", "lv4"].iter().position(|known| *known == pinyin).map(|at| Sound::new(at as u16, 1))
    }

    #[test]
    fn words_are_found_at_the_start_of_a_text() {
        let read = UserDictionary::read("# mine\n\n单于\tchan2 yu2\r\nAB\tyu2 lü4 yu2\n", sound);
        let dictionary = read.unwrap_or_default();
        let text: Vec<char> = "单于来".chars().collect();
        assert_eq!(dictionary.prefixes(&text).collect::<Vec<_>>(), [2]);
        assert_eq!(dictionary.readings(&text[..2]).map(<[Sound]>::len), Some(2));
        let syllables = dictionary.latin("ab", |_| Syllable { base: String::new(), tone: 1 });
        assert_eq!(syllables.map(|s| s.len()), Some(3));
    }

    #[test]
    fn a_bad_line_is_named() {
        for bad in ["单于 chan2", "单于 chan2 xx9", "单于"] {
            let error = UserDictionary::read(&format!("单于 chan2 yu2\n{bad}"), sound).err();
            assert_eq!(error.as_ref().map(Error::kind), Some(ErrorKind::OptionInvalid), "{bad}");
            assert!(error.is_some_and(|e| e.message().contains("line 2")));
        }
    }
}
