//! The words of the lexicon in order, with what they cost and how they are read.

use super::packed::{Packed, corrupt};
use crate::error::Result;

/// The number of a word in the vocabulary.
pub type WordId = u32;

/// What is packed about a word's reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Listing {
    /// A dictionary lists the word with its reading; otherwise it is put together from its characters.
    listed: bool,
    /// The reading is not made of the characters' usual ones: picks say which they are.
    picked: bool,
    /// Nothing overrules it: the list is our own, or the dictionary has no second reading.
    settled: bool,
    /// It is a verb or an adjective, or an idiom.
    verbal: bool,
}

/// Words sorted by code points. All of them lie in the basic plane.
pub struct Vocabulary {
    letters: Vec<u16>,
    starts: Vec<u32>,
    costs: Vec<u8>,
    listings: Vec<Listing>,
    pick_starts: Vec<u32>,
    picks: Vec<u8>,
}

impl Vocabulary {
    /// Reads the word section of the lexicon.
    pub fn read(section: &mut Packed) -> Result<Self> {
        let count = section.count()?;
        let rest_letters = section.count()?;
        let shared = section.bytes(count)?;
        let rest = section.bytes(count)?;
        let costs = section.bytes(count)?.to_vec();
        let listings = section.bytes(count)?.iter().map(|kind| listing(*kind)).collect::<Result<Vec<_>>>()?;
        let tails = section.columns(rest_letters, 2)?;
        let (letters, starts) = unfold(shared, rest, &tails)?;
        let (pick_starts, total) = pick_starts(&starts, &listings);
        let picks = section.bytes(total)?.to_vec();
        Ok(Self { letters, starts, costs, listings, pick_starts, picks })
    }

    /// The words that `text` starts with, shortest first.
    pub fn prefixes<'a>(&'a self, text: &'a [char]) -> Prefixes<'a> {
        Prefixes { vocabulary: self, text, range: 0..self.costs.len(), length: 0 }
    }

    /// The word that is exactly `text`.
    pub fn find(&self, text: &[char]) -> Option<WordId> {
        self.prefixes(text).find(|(length, _)| *length == text.len()).map(|(_, word)| word)
    }

    /// What the word costs: minus the logarithm of its frequency, in eighths.
    pub fn cost(&self, word: WordId) -> u32 {
        self.costs.get(word as usize).copied().map_or(u32::MAX, u32::from)
    }

    /// Whether a dictionary lists the word with its reading.
    pub fn is_listed(&self, word: WordId) -> bool {
        self.listing(word).listed
    }

    /// Whether nothing overrules the word's reading.
    pub fn is_settled(&self, word: WordId) -> bool {
        self.listing(word).settled
    }

    /// Whether the word is a verb or an adjective, or an idiom.
    pub fn is_verbal(&self, word: WordId) -> bool {
        self.listing(word).verbal
    }

    fn listing(&self, word: WordId) -> Listing {
        self.listings.get(word as usize).copied().unwrap_or_default()
    }

    /// Which reading each character has; empty where they all have their usual one.
    pub fn picks(&self, word: WordId) -> &[u8] {
        if !self.listing(word).picked {
            return &[];
        }
        let start = self.pick_starts.get(word as usize).map_or(0, |s| *s as usize);
        self.picks.get(start..start + self.letters_of(word as usize).len()).unwrap_or_default()
    }

    fn letters_of(&self, word: usize) -> &[u16] {
        match self.starts.get(word..=word + 1) {
            Some(&[start, end]) => self.letters.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The part of `range` whose words have `letter` at `depth`; all of them agree before that.
    fn narrow(&self, range: &std::ops::Range<usize>, depth: usize, letter: u16) -> std::ops::Range<usize> {
        let at = |word: usize| self.letters_of(word).get(depth).copied();
        let start = partition(range.clone(), |word| at(word) < Some(letter));
        let end = partition(start..range.end, |word| at(word) <= Some(letter));
        start..end
    }
}

/// See [`Vocabulary::prefixes`].
pub struct Prefixes<'a> {
    vocabulary: &'a Vocabulary,
    text: &'a [char],
    range: std::ops::Range<usize>,
    length: usize,
}

impl Iterator for Prefixes<'_> {
    type Item = (usize, WordId);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let letter = u16::try_from(u32::from(*self.text.get(self.length)?)).ok()?;
            self.range = self.vocabulary.narrow(&self.range, self.length, letter);
            if self.range.is_empty() {
                return None;
            }
            self.length += 1;
            let first = self.range.start;
            if self.vocabulary.letters_of(first).len() == self.length {
                return Some((self.length, first as WordId));
            }
        }
    }
}

