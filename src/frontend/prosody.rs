//! Boundaries and pauses: from words and their number inside a stretch, from punctuation between stretches.

use std::ops::Range;

use super::lexicon::{Lexicon, Word};
use super::readings::stretch::Stretch;
use crate::token::Boundary;

/// A stretch up to this long is one phrase.
const UNBROKEN: usize = 9;
/// Syllables that people say in one go, and what each further one costs.
const EASY_PHRASE: usize = 8;
const FURTHER: f32 = 0.5;
/// Syllables that a phrase has at least, and what each missing one costs.
const SHORTEST_PHRASE: usize = 4;
const MISSING: f32 = 2.5;
/// What a break costs where nothing speaks for it or against it.
const BREAK: f32 = 5.0;
/// Syllables from which on an object is long enough to pause before it.
const LONG_OBJECT: usize = 7;
/// First characters of words that count or point at what follows.
const COUNTERS: &str = "一二两三四五六七八九十百千万亿几半每这那哪各某";
/// Last characters of words of time, which may begin with a number.
const TIMES: &str = "年月日天时";

/// What a clause of time or of someone's view ends with.
const ENDINGS: [&str; 10] = ["以后", "之后", "以前", "之前", "时候", "期间", "来说", "以来", "同时", "起"];

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

/// A word with the particles that lean on it: its characters, and its last word.
struct Group {
    chars: Range<usize>,
    last: usize,
}

fn groups(words: &[Word], boundaries: &[Boundary]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let leans = index > 0 && boundaries[index - 1] == Boundary::Syllable;
        match groups.last_mut().filter(|_| leans) {
            Some(group) => *group = Group { chars: group.chars.start..word.range.end, last: index },
            None => groups.push(Group { chars: word.range.clone(), last: index }),
        }
    }
    groups
}

/// The words after which a phrase ends: where a person would pause, and not much later than a person must.
fn breaks(lexicon: &Lexicon, text: &[char], words: &[Word], boundaries: &[Boundary]) -> Vec<usize> {
    if text.len() <= UNBROKEN {
        return Vec::new();
    }
    let groups = groups(words, boundaries);
    // best[i]: the least cost of phrases that end before group i, and where the last of them starts.
    let mut best = vec![(f32::INFINITY, 0); groups.len() + 1];
    best[0].0 = 0.0;
    // Each syllable beyond the easy ones costs the same, so of all starts that far back one stays the cheapest.
    let mut far = (f32::INFINITY, 0);
    let mut near = 0;
    for end in 1..=groups.len() {
        let place = if end == groups.len() { 0.0 } else { break_cost(lexicon, text, &groups, end) };
        let end_at = groups[end - 1].chars.end;
        let start_of = |group: usize| groups[group].chars.start;
        while near < end && end_at - start_of(near) > EASY_PHRASE {
            let cost = best[near].0 - start_of(near) as f32 * FURTHER;
            if cost <= far.0 {
                far = (cost, near);
            }
            near += 1;
        }
        best[end] = (far.0 + end_at.saturating_sub(EASY_PHRASE) as f32 * FURTHER + place, far.1);
        for start in near..end {
            let cost = best[start].0 + length_cost(end_at - start_of(start)) + place;
            if cost <= best[end].0 {
                best[end] = (cost, start);
            }
        }
    }
    let mut found = Vec::new();
    let mut end = groups.len();
    while best[end].1 > 0 {
        end = best[end].1;
        found.push(groups[end - 1].last);
    }
    found
}

/// How unwelcome a phrase of this many syllables is.
fn length_cost(length: usize) -> f32 {
    let further = length.saturating_sub(EASY_PHRASE) as f32;
    let missing = SHORTEST_PHRASE.saturating_sub(length) as f32;
    further * FURTHER + missing * MISSING
}

/// How unwelcome a break before group `next` is: the sum of what speaks for it and against it. The amounts were chosen
/// on `tests/frontend/phrases.txt`.
fn break_cost(lexicon: &Lexicon, text: &[char], groups: &[Group], next: usize) -> f32 {
    let said = |index: usize| text[groups[index].chars.clone()].iter().collect::<String>();
    let (before, after) = (said(next - 1), said(next));
    let length = groups[next - 1].chars.len();
    let ends = |endings: &str| before.ends_with(|ch| endings.contains(ch));
    let counts = |word: &str| word.starts_with(|ch| COUNTERS.contains(ch));
    let opens = lexicon.in_list("phrase-openers", &after);
    let object = text.len() - groups[next].chars.start >= LONG_OBJECT && counts(&after);
    let stem = before.trim_end_matches(['了', '着', '过', '的', '地']);
    let cues = [
        (opens, -5.0),
        (after == "在" && length > 1, -2.0),
        (ENDINGS.iter().any(|ending| before.ends_with(ending)), -6.0),
        (lexicon.in_list("sayers", stem), -4.5),
        // 掏出 | 一张皱巴巴的照片
        (object && length > 1 && ends("了着到出") && !before.contains('不'), -5.0),
        (ends("了") && length > 2, -2.0),
        (ends("地"), -1.5),
        // What opens a phrase, or is not finished, is not followed by a break.
        (lexicon.in_list("phrase-openers", &before) || lexicon.in_list("leads", &before), 5.0),
        (lexicon.in_list("unfinished", &before), 3.0),
        // A number with its measure word belongs to what it counts: 两个多小时.
        (counts(&before) && !ends(TIMES), 4.0),
        // A word of one syllable nearly always belongs to the next one.
        (length == 1, 3.0),
        (after.chars().count() == 1 && !opens, 1.0),
        // 的 belongs with the noun that follows.
        (ends("的"), 1.5),
    ];
    BREAK + cues.iter().filter(|(holds, _)| *holds).map(|(_, cost)| cost).sum::<f32>()
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
