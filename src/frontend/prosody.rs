//! Boundaries and pauses: from words and their number inside a stretch, from punctuation between stretches.

use super::lexicon::{Lexicon, Word};
use super::readings::stretch::Stretch;
use crate::token::Boundary;

/// Syllables that people say without a break: a phrase has about seven, and hardly more than twelve.
const USUAL_PHRASE: usize = 7;
const LONGEST_PHRASE: usize = 12;
const SHORTEST_PHRASE: usize = 3;
/// First characters of words that count or point at what follows.
const COUNTERS: &str = "一二两三四五六七八九十百千万亿几半每这那哪各某";
/// A stretch up to this long is one phrase.
const UNBROKEN: usize = 9;
/// What a break costs by itself: as much as a phrase that is four syllables too long.
const BREAK: f32 = 4.0;

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
    let (before, after) = (word(next - 1), word(next));
    let opens = if lexicon.in_list("leads", &after) { -3.0 } else { 0.0 };
    let binds = match before.as_str() {
        "了" | "着" | "过" => 0.0,
        // 的 belongs with the noun that follows.
        "的" => 1.5,
        // A number with its measure word belongs to what it counts: 两个多小时.
        _ if before.starts_with(|ch| COUNTERS.contains(ch)) => 3.0,
        // A word of one syllable nearly always belongs to the next one.
        _ if words[next - 1].len() == 1 => 3.0,
        _ => 0.0,
    };
    BREAK + opens + binds
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend::testing::{lexicon, stretch};

    #[test]
    fn long_stretches_break_where_a_phrase_opens() {
        let lexicon = lexicon();
        for (words, expected) in [
            ("今天 天气 不错", ""),
            ("经过 两个 多 小时 的 扑救", ""),
            ("他 本来 想 坐 地铁 去 机场 但是 又 怕 人 太 多", "但是"),
        ] {
            let stretch = stretch(&lexicon, words);
            let boundaries = boundaries(&lexicon, &stretch);
            let after_break = boundaries
                .iter()
                .position(|b| *b == Boundary::Phrase)
                .map(|index| stretch.text[stretch.words[index + 1].range.clone()].iter().collect::<String>());
            assert_eq!(after_break.unwrap_or_default(), expected, "{words}");
        }
    }

    #[test]
    fn light_syllables_lean_on_the_word_before() {
        let lexicon = lexicon();
        let boundaries = boundaries(&lexicon, &stretch(&lexicon, "他 的 书"));
        assert_eq!(boundaries, [Boundary::Syllable, Boundary::Word, Boundary::Word]);
    }

    #[test]
    fn marks_pause_by_their_weight() {
        let pause_ms = |mark| pause(mark).map(|(_, ms)| ms);
        assert!(pause_ms('、') < pause_ms('，') && pause_ms('，') < pause_ms('。'));
        assert!(pause_ms('。') < pause_ms('\n'));
        assert_eq!(pause_ms('“'), None);
    }
}
