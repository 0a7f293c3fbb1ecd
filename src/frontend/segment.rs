//! Words of a stretch of Chinese characters: the cheapest way through all the words it could be made of.

use std::ops::Range;

use super::lexicon::Lexicon;
use super::vocabulary::{Vocabulary, WordId};

/// The cost, in eighths of a natural logarithm, of a character that the lexicon has never counted:
/// a little above the rarest counted one.
const UNKNOWN_COST: u32 = 150;

/// A word of a stretch of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its characters.
    pub range: Range<usize>,
    /// Its entry, where it has more than one character.
    pub id: Option<WordId>,
}

impl Word {
    /// The number of characters.
    pub fn len(&self) -> usize {
        self.range.len()
    }
}

/// The words of `text`, end to end.
pub fn segment(lexicon: &Lexicon, text: &[char]) -> Vec<Word> {
    cheapest(lexicon.words(), text, text.len(), |ch| lexicon.char_cost(ch))
}

/// The parts of a word: as [`segment`], but without the word itself.
pub fn split(lexicon: &Lexicon, word: &[char]) -> Vec<Word> {
    cheapest(lexicon.words(), word, word.len().saturating_sub(1), |ch| lexicon.char_cost(ch))
}

/// The best way to reach a place: what it costs and the word that ends there.
#[derive(Clone, Copy)]
struct Step {
    cost: u32,
    from: usize,
    id: Option<WordId>,
}

fn cheapest(
    words: &Vocabulary,
    text: &[char],
    longest: usize,
    char_cost: impl Fn(char) -> Option<u32>,
) -> Vec<Word> {
    let mut steps = vec![Step { cost: u32::MAX, from: 0, id: None }; text.len() + 1];
    steps[0].cost = 0;
    for at in 0..text.len() {
        let so_far = steps[at].cost;
        let mut offer = |length: usize, cost: u32, id| {
            let cost = so_far.saturating_add(cost);
            if cost < steps[at + length].cost {
                steps[at + length] = Step { cost, from: at, id };
            }
        };
        offer(1, char_cost(text[at]).unwrap_or(UNKNOWN_COST), None);
        for (length, id) in words.prefixes(&text[at..]) {
            if (2..=longest).contains(&length) {
                offer(length, words.cost(id), Some(id));
            }
        }
    }
    walk_back(&steps)
}

fn walk_back(steps: &[Step]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut end = steps.len() - 1;
    while end > 0 {
        let Step { from, id, .. } = steps[end];
        words.push(Word { range: from..end, id });
        end = from;
    }
    words.reverse();
    words
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary::tests::vocabulary;
    use super::*;

    fn words(text: &str, longest: usize) -> Vec<String> {
        let words = vocabulary(&[
            ("研究", 60),
            ("研究生", 80),
            ("生命", 65),
            ("起源", 70),
            ("展览", 60),
            ("展览馆", 70),
        ]);
        let chars: Vec<char> = text.chars().collect();
        let found = cheapest(&words, &chars, longest, |ch| (ch != '𠀀').then_some(70));
        found.iter().map(|word| chars[word.range.clone()].iter().collect()).collect()
    }

    #[test]
    fn the_cheapest_way_wins_over_the_longest_word() {
        assert_eq!(words("研究生命起源", 6), ["研究", "生命", "起源"]);
    }

    #[test]
    fn unknown_characters_stand_alone() {
        assert_eq!(words("研究𠀀", 3), ["研究", "𠀀"]);
        assert!(words("", 0).is_empty());
    }

    #[test]
    fn a_word_is_split_without_itself() {
        assert_eq!(words("展览馆", 2), ["展览", "馆"]);
    }
}
