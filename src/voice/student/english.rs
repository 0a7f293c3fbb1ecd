//! Conversion of English phones to the symbols of `student` voices. They follow misaki's notation of American English
//! for the Kokoro models: one letter per diphthong, and a stress mark directly before a stressed vowel. Aspiration is
//! written as in Mandarin, where a bare `t` is nearly an English d: "winter" was heard as "winder".

use crate::phone::{Phone, Stress, Vowel};

/// Stress marks, written before the vowel.
const PRIMARY: &str = "ˈ";
const SECONDARY: &str = "ˌ";

/// Breath after a stop.
pub const ASPIRATION: &str = "ʰ";

/// Stress mark of a phone; empty if it is not stressed.
pub fn stress(phone: Phone) -> &'static str {
    match phone {
        Phone::Vowel { stress: Stress::Primary, .. } => PRIMARY,
        Phone::Vowel { stress: Stress::Secondary, .. } => SECONDARY,
        _ => "",
    }
}

/// Whether the phone at a place of a word is an aspirated stop: p, t or k before a vowel, unless s is before it ("stay"), or
/// a vowel is and the next one is unstressed ("happy", and r counts as one before t: "party"). After Ladefoged and Johnson
/// (2015), *A Course in Phonetics*, chapter 3. Not before the vowel of "kit": Mandarin has no such syllable, and the nets
/// garble it. The affricate of "chair" is one before every vowel.
pub fn is_aspirated(word: &[Phone], at: usize) -> bool {
    let Phone::Consonant(stop @ ('p' | 't' | 'k' | 'C')) = word[at] else { return false };
    let glide = matches!(word.get(at + 1), Some(Phone::Consonant('r' | 'l' | 'w' | 'y')));
    let Some(&Phone::Vowel { vowel, stress }) = word.get(at + 1 + usize::from(glide)) else { return false };
    let is_stressed = stress != Stress::None;
    match at.checked_sub(1).map(|before| word[before]) {
        _ if stop == 'C' => true,
        _ if stop == 'k' && !glide && matches!(vowel, Vowel::Ih | Vowel::Iy) => false,
        Some(Phone::Consonant('s')) => false,
        Some(Phone::Consonant('r')) if stop == 't' => is_stressed,
        Some(Phone::Vowel { .. }) => is_stressed,
        Some(Phone::Consonant(_)) | None => true,
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
    consonants.chain([vowels, PRIMARY, SECONDARY, ASPIRATION]).flat_map(str::chars)
}
