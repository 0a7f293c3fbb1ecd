//! Words of a stretch of Chinese characters: the cheapest way through all the words it could be made of.

use crate::frontend::lexicon::{Entry, Lexicon, UserDictionary, Vocabulary, Word};

/// The cost, in eighths of a natural logarithm, of a character that the lexicon has never counted:
/// a little above the rarest counted one.
const UNKNOWN_COST: u32 = 150;

/// The words of `text`, end to end. Words of the user cost nothing, so they are always found; a listed word that
/// stands alone is that word.
pub fn segment(lexicon: &Lexicon, user: &UserDictionary, text: &[char]) -> Vec<Word> {
    let alone = lexicon.words().find(text).filter(|id| lexicon.words().is_listed(*id));
    if let Some(id) = alone.filter(|_| user.prefixes(text).next().is_none()) {
        return vec![Word { range: 0..text.len(), entry: Some(Entry::Packed(id)) }];
    }
    cheapest(lexicon.words(), user, text, text.len(), |ch| lexicon.char_cost(ch))
}

/// The parts of a word: as [`segment`], but without the word itself.
pub fn split(lexicon: &Lexicon, word: &[char]) -> Vec<Word> {
    let none = UserDictionary::default();
    cheapest(lexicon.words(), &none, word, word.len().saturating_sub(1), |ch| lexicon.char_cost(ch))
}

/// The best way to reach a place: what it costs and the word that ends there.
#[derive(Clone, Copy)]
struct Step {
    cost: u32,
    from: usize,
    entry: Option<Entry>,
}

fn cheapest(
    words: &Vocabulary,
    user: &UserDictionary,
    text: &[char],
    longest: usize,
    char_cost: impl Fn(char) -> Option<u32>,
) -> Vec<Word> {
    let mut steps = vec![Step { cost: u32::MAX, from: 0, entry: None }; text.len() + 1];
    steps[0].cost = 0;
    for at in 0..text.len() {
        let so_far = steps[at].cost;
        let mut offer = |length: usize, cost: u32, entry| {
            let cost = so_far.saturating_add(cost);
            if cost < steps[at + length].cost {
                steps[at + length] = Step { cost, from: at, entry };
            }
        };
        offer(1, char_cost(text[at]).unwrap_or(UNKNOWN_COST), None);
        let doubled = doubled_cost(words, &text[at..]).filter(|_| longest >= 4);
        for (length, id) in words.prefixes(&text[at..]) {
            if (2..=longest).contains(&length) {
                let cost = words.cost(id).min(doubled.filter(|_| length == 4).unwrap_or(u32::MAX));
                offer(length, cost, Some(Entry::Packed(id)));
            }
        }
        // A word that is packed as it stands comes before its double.
        if let Some(cost) = doubled {
            offer(4, cost, None);
        }
        for length in user.prefixes(&text[at..]) {
            offer(length, 0, Some(Entry::User));
        }
    }
    walk_back(&steps)
}

/// What a word with both its characters doubled costs: as much as the word itself (坎坎坷坷 as 坎坷).
fn doubled_cost(words: &Vocabulary, text: &[char]) -> Option<u32> {
    match text {
        &[a, b, c, d, ..] if a == b && c == d && a != c => words.find(&[a, c]).map(|id| words.cost(id)),
        _ => None,
    }
}

fn walk_back(steps: &[Step]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut end = steps.len() - 1;
    while end > 0 {
        let Step { from, entry, .. } = steps[end];
        words.push(Word { range: from..end, entry });
        end = from;
    }
    words.reverse();
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend::lexicon::vocabulary::tests::vocabulary;

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
        let found =
            cheapest(&words, &UserDictionary::default(), &chars, longest, |ch| (ch != '𠀀').then_some(70));
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
    fn a_doubled_word_is_one_word() {
        assert_eq!(words("生生命命起源", 6), ["生生命命", "起源"]);
    }

    #[test]
    fn a_word_is_split_without_itself() {
        assert_eq!(words("展览馆", 2), ["展览", "馆"]);
    }
}
