//! The packed lexicon, for tests.

use super::lexicon::{Entry, Lexicon, UserDictionary, Word};
use super::readings::pinyin;
use super::readings::stretch::Stretch;
use super::spoken::Origin;

/// The lexicon of the engine.
pub fn lexicon() -> Lexicon {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/models/lexicon/lexicon.bin");
    let bytes = std::fs::read(path).expect("the committed lexicon");
    Lexicon::read(&bytes).expect("a readable lexicon")
}

/// A stretch of words separated by spaces.
pub fn stretch(lexicon: &Lexicon, spaced: &str) -> Stretch {
    let mut text: Vec<char> = Vec::new();
    let mut words = Vec::new();
    for word in spaced.split(' ') {
        let start = text.len();
        text.extend(word.chars());
        let entry = lexicon.words().find(&text[start..]).map(Entry::Packed);
        words.push(Word { range: start..text.len(), entry });
    }
    let readings = pinyin::readings(lexicon, &UserDictionary::default(), &text, &words);
    Stretch { start: 0, origins: vec![Origin::Text; text.len()], text, words, readings }
}