/// The first number of `range` for which `before` no longer holds.
fn partition(range: std::ops::Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

fn listing(kind: u8) -> Result<Listing> {
    let has = |bit| kind & bit != 0;
    if kind < 16 {
        Ok(Listing { listed: has(1), picked: has(2), settled: has(4), verbal: has(8) })
    } else {
        Err(corrupt("a word has an unknown kind"))
    }
}

/// Undoes front coding: each word repeats `shared` letters of the one before and goes on with `rest` new ones.
fn unfold(shared: &[u8], rest: &[u8], tails: &[u32]) -> Result<(Vec<u16>, Vec<u32>)> {
    let (mut letters, mut starts) = (Vec::new(), vec![0u32]);
    let (mut last, mut tail) = (0, 0);
    for (&shared, &rest) in shared.iter().zip(rest) {
        let (shared, rest) = (usize::from(shared), usize::from(rest));
        let new = tails.get(tail..tail + rest).ok_or_else(|| corrupt("words have no letters"))?;
        if letters.len() - last < shared {
            return Err(corrupt("a word repeats more than the one before it has"));
        }
        let start = letters.len();
        letters.extend_from_within(last..last + shared);
        letters.extend(new.iter().map(|letter| *letter as u16));
        starts.push(letters.len() as u32);
        (last, tail) = (start, tail + rest);
    }
    Ok((letters, starts))
}

/// Where each word's picks start, and how many there are in all.
fn pick_starts(starts: &[u32], listings: &[Listing]) -> (Vec<u32>, usize) {
    let mut total = 0;
    let lengths = starts.windows(2).map(|pair| pair[1] - pair[0]);
    let pick_starts = lengths
        .zip(listings)
        .map(|(length, listing)| {
            let start = total;
            total += if listing.picked { length } else { 0 };
            start
        })
        .collect();
    (pick_starts, total as usize)
}

#[cfg(test)]
pub(in crate::frontend) mod tests {
    use super::*;

    /// A vocabulary of words and costs, all of them read by the usual readings.
    pub fn vocabulary(words: &[(&str, u8)]) -> Vocabulary {
        let mut words = words.to_vec();
        words.sort_unstable();
        let mut vocabulary = Vocabulary {
            letters: Vec::new(),
            starts: vec![0],
            costs: Vec::new(),
            listings: vec![Listing::default(); words.len()],
            pick_starts: Vec::new(),
            picks: Vec::new(),
        };
        for (word, cost) in words {
            vocabulary.letters.extend(word.encode_utf16());
            vocabulary.starts.push(vocabulary.letters.len() as u32);
            vocabulary.costs.push(cost);
        }
        vocabulary
    }

    #[test]
    fn prefixes_come_shortest_first() {
        let words = vocabulary(&[("中国", 9), ("中国人", 9), ("中间", 9), ("人民", 9)]);
        let text: Vec<char> = "中国人民".chars().collect();
        let found: Vec<_> = words.prefixes(&text).map(|(length, _)| length).collect();
        assert_eq!(found, [2, 3]);
        assert!(words.find(&text[..2]).is_some());
        assert!(words.find(&text).is_none());
        assert!(words.find(&['𠀀', '人']).is_none());
    }

    #[test]
    fn front_coding_is_undone() {
        let tails: Vec<u32> = "甲乙丙丁".chars().map(u32::from).collect();
        let (letters, starts) = unfold(&[0, 1], &[2, 2], &tails).unwrap_or_default();
        assert_eq!(String::from_utf16_lossy(&letters), "甲乙甲丙丁");
        assert_eq!(starts, [0, 2, 5]);
        assert!(unfold(&[1], &[2], &tails).is_err());
        assert!(unfold(&[0], &[9], &tails).is_err());
    }
}
