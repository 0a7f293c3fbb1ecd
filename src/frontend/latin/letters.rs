//! The names of the letters, as Mandarin speakers say them and as English speakers do.

use super::phones::unpack;
use super::reading::Reading;
use crate::phone::{Phone, Stress};
use crate::token::Syllable;

/// A to Z. Where usage differs the form heard in broadcasts is taken: C 西, V 微, W 达不溜, Z 贼.
const MANDARIN: [&[(&str, u8)]; 26] = [
    &[("ei", 1)],
    &[("bi", 4)],
    &[("xi", 1)],
    &[("di", 4)],
    &[("yi", 4)],
    &[("ai", 2), ("fu", 5)],
    &[("ji", 4)],
    &[("ei", 2), ("chi", 5)],
    &[("ai", 4)],
    &[("zhei", 4)],
    &[("kei", 4)],
    &[("ai", 2), ("lou", 5)],
    &[("ai", 2), ("mu", 5)],
    &[("en", 1)],
    &[("ou", 1)],
    &[("pi", 4)],
    &[("kei", 1), ("you", 5)],
    &[("a", 4), ("er", 5)],
    &[("ai", 2), ("si", 5)],
    &[("ti", 4)],
    &[("you", 4)],
    &[("wei", 1)],
    &[("da", 2), ("bu", 5), ("liu", 5)],
    &[("ai", 2), ("ke", 5), ("si", 5)],
    &[("wai", 4)],
    &[("zei", 4)],
];

/// The same in English, packed (see `phones::unpack`).
const ENGLISH: [&str; 26] = [
    "8", "b:", "s:", "d:", ":", "6f", "J:", "8C", "5", "J8", "k8", "6l", "6m", "6n", ";", "p:", "ky>", "0r",
    "6s", "t:", "y>", "v:", "d2b#ly/", "6ks", "w5", "z:",
];

/// ASCII letters read by their names. In English the last one has the main stress.
pub(super) fn reading(letters: &str) -> Reading {
    let mut phones: Vec<Phone> = letters.chars().flat_map(english).collect();
    let is_stressed =
        |phone: &&mut Phone| matches!(phone, Phone::Vowel { stress, .. } if *stress == Stress::Primary);
    for phone in phones.iter_mut().rev().filter(is_stressed).skip(1) {
        if let Phone::Vowel { stress, .. } = phone {
            *stress = Stress::Secondary;
        }
    }
    Reading { syllables: letters.chars().flat_map(mandarin).collect(), phones }
}

fn index(letter: char) -> usize {
    (letter.to_ascii_uppercase() as usize).wrapping_sub('A' as usize)
}

fn english(letter: char) -> Vec<Phone> {
    unpack(ENGLISH.get(index(letter)).copied().unwrap_or_default())
}

/// The name of an ASCII letter; nothing for any other character.
fn mandarin(letter: char) -> Vec<Syllable> {
    let name = MANDARIN.get(index(letter)).copied().unwrap_or_default();
    name.iter().map(|(base, tone)| Syllable { base: (*base).to_string(), tone: *tone }).collect()
}
