//! Lists of English words: those of the lexicon with their phones, and a few with syllables of their own.

use super::phones::unpack;
use crate::phone::Phone;
use crate::token::Syllable;

/// Words with packed phones, in the order of the alphabet.
#[derive(Default)]
pub struct Words {
    text: String,
    /// Where each line starts.
    starts: Vec<u32>,
}

impl Words {
    /// Reads lines `word=phones`, sorted by word; see `phones::unpack` for the phones.
    pub fn read(text: &str) -> Self {
        let mut at = 0;
        let starts = text.split_inclusive('\n').map(|line| {
            let start = at;
            at += line.len() as u32;
            start
        });
        Self { starts: starts.collect(), text: text.to_string() }
    }

    /// The phones of a word in small letters.
    pub(super) fn phones(&self, word: &str) -> Option<Vec<Phone>> {
        let found = self
            .starts
            .binary_search_by(|start| self.line(*start).map(|(key, _)| key).cmp(&Some(word)))
            .ok()?;
        self.line(*self.starts.get(found)?).map(|(_, packed)| unpack(packed))
    }

    fn line(&self, start: u32) -> Option<(&str, &str)> {
        self.text.get(start as usize..)?.lines().next()?.split_once('=')
    }
}

/// Names and loans that Chinese speakers say in a way of their own: `word syllables =phones`, the phones only where
/// the lexicon has none; a bare `=` stands after a name that is Mandarin for every voice.
const OWN: &str = include_str!("own.txt");

/// A word of the own list.
pub(super) struct Own {
    pub(super) syllables: Vec<Syllable>,
    pub(super) phones: Option<Vec<Phone>>,
}

/// The entry of a word in the own list.
pub(super) fn own(word: &str) -> Option<Own> {
    let line = OWN.lines().find(|line| line.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')))?;
    let (syllables, phones) =
        line.split_once(" =").map_or((line, None), |(said, phones)| (said, Some(phones)));
    let syllables = syllables.split(' ').skip(1).map(read).collect::<Option<_>>()?;
    Some(Own { syllables, phones: phones.map(unpack) })
}

fn read(pinyin: &str) -> Option<Syllable> {
    let (base, tone) = pinyin.split_at_checked(pinyin.len().checked_sub(1)?)?;
    Some(Syllable { base: base.to_string(), tone: tone.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend::latin::{inventory, phones};

    #[test]
    fn the_own_list_holds_syllables() {
        for line in OWN.lines() {
            let word = line.split(' ').next().unwrap_or_default();
            let spoken = own(word).map(|own| own.syllables).unwrap_or_default();
            assert!(!spoken.is_empty() && spoken.iter().all(|s| inventory::has(&s.base)), "{line}");
        }
    }

    #[test]
    fn phones_of_the_own_list_are_phones() {
        for line in OWN.lines().filter(|line| line.contains(" =")) {
            let packed = line.split(" =").nth(1).unwrap();
            let phones = own(line.split(' ').next().unwrap()).and_then(|own| own.phones).unwrap();
            assert_eq!(phones.into_iter().map(phones::tests::packed).collect::<String>(), packed, "{line}");
        }
    }

    #[test]
    fn words_are_found() {
        let words = Words::read("a=0\nab=0b\nb=b:\n");
        assert_eq!(words.phones("ab"), Some(unpack("0b")));
        assert_eq!(words.phones("b"), Some(unpack("b:")));
        assert_eq!(words.phones("c"), None);
    }
}
