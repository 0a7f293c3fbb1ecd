//! Readings that the words leave open, settled by the sentence around them.

use super::pinyin::{Reading, Trust};
use super::stretch::Stretch;
use crate::frontend::lexicon::{Choice, Lexicon};

/// The net must be this sure to overrule the usual reading of a frequent character, the dictionary's reading of
/// another one, and that of another one in a word that no dictionary lists. All from the CPP development set and from
/// words of other dictionaries, where below them the others are right more often.
const SURE_OF_FREQUENT: f32 = 0.95;
const SURE_OF_RARE: f32 = 0.99;
const SURE_OF_PART: f32 = 0.9;

/// Settles the open readings of the stretches of one sentence.
pub fn settle(lexicon: &Lexicon, sentence: &[char], stretches: &mut [Stretch]) {
    let net = lexicon.polyphones();
    let mut places = Vec::new();
    for stretch in stretches.iter() {
        let open = (0..stretch.text.len()).filter(|at| is_open(lexicon, stretch, *at));
        places.extend(open.map(|at| stretch.start + at));
    }
    if places.is_empty() {
        return;
    }
    let choices = net.choose(sentence, &places);
    let mut choices = places.into_iter().zip(choices).peekable();
    for stretch in stretches {
        let end = stretch.start + stretch.text.len();
        while let Some((place, choice)) = choices.next_if(|(place, _)| *place < end) {
            let at = place - stretch.start;
            let frequent = lexicon.char_in_list("frequent", stretch.text[at]);
            stretch.readings[at] = settled(stretch.readings[at], choice, frequent);
        }
    }
}

/// Whether the net is to be asked: never about a frequent character in a listed word.
fn is_open(lexicon: &Lexicon, stretch: &Stretch, at: usize) -> bool {
    let ch = stretch.text[at];
    let asks = match stretch.readings[at].trust {
        Trust::Usual | Trust::Part => true,
        Trust::Listed => !lexicon.char_in_list("frequent", ch),
        Trust::Settled => false,
    };
    asks && lexicon.polyphones().knows(ch)
}

fn settled(reading: Reading, choice: Choice, frequent: bool) -> Reading {
    let enough = match (frequent, reading.trust) {
        (true, Trust::Part) => SURE_OF_RARE,
        (true, _) => SURE_OF_FREQUENT,
        (false, Trust::Usual) => 0.0,
        (false, Trust::Part) => SURE_OF_PART,
        (false, _) => SURE_OF_RARE,
    };
    if choice.confidence < enough {
        return reading;
    }
    Reading { sound: Some(choice.sound), trust: Trust::Listed }
}
