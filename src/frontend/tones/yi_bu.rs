//! The tones of 一 and 不 before other syllables.

use crate::frontend::lexicon::Lexicon;
use crate::frontend::readings::stretch::Stretch;
use crate::frontend::spoken::Origin;

const NUMERALS: &str = "零〇一二三四五六七八九十百千万亿";
/// Numerals that 一 counts, as it counts measure words.
const COUNTED: &str = "百千万亿";
/// After these 一 is the name of a place in an order.
const ORDERS: &[&str] = &["第", "星期", "初", "周", "礼拜"];
/// Years of a school before 一, and what then follows: 大一新生, but not 大一点.
const GRADES: &str = "大研高初";
const OF_GRADES: &str = "新学上下男女军班年暑寒";
/// Stations before 一, and what then follows: 中央一台, 央视一套.
const STATIONS: &[&str] = &["中央", "央视", "卫视", "电视", "电台", "电视台"];
const OF_STATIONS: &str = "台套频";
/// What follows a numbered road: 文一路口, 文一路十五号.
const AFTER_ROADS: &str = "口站号店与和零一二三四五六七八九十百";
/// Words of one of these and 一 go on to what follows: 同一个, 每一天.
const POINTERS: &str = "同每这那某下上任哪另";

/// Sets the spoken tones of every 一 and 不.
pub fn apply(lexicon: &Lexicon, stretch: &Stretch, tones: &mut [u8]) {
    for at in (0..stretch.text.len()).filter(|at| stretch.origins[*at] != Origin::Digits) {
        match stretch.text[at] {
            '一' if tones[at] == 1 => tones[at] = yi(lexicon, stretch, at, tones),
            '不' if tones[at] == 4 => tones[at] = bu(lexicon, stretch, at, tones),
            _ => {}
        }
    }
}

fn yi(lexicon: &Lexicon, stretch: &Stretch, at: usize, tones: &[u8]) -> u8 {
    if is_between_doubles(lexicon, stretch, at) {
        return 5;
    }
    let Some(next) = stretch.near(at, 1) else { return 1 };
    if keeps_tone(lexicon, stretch, at, next) {
        return 1;
    }
    match tones[at + 1] {
        4 => 2,
        5 if next == '个' => 2,
        _ => 4,
    }
}

/// 看一看: but not 一天一天, where 一 counts.
fn is_between_doubles(lexicon: &Lexicon, stretch: &Stretch, at: usize) -> bool {
    let before = stretch.near(at, -1);
    before.is_some_and(|ch| lexicon.char_in_list("verbs", ch))
        && before == stretch.near(at, 1)
        && stretch.near(at, -2) != Some('一')
}

/// 一 as a digit, a rank or the end of a word.
fn keeps_tone(lexicon: &Lexicon, stretch: &Stretch, at: usize, next: char) -> bool {
    let before = stretch.near(at, -1);
    if COUNTED.contains(next) || next == '共' {
        return false;
    }
    before.is_some_and(|ch| NUMERALS.contains(ch))
        || follows(stretch, at, ORDERS) && !opens_word(stretch, at)
        || NUMERALS.contains(next)
        || has_decimals(stretch, at)
        || ends_word(stretch, at) && !before.is_some_and(|ch| POINTERS.contains(ch))
        || before == Some('月') && next == '日'
        || is_ordinal(lexicon, stretch, at)
        || is_ranked(stretch, at, next)
}

/// Whether one of `words` ends before `at`.
fn follows(stretch: &Stretch, at: usize, words: &[&str]) -> bool {
    let before = &stretch.text[..at];
    words.iter().any(|word| {
        let length = word.chars().count();
        before.len() >= length && before[before.len() - length..].iter().copied().eq(word.chars())
    })
}

/// Whether a word of two or more characters starts at `at`: 这周一共.
fn opens_word(stretch: &Stretch, at: usize) -> bool {
    stretch.words.iter().any(|word| word.len() > 1 && word.range.start == at)
}

/// 大一新生, 中央一台, 文一路十五号.
fn is_ranked(stretch: &Stretch, at: usize, next: char) -> bool {
    let grade = stretch.near(at, -1).is_some_and(|ch| GRADES.contains(ch)) && OF_GRADES.contains(next);
    let station = follows(stretch, at, STATIONS) && OF_STATIONS.contains(next);
    let road = next == '路' && stretch.near(at, 2).is_some_and(|ch| AFTER_ROADS.contains(ch)) && at > 0;
    grade || station || road
}

/// 一点五, 零点一秒: but not 一点, "a little", nor 一点一滴.
fn has_decimals(stretch: &Stretch, at: usize) -> bool {
    let digit = |offset| stretch.near(at, offset).is_some_and(|ch| NUMERALS.contains(ch));
    let other = |offset| digit(offset) && stretch.near(at, offset) != Some('一');
    let number = stretch.origins[at] == Origin::Number;
    stretch.near(at, 1) == Some('点') && (other(2) || number && digit(2))
        || stretch.near(at, -1) == Some('点') && (other(-2) || number && digit(-2))
}

fn ends_word(stretch: &Stretch, at: usize) -> bool {
    stretch.words.iter().any(|word| word.len() > 1 && word.range.end == at + 1)
}

fn is_ordinal(lexicon: &Lexicon, stretch: &Stretch, at: usize) -> bool {
    (2..=3).any(|length| {
        let end = (at + length).min(stretch.text.len());
        lexicon.in_list("ordinals", &stretch.text[at..end].iter().collect::<String>())
    })
}

fn bu(lexicon: &Lexicon, stretch: &Stretch, at: usize, tones: &[u8]) -> u8 {
    let Some(next) = stretch.near(at, 1) else { return 4 };
    if is_light_bu(lexicon, stretch, at, next) {
        return 5;
    }
    if tones[at + 1] == 4 { 2 } else { 4 }
}

/// 去不去, 看不懂.
fn is_light_bu(lexicon: &Lexicon, stretch: &Stretch, at: usize, next: char) -> bool {
    let Some(before) = stretch.near(at, -1) else { return false };
    before == next || lexicon.char_in_list("verbs", before) && lexicon.char_in_list("complements", next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend::testing::{lexicon, stretch};

    #[test]
    fn yi_and_bu_follow_what_comes_next() {
        let lexicon = lexicon();
        for (words, expected) in [
            ("一 段", 2),
            ("一 天", 4),
            ("一 年", 4),
            ("一 里", 4),
            ("一 百", 4),
            ("一 月", 1),
            ("一", 1),
            ("一 二 三", 1),
            ("一 点 五", 1),
            ("一 点 一 滴", 4),
            ("不 怕", 2),
            ("不 好", 4),
        ] {
            let stretch = stretch(&lexicon, words);
            let mut tones = stretch.tones();
            apply(&lexicon, &stretch, &mut tones);
            assert_eq!(tones[0], expected, "{words}");
        }
    }

    #[test]
    fn between_two_words_they_depend_on_both() {
        let lexicon = lexicon();
        for (words, expected) in [
            ("看 一 看", 5),
            ("看 不 懂", 5),
            ("去 不 去", 5),
            ("第 一 天", 1),
            ("十 一 天", 1),
            ("我 不 去", 2),
        ] {
            let stretch = stretch(&lexicon, words);
            let mut tones = stretch.tones();
            apply(&lexicon, &stretch, &mut tones);
            assert_eq!(tones[1], expected, "{words}");
        }
    }
}
