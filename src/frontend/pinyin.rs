//! Readings in context, before sandhi: the dictionary's words, and the characters' usual readings.

use super::lexicon::Lexicon;
use super::segment::Word;
use super::sound::Sound;

/// The reading of one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// `None` for a character that the lexicon does not know.
    pub sound: Option<Sound>,
    /// Whether the dictionary vouches for it, rather than the character's usual reading being taken.
    pub sure: bool,
}

/// The readings of `text`, one for each character.
pub fn readings(lexicon: &Lexicon, text: &[char], words: &[Word]) -> Vec<Reading> {
    let mut readings: Vec<Reading> =
        words.iter().flat_map(|word| word_readings(lexicon, text, word)).collect();
    for word in words.iter().filter(|word| word.id.is_none() && word.range.start > 0) {
        let place = word.range.start;
        if is_retroflex(lexicon, text, place) || is_doubled_verb(lexicon, text, place) {
            readings[place] = lightened(readings[place]);
        }
    }
    readings
}

fn word_readings<'a>(
    lexicon: &'a Lexicon,
    text: &'a [char],
    word: &'a Word,
) -> impl Iterator<Item = Reading> + 'a {
    word.range.clone().enumerate().map(move |(at, place)| match word.id {
        Some(id) => Reading { sound: lexicon.word_reading(id, at, text[place]), sure: lexicon.is_listed(id) },
        None => Reading { sound: lexicon.reading(text[place]), sure: false },
    })
}

/// 儿 on its own after another word is the retroflex suffix, unless that word makes it "child".
fn is_retroflex(lexicon: &Lexicon, text: &[char], place: usize) -> bool {
    text[place] == '儿' && !lexicon.char_in_list("owners", text[place - 1])
}

/// The second of two equal verbs is light: 看看 kan4 kan5.
fn is_doubled_verb(lexicon: &Lexicon, text: &[char], place: usize) -> bool {
    let ch = text[place];
    ch == text[place - 1] && lexicon.char_in_list("verbs", ch) && !lexicon.char_in_list("full-doubles", ch)
}

fn lightened(reading: Reading) -> Reading {
    Reading { sound: reading.sound.map(|sound| sound.with_tone(5)), sure: true }
}
