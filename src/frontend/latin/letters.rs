//! The names of the letters as Mandarin speakers say them.

use crate::token::Syllable;

/// A to Z. Where usage differs the form heard in broadcasts is taken: C 西, V 微, W 达不溜, Z 贼.
const NAMES: [&[(&str, u8)]; 26] = [
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

/// The name of an ASCII letter; nothing for any other character.
pub(super) fn name(letter: char) -> Vec<Syllable> {
    let index = (letter.to_ascii_uppercase() as usize).wrapping_sub('A' as usize);
    let name = NAMES.get(index).copied().unwrap_or_default();
    name.iter().map(|(base, tone)| Syllable { base: (*base).to_string(), tone: *tone }).collect()
}
