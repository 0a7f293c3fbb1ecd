//! Readings in context, before sandhi: the dictionary's words, rules, and the characters' usual readings.

use super::surnames;
use crate::frontend::lexicon::{Entry, Lexicon, Neighbour, Place, Sound, UserDictionary, Word};

/// The reading of one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// `None` for a character that the lexicon does not know.
    pub sound: Option<Sound>,
    pub trust: Trust,
}

/// What a reading rests on, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// It is the character's usual one.
    Usual,
    /// It is its usual one in words, and it stands in one that no dictionary lists.
    Part,
    /// A dictionary lists the word with it.
    Listed,
    /// A rule or a list of ours says so: nothing changes it any more.
    Settled,
}

/// The cost of a word so common that its listed reading stands: 100 in 60 million, in eighths. On such words
/// alone the net, where it differs from the dictionary, is wrong three times in four.
const COMMON: u32 = 106;

/// The readings of `text`, one for each character.
pub fn readings(lexicon: &Lexicon, user: &UserDictionary, text: &[char], words: &[Word]) -> Vec<Reading> {
    let mut readings = Vec::with_capacity(text.len());
    for (index, word) in words.iter().enumerate() {
        let neighbour = |index: usize| words.get(index).map(|word| neighbour(lexicon, text, word));
        let repeated = repeats_verb(lexicon, text, words, index);
        for at in word.range.clone() {
            let reading = word_reading(lexicon, user, text, word, at);
            if repeated && at == word.range.start {
                let sound = reading.sound.map(|sound| sound.with_tone(5));
                readings.push(Reading { sound, trust: Trust::Settled });
                continue;
            }
            let open = reading.trust == Trust::Usual;
            let alone = open && word.len() == 1;
            let place = || {
                let previous = index.checked_sub(1).and_then(neighbour);
                Place { text, at, previous, next: neighbour(index + 1) }
            };
            let ruled = alone.then(|| ruled(lexicon, &place())).flatten();
            readings.push(ruled.unwrap_or(reading));
        }
    }
    readings
}

fn word_reading(lexicon: &Lexicon, user: &UserDictionary, text: &[char], word: &Word, at: usize) -> Reading {
    let id = match word.entry {
        Some(Entry::Packed(id)) => id,
        Some(Entry::User) => {
            let readings = user.readings(&text[word.range.clone()]).unwrap_or_default();
            return Reading { sound: readings.get(at - word.range.start).copied(), trust: Trust::Settled };
        }
        None => return Reading { sound: lexicon.reading(text[at]), trust: Trust::Usual },
    };
    let sound = lexicon.word_reading(id, at - word.range.start, text[at]);
    let light = sound.is_some_and(|sound| sound.tone() == 5) && sound != lexicon.reading(text[at]);
    let words = lexicon.words();
    let common = words.is_listed(id) && words.cost(id) <= COMMON;
    let trust = match (light || common || words.is_settled(id), words.is_listed(id)) {
        (true, _) => Trust::Settled,
        (false, true) => Trust::Listed,
        (false, false) => Trust::Part,
    };
    Reading { sound, trust }
}

/// A word as the rules see it beside a character.
fn neighbour<'a>(lexicon: &Lexicon, text: &'a [char], word: &Word) -> Neighbour<'a> {
    let text = &text[word.range.clone()];
    let verbal = match (word.entry, text) {
        (Some(Entry::Packed(id)), _) => lexicon.words().is_verbal(id),
        (_, [ch]) => lexicon.char_in_list("verbal", *ch),
        _ => false,
    };
    Neighbour { text, verbal }
}

/// What the rules say of a character that is a word by itself.
fn ruled(lexicon: &Lexicon, place: &Place) -> Option<Reading> {
    let light = is_retroflex(lexicon, place) || is_doubled_verb(lexicon, place);
    let sound = if light {
        lexicon.reading(place.text[place.at]).map(|sound| sound.with_tone(5))
    } else {
        surnames::reading(lexicon, place).or_else(|| lexicon.rules().reading(place))
    };
    sound.map(|sound| Reading { sound: Some(sound), trust: Trust::Settled })
}

/// 儿 on its own after another word is the retroflex suffix, unless that word makes it "child".
fn is_retroflex(lexicon: &Lexicon, place: &Place) -> bool {
    let before = place.near(-1);
    place.near(0) == Some('儿') && before.is_some_and(|before| !lexicon.char_in_list("owners", before))
}

/// Whether a word is a verb and its object after the same verb: 手 after 洗洗 belongs to 洗手, whose 洗 is light.
fn repeats_verb(lexicon: &Lexicon, text: &[char], words: &[Word], index: usize) -> bool {
    let Some(before) = index.checked_sub(1).map(|before| &words[before]) else { return false };
    let word = &words[index];
    let verb = text[word.range.start];
    let is = |list| lexicon.char_in_list(list, verb);
    let doubled = is("doubled-before-object") || is("verbs") && !is("full-doubles");
    let listed = matches!(word.entry, Some(Entry::Packed(_)));
    doubled && listed && word.len() == 2 && before.len() == 1 && text[before.range.start] == verb
}

/// The second of two equal verbs is light: 看看 kan4 kan5; but not in 走走停停, nor that of 大学 and 学.
fn is_doubled_verb(lexicon: &Lexicon, place: &Place) -> bool {
    if place.previous.as_ref().is_none_or(|previous| previous.text.len() > 1) {
        return false;
    }
    let verb = |offset| {
        place
            .near(offset)
            .is_some_and(|ch| lexicon.char_in_list("verbs", ch) && !lexicon.char_in_list("full-doubles", ch))
    };
    let double = |offset| place.near(offset).is_some() && place.near(offset) == place.near(offset - 1);
    double(0) && verb(0) && !double(2) && !double(-2)
}
