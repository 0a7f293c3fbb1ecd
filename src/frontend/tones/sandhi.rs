//! Third tones in a row, grouped as they are spoken: inside words first, then word by word.

use std::ops::Range;

use super::yi_bu;
use crate::frontend::lexicon::{Lexicon, Word};
use crate::frontend::readings::segment::split;
use crate::frontend::readings::stretch::Stretch;
use crate::token::Boundary;

/// The tones of a stretch as they are spoken; `boundaries` say what follows each word.
pub fn surface_tones(lexicon: &Lexicon, stretch: &Stretch, boundaries: &[Boundary]) -> Vec<u8> {
    let mut tones = stretch.tones();
    yi_bu::apply(lexicon, stretch, &mut tones);
    light_doubles(lexicon, stretch, &mut tones);
    light_measures(lexicon, stretch, &mut tones);
    third_tones(lexicon, stretch, boundaries, &mut tones);
    tones
}

/// A doubled verb is said with its first tone raised although the second has become light: 想想 xiang2 xiang5.
fn light_doubles(lexicon: &Lexicon, stretch: &Stretch, tones: &mut [u8]) {
    for at in 1..tones.len() {
        let verb = stretch.is_doubled(at) && lexicon.char_in_list("verbs", stretch.text[at]);
        if verb && tones[at - 1] == 3 && tones[at] == 5 {
            tones[at - 1] = 2;
        }
    }
}

/// 个 after a verb: 是个 shi4 ge5.
fn light_measures(lexicon: &Lexicon, stretch: &Stretch, tones: &mut [u8]) {
    for (at, tone) in tones.iter_mut().enumerate() {
        let verb = || stretch.near(at, -1).is_some_and(|ch| lexicon.char_in_list("before-light-ge", ch));
        if stretch.text[at] == '个' && verb() {
            *tone = 5;
        }
    }
}

/// From the right, so that of three single words the middle one is raised: 也很好 ye3 hen2 hao3.
fn third_tones(lexicon: &Lexicon, stretch: &Stretch, boundaries: &[Boundary], tones: &mut [u8]) {
    for (index, word) in stretch.words.iter().enumerate().rev() {
        inside(lexicon, &stretch.text, word, tones);
        if boundaries[index] < Boundary::Phrase {
            raise_before_third(tones, word.range.end);
        }
    }
}

/// The parts of a word first, then the places where they meet.
fn inside(lexicon: &Lexicon, text: &[char], word: &Word, tones: &mut [u8]) {
    match word.len() {
        0 | 1 => {}
        2 => raise_before_third(tones, word.range.end - 1),
        _ if !tones[word.range.clone()].windows(2).any(|pair| pair == [3, 3]) => {}
        _ => {
            for part in parts(lexicon, text, word).into_iter().rev() {
                let end = part.end;
                inside(lexicon, text, &Word { range: part, entry: None }, tones);
                if end < word.range.end {
                    raise_before_third(tones, end);
                }
            }
        }
    }
}

/// What a word of three or more characters is made of: four are two and two unless three of them are a word.
fn parts(lexicon: &Lexicon, text: &[char], word: &Word) -> Vec<Range<usize>> {
    let Range { start, end } = word.range;
    let parts = split(lexicon, &text[start..end]);
    if word.len() == 4 && parts.iter().all(|part| part.len() < 3) {
        return vec![start..start + 2, start + 2..end];
    }
    parts.into_iter().map(|part| part.range.start + start..part.range.end + start).collect()
}

/// Raises the third tone before `place` if another one stands at it.
fn raise_before_third(tones: &mut [u8], place: usize) {
    if place > 0 && tones.get(place) == Some(&3) && tones[place - 1] == 3 {
        tones[place - 1] = 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend::testing::{lexicon, stretch};

    #[test]
    fn third_tones_group_by_words() {
        let lexicon = lexicon();
        for (words, expected) in [
            ("你好", "23"),
            ("小 火车", "231"),
            ("也 很 好", "323"),
            ("纸老虎", "323"),
            ("展览馆", "223"),
            ("与 好 姐妹", "3234"),
            ("广场 舞", "223"),
            ("省委 党校", "2234"),
            ("坎坎坷坷", "2323"),
            ("是 个", "45"),
            ("想 想", "25"),
            ("姐姐", "35"),
        ] {
            let stretch = stretch(&lexicon, words);
            let boundaries = vec![Boundary::Word; stretch.words.len()];
            let tones = surface_tones(&lexicon, &stretch, &boundaries);
            let tones: String = tones.iter().map(u8::to_string).collect();
            assert_eq!(tones, expected, "{words}");
        }
    }
}
