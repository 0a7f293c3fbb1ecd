//! English spelling to phones, for words that no list holds.

use super::phones::unpack;
use crate::phone::{Phone, Stress};

/// Spellings and their packed phones (see `phones::unpack`), longest first at each place.
///
/// Stressed vowels: 0 aa, 1 ae, 2 ah, 3 ao, 4 aw, 5 ay, 6 eh, 7 er, 8 ey, 9 ih, : iy, ; ow, < oy, = uh, > uw.
const SPELLINGS: &[(&str, &str)] = &[
    ("tion", "S#n"),
    ("sion", "Z#n"),
    ("cial", "S#l"),
    ("tial", "S#l"),
    ("ture", "C("),
    ("ough", "3"),
    ("augh", "3"),
    ("eigh", "8"),
    ("igh", "5"),
    ("tch", "C"),
    ("dge", "J"),
    ("sch", "sk"),
    ("que", "k"),
    ("eau", ";"),
    ("air", "6r"),
    ("ear", ":r"),
    ("eer", ":r"),
    ("oor", "3r"),
    ("our", "3r"),
    ("ee", ":"),
    ("ea", ":"),
    ("ie", ":"),
    ("ei", "8"),
    ("ey", ":"),
    ("oo", ">"),
    ("ou", "4"),
    ("ow", ";"),
    ("oa", ";"),
    ("oi", "<"),
    ("oy", "<"),
    ("ai", "8"),
    ("ay", "8"),
    ("au", "3"),
    ("aw", "3"),
    ("ew", "y>"),
    ("ue", ">"),
    ("ui", ">"),
    ("ar", "0r"),
    ("er", "7"),
    ("ir", "7"),
    ("ur", "7"),
    ("or", "3r"),
    ("ch", "C"),
    ("sh", "S"),
    ("th", "T"),
    ("ph", "f"),
    ("ck", "k"),
    ("ng", "N"),
    ("nk", "Nk"),
    ("qu", "kw"),
    ("wh", "w"),
    ("kn", "n"),
    ("wr", "r"),
    ("gh", "g"),
    ("ce", "s6"),
    ("ci", "s9"),
    ("cy", "s:"),
    ("a", "1"),
    ("b", "b"),
    ("c", "k"),
    ("d", "d"),
    ("e", "6"),
    ("f", "f"),
    ("g", "g"),
    ("h", "h"),
    ("i", "9"),
    ("j", "J"),
    ("k", "k"),
    ("l", "l"),
    ("m", "m"),
    ("n", "n"),
    ("o", "0"),
    ("p", "p"),
    ("q", "k"),
    ("r", "r"),
    ("s", "s"),
    ("t", "t"),
    ("u", "2"),
    ("v", "v"),
    ("w", "w"),
    ("x", "ks"),
    ("y", ":"),
    ("z", "z"),
];

/// The long vowel that a letter has before a consonant and a silent e.
fn long(letter: u8) -> Option<&'static str> {
    Some(match letter {
        b'a' => "8",
        b'e' => ":",
        b'i' | b'y' => "5",
        b'o' => ";",
        b'u' => ">",
        _ => return None,
    })
}

/// The vowel that a letter has at the end of a word.
fn ending(letter: u8) -> Option<&'static str> {
    Some(match letter {
        b'a' => "0",
        b'i' | b'y' => ":",
        b'o' => ";",
        b'u' => ">",
        _ => return None,
    })
}

fn is_vowel(letter: u8) -> bool {
    b"aeiouy".contains(&letter)
}

/// The phones of a word in small ASCII letters, the first vowel stressed.
pub(super) fn phones(word: &str) -> Vec<Phone> {
    let letters = word.as_bytes();
    let mut packed = String::new();
    let mut at = 0;
    while at < letters.len() {
        let (used, phones) = spelled(letters, at);
        packed += phones;
        at += used.max(1);
    }
    let mut stressed = false;
    let lighten = |phone| match phone {
        Phone::Vowel { vowel, .. } => {
            let stress = if std::mem::replace(&mut stressed, true) { Stress::None } else { Stress::Primary };
            Phone::Vowel { vowel, stress }
        }
        consonant => consonant,
    };
    unpack(&packed).into_iter().map(lighten).collect()
}

/// How many letters are read at `at`, and their phones.
fn spelled(letters: &[u8], at: usize) -> (usize, &'static str) {
    let rest = &letters[at..];
    match rest {
        // A silent e at the end, and doubled consonants.
        b"e" if at > 1 && letters[..at].iter().any(|letter| is_vowel(*letter)) => return (1, ""),
        b"es" if at > 1 => return (2, "z"),
        b"le" if at > 1 => return (2, "#l"),
        b"y" if at == 0 => return (1, "y"),
        [b'y', next, ..] if is_vowel(*next) => return (1, "y"),
        [a, b, ..] if a == b && !is_vowel(*a) => return (1, ""),
        [vowel, consonant, b'e']
            if !is_vowel(*consonant) && b"wx".iter().all(|letter| letter != consonant) =>
        {
            if let Some(phones) = long(*vowel) {
                return (1, phones);
            }
        }
        [vowel] if at > 0 => {
            if let Some(phones) = ending(*vowel) {
                return (1, phones);
            }
        }
        _ => {}
    }
    let known = SPELLINGS.iter().find(|(spelling, _)| rest.starts_with(spelling.as_bytes()));
    known.map_or((1, ""), |(spelling, phones)| (spelling.len(), *phones))
}
