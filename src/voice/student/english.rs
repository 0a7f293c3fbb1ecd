//! Conversion of English phones to the symbols of `student` voices. They follow misaki's notation of American English
//! for the Kokoro models: one letter per diphthong, and a stress mark directly before a stressed vowel.

use crate::phone::{Phone, Stress, Vowel};

/// Stress marks, written before the vowel.
const PRIMARY: &str = "ˈ";
const SECONDARY: &str = "ˌ";

/// Stress mark of a phone; empty if it is not stressed.
pub fn stress(phone: Phone) -> &'static str {
    match phone {
        Phone::Vowel { stress: Stress::Primary, .. } => PRIMARY,
        Phone::Vowel { stress: Stress::Secondary, .. } => SECONDARY,
        _ => "",
    }
}

/// Symbols of a phone, one per character; `None` for a consonant that English lacks.
pub fn sound(phone: Phone) -> Option<&'static str> {
    match phone {
        Phone::Vowel { vowel, stress } => Some(vowel_sound(vowel, stress != Stress::None)),
        Phone::Consonant(letter) => {
            let found = CONSONANTS.iter().find(|(consonant, _)| *consonant == letter);
            found.map(|(_, symbols)| *symbols)
        }
    }
}

fn vowel_sound(vowel: Vowel, stressed: bool) -> &'static str {
    match vowel {
        Vowel::Aa => "ɑ",
        Vowel::Ae => "æ",
        Vowel::Ah if stressed => "ʌ",
        Vowel::Ah => "ə",
        Vowel::Ao => "ɔ",
        Vowel::Aw => "W",
        Vowel::Ay => "I",
        Vowel::Eh => "ɛ",
        Vowel::Er if stressed => "ɜɹ",
        Vowel::Er => "əɹ",
        Vowel::Ey => "A",
        Vowel::Ih => "ɪ",
        Vowel::Iy => "i",
        Vowel::Ow => "O",
        Vowel::Oy => "Y",
        Vowel::Uh => "ʊ",
        Vowel::Uw => "u",
    }
}

/// Symbols of consonants, by their letter in [`Phone::Consonant`].
const CONSONANTS: [(char, &str); 24] = [
    ('b', "b"),
    ('C', "ʧ"),
    ('d', "d"),
    ('D', "ð"),
    ('f', "f"),
    ('g', "ɡ"),
    ('h', "h"),
    ('J', "ʤ"),
    ('k', "k"),
    ('l', "l"),
    ('m', "m"),
    ('n', "n"),
    ('N', "ŋ"),
    ('p', "p"),
    ('r', "ɹ"),
    ('s', "s"),
    ('S', "ʃ"),
    ('t', "t"),
    ('T', "θ"),
    ('v', "v"),
    ('w', "w"),
    ('y', "j"),
    ('z', "z"),
    ('Z', "ʒ"),
];

/// All symbols in these tables.
pub fn symbols() -> impl Iterator<Item = char> {
    let vowels = "ɑæʌəɔWIɛɜɹAɪiOYʊu";
    let consonants = CONSONANTS.iter().map(|(_, symbols)| *symbols);
    consonants.chain([vowels, PRIMARY, SECONDARY]).flat_map(str::chars)
}
