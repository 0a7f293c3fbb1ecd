//! Boundaries and pauses: from words and their number inside a stretch, from punctuation between stretches.

use super::lexicon::Lexicon;
use super::segment::Word;
use super::stretch::Stretch;
use super::token::Boundary;

/// Syllables that people say without a break: a phrase has about six, and hardly more than ten.
const USUAL_PHRASE: usize = 6;
const LONGEST_PHRASE: usize = 11;
const SHORTEST_PHRASE: usize = 3;
/// A stretch up to this long is one phrase.
const UNBROKEN: usize = 9;

/// What follows each word of a stretch; the last one is followed by a word boundary.
pub fn boundaries(lexicon: &Lexicon, stretch: &Stretch) -> Vec<Boundary> {
    let Stretch { text, words, .. } = stretch;
    let mut boundaries: Vec<Boundary> = words
        .windows(2)
        .map(|pair| if leans_back(lexicon, stretch, &pair[1]) { Boundary::Syllable } else { Boundary::Word })
        .collect();
    for index in breaks(lexicon, text, words, &boundaries) {
        boundaries[index] = Boundary::Phrase;
    }
    boundaries.push(Boundary::Word);
    boundaries
}

/// Light particles, and those that are clitic whatever their tone, belong to the word before them.
fn leans_back(lexicon: &Lexicon, stretch: &Stretch, word: &Word) -> bool {
    let at = word.range.start;
    word.len() == 1
        && (stretch.readings[at].sound.is_some_and(|sound| sound.tone() == 5)
            || lexicon.char_in_list("clitics", stretch.text[at]))
}

/// The words after which a phrase ends: phrases as even as the words allow, open to the words that lead one.
fn breaks(lexicon: &Lexicon, text: &[char], words: &[Word], boundaries: &[Boundary]) -> Vec<usize> {
    if text.len() <= UNBROKEN {
        return Vec::new();
    }
    // best[i]: the least cost of phrases that end before word i, and where the last of them starts.
    let mut best = vec![(f32::INFINITY, 0); words.len() + 1];
    best[0].0 = 0.0;
    for end in 1..=words.len() {
        if end < words.len() && boundaries[end - 1] == Boundary::Syllable {
            continue;
        }
        let place = if end == words.len() { 0.0 } else { break_cost(lexicon, text, words, end) };
        let end_at = words[end - 1].range.end;
        for start in (0..end).rev() {
            let length = end_at - words[start].range.start;
            let cost = best[start].0 + length_cost(length) + place;
            if cost < best[end].0 {
                best[end] = (cost, start);
            }
            if length > LONGEST_PHRASE && best[end].0.is_finite() {
                break;
            }
        }
    }
    let mut found = Vec::new();
    let mut end = words.len();
    while best[end].1 > 0 {
        end = best[end].1;
        found.push(end - 1);
    }
    found
}

/// How unwelcome a phrase of this many syllables is.
fn length_cost(length: usize) -> f32 {
    let away = length as f32 - USUAL_PHRASE as f32;
    let too_short = if length < SHORTEST_PHRASE { 8.0 } else { 0.0 };
    away * away * 0.25 + too_short
}

/// How unwelcome a break before word `next` is.
fn break_cost(lexicon: &Lexicon, text: &[char], words: &[Word], next: usize) -> f32 {
    let word = |index: usize| text[words[index].range.clone()].iter().collect::<String>();
    let leads = lexicon.in_list("leads", &word(next));
    let after_particle = words[next - 1].len() == 1 && lexicon.in_list("clitics", &word(next - 1));
    // After a word of one syllable that is no particle, the word after it nearly always belongs to it.
    let after_single = words[next - 1].len() == 1 && !after_particle;
    3.0 + if leads { -2.5 } else { 0.0 }
        + if after_particle { -1.0 } else { 0.0 }
        + if after_single { 3.0 } else { 0.0 }
}

/// What a punctuation mark does: the boundary it makes and the silence there in milliseconds.
///
/// The pauses are those of unhurried reading at about four syllables a second, where a comma is about
/// one syllable long and a full stop two; `None` for marks that are not heard.
pub fn pause(mark: char) -> Option<(Boundary, u32)> {
    Some(match mark {
        '、' => (Boundary::Clause, 120),
        '，' | ',' => (Boundary::Clause, 220),
        '：' | ':' => (Boundary::Clause, 260),
        '（' | '）' | '(' | ')' | '【' | '】' | '[' | ']' | '《' => (Boundary::Clause, 120),
        '—' | '–' | '～' | '-' => (Boundary::Clause, 250),
        '；' | ';' => (Boundary::Sentence, 350),
        '。' | '．' | '.' | '！' | '!' | '？' | '?' => (Boundary::Sentence, 450),
        '…' => (Boundary::Sentence, 450),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => (Boundary::Sentence, 650),
        _ => return None,
    })
}
