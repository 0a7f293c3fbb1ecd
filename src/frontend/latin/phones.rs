//! English phones, and the Mandarin syllables nearest to them.
//!
//! Consonants and vowels go to the initials and finals that Mandarin speakers put in their place
//! (phone: 风 feng, right: 来特 lai te); a consonant without a vowel gets a light syllable of its own.

use super::inventory;
use crate::token::Syllable;

/// An English vowel, named as in the ARPAbet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vowel {
    Aa,
    Ae,
    Ah,
    Ao,
    Aw,
    Ay,
    Eh,
    Er,
    Ey,
    Ih,
    Iy,
    Ow,
    Oy,
    Uh,
    Uw,
}

/// An English phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phone {
    Vowel {
        vowel: Vowel,
        stressed: bool,
    },
    /// A consonant by its letter: `S` for sh, `C` ch, `J` j as in jam, `Z` as in measure, `T` and `D` for
    /// the two th, `N` for ng; the others are written as in English.
    Consonant(char),
}

const VOWELS: [Vowel; 15] = [
    Vowel::Aa,
    Vowel::Ae,
    Vowel::Ah,
    Vowel::Ao,
    Vowel::Aw,
    Vowel::Ay,
    Vowel::Eh,
    Vowel::Er,
    Vowel::Ey,
    Vowel::Ih,
    Vowel::Iy,
    Vowel::Ow,
    Vowel::Oy,
    Vowel::Uh,
    Vowel::Uw,
];

/// Reads the packed spelling: `0`-`>` are stressed vowels, `!`-`/` unstressed ones, letters consonants.
pub(super) fn unpack(packed: &str) -> Vec<Phone> {
    packed.chars().filter_map(unpack_one).collect()
}

fn unpack_one(ch: char) -> Option<Phone> {
    let vowel = |first: char| VOWELS.get((ch as usize).checked_sub(first as usize)?).copied();
    match ch {
        '0'..='>' => vowel('0').map(|vowel| Phone::Vowel { vowel, stressed: true }),
        '!'..='/' => vowel('!').map(|vowel| Phone::Vowel { vowel, stressed: false }),
        _ if ch.is_ascii_alphabetic() => Some(Phone::Consonant(ch)),
        _ => None,
    }
}

/// The Mandarin initial for a consonant.
fn initial(consonant: char) -> &'static str {
    match consonant {
        'b' => "b",
        'p' => "p",
        'm' => "m",
        'f' => "f",
        'v' | 'w' => "w",
        'd' | 'D' => "d",
        't' => "t",
        'n' | 'N' => "n",
        'l' => "l",
        'r' | 'Z' => "r",
        'g' => "g",
        'k' => "k",
        'h' => "h",
        'J' => "zh",
        'C' => "ch",
        'S' => "sh",
        's' | 'T' => "s",
        'z' => "z",
        'y' => "y",
        _ => "",
    }
}

/// The syllable of a consonant that has no vowel.
fn alone(consonant: char) -> &'static str {
    match consonant {
        'b' => "bu",
        'p' => "pu",
        'm' => "mu",
        'f' | 'v' => "fu",
        'd' => "de",
        't' => "te",
        'n' | 'N' => "en",
        'l' | 'r' => "er",
        'g' => "ge",
        'k' => "ke",
        'h' => "he",
        'J' => "zhi",
        'C' => "chi",
        'S' => "shi",
        's' | 'T' => "si",
        'z' | 'D' => "zi",
        'Z' => "ri",
        'y' => "yi",
        _ => "wu",
    }
}

/// The finals that may stand for a vowel, best first, with a nasal after it or without.
fn finals(vowel: Vowel, stressed: bool, nasal: Option<char>) -> &'static [&'static str] {
    use Vowel::*;
    match (vowel, nasal) {
        (Ah, Some('N')) | (Aa | Ae | Aw, Some('N')) | (Aw, Some(_)) => &["ang", "an"],
        (Ah, Some(_)) if !stressed => &["en", "un", "an", "in"],
        (Aa | Ae | Ah | Ay, Some(_)) => &["an", "ang"],
        (Eh | Er | Ey, Some(_)) => &["en", "un", "an", "in"],
        (Ih | Iy, Some('N')) => &["ing", "eng", "in"],
        (Ih | Iy, Some(_)) => &["in", "ing", "en", "un"],
        (Ao | Ow | Oy, Some(_)) => &["ong", "eng", "ang"],
        (Uh | Uw, Some(_)) => &["un", "en", "ong", "ong"],
        (Aa, None) => &["a", "o"],
        (Ae, None) => &["ai", "ei", "a"],
        (Ah, None) if stressed => &["a", "e"],
        (Ah | Er, None) => &["e", "o", "u", "a"],
        (Ao | Oy, None) => &["ao", "uo", "o", "ou"],
        (Aw, None) => &["ao", "ou", "a"],
        (Ay, None) => &["ai", "a"],
        (Eh, None) => &["ei", "ai", "ui", "ie", "e"],
        (Ey, None) => &["ei", "ui", "ai"],
        (Ih | Iy, None) => &["i", "ei", "ui"],
        (Ow, None) => &["ou", "o", "uo"],
        (Uh | Uw, None) => &["u", "ou"],
    }
}

/// Initials that take the place of `initial` before i, where Mandarin has no such syllable.
fn before_i(initial: &'static str) -> &'static str {
    match initial {
        "s" | "sh" | "h" => "x",
        "ch" | "k" => "q",
        "zh" | "z" | "g" => "j",
        "r" => "l",
        other => other,
    }
}

/// The first syllable that Mandarin has for an initial and one of the finals.
fn syllable(initial: &'static str, finals: &[&str]) -> String {
    if let Some(first) = initial.strip_suffix('w').filter(|first| !first.is_empty()) {
        return rounded(first, finals);
    }
    let spelled = |final_: &&str| {
        let close = final_.starts_with('i');
        let initial = if close { before_i(initial) } else { initial };
        Some(spell(initial, final_)).filter(|base| inventory::has(base))
    };
    let liquid =
        |final_: &&str| Some(spell("l", final_)).filter(|base| initial == "r" && inventory::has(base));
    let found = finals.iter().find_map(spelled).or_else(|| finals.iter().find_map(liquid));
    found.unwrap_or_else(|| "e".to_string())
}

/// The same after k, g or h with w: quick is kui ke, Guam guan.
fn rounded(initial: &str, finals: &[&str]) -> String {
    let medial = |final_: &&str| match *final_ {
        "i" | "ei" => "ui",
        "ai" => "uai",
        "a" => "ua",
        "an" => "uan",
        "ang" => "uang",
        "in" | "en" | "ing" => "un",
        _ => "uo",
    };
    finals.first().map_or_else(|| initial.to_string(), |final_| format!("{initial}{}", medial(final_)))
}

/// Pinyin of an initial with a final; y and w take the place of i and u where nothing stands before.
fn spell(initial: &str, final_: &str) -> String {
    match (initial, final_) {
        ("", "i" | "in" | "ing") => format!("y{final_}"),
        ("", "u") => "wu".to_string(),
        ("", "un") => "weng".to_string(),
        ("", "ong") => "ang".to_string(),
        ("", "o") => "ou".to_string(),
        ("", "ui") => "wei".to_string(),
        ("", "uo") => "wo".to_string(),
        ("", "ie") => "ye".to_string(),
        ("y", "an") => "yang".to_string(),
        ("y", "ei" | "ai" | "e") => "ye".to_string(),
        ("y", "en") => "yin".to_string(),
        ("y", "u") => "you".to_string(),
        ("b" | "p" | "f" | "w", "e") => format!("{initial}o"),
        ("w", "i") => "wei".to_string(),
        ("w", "in" | "en") => "wen".to_string(),
        ("w", "ing") => "weng".to_string(),
        _ => format!("{initial}{final_}"),
    }
}

/// The nearest Mandarin syllables for a word.
///
/// The stressed syllable falls (it is high where two or more follow), what stands before it is high,
/// and what Mandarin adds is light.
pub(super) fn syllables(phones: &[Phone]) -> Vec<Syllable> {
    let mut spoken = Vec::new();
    let mut onset: Vec<char> = Vec::new();
    let mut at = 0;
    let melody = Melody::new(phones);
    let mut nucleus = 0;
    while let Some(phone) = phones.get(at) {
        at += 1;
        match *phone {
            Phone::Consonant(consonant) => onset.push(consonant),
            Phone::Vowel { vowel, stressed } => {
                let nasal = coda_nasal(&phones[at..]);
                let initial = open(&mut spoken, &mut onset, vowel);
                // A bare schwa sounds like a: about, idea.
                let full = stressed || initial.is_empty() && vowel == Vowel::Ah;
                let base = syllable(initial, finals(vowel, full, nasal));
                push(&mut spoken, base, melody.tone(nucleus, vowel));
                if vowel == Vowel::Oy {
                    push(&mut spoken, "yi".to_string(), 5);
                }
                at += usize::from(nasal.is_some()) + usize::from(silent_r(vowel, &phones[at..]));
                nucleus += 1;
            }
        }
    }
    onset.iter().for_each(|consonant| push(&mut spoken, alone(*consonant).to_string(), 5));
    spoken
}

fn push(spoken: &mut Vec<Syllable>, base: String, tone: u8) {
    spoken.push(Syllable { base, tone });
}

/// Speaks the consonants before a vowel but the last, which becomes its initial.
fn open(spoken: &mut Vec<Syllable>, onset: &mut Vec<char>, vowel: Vowel) -> &'static str {
    let close = matches!(vowel, Vowel::Ih | Vowel::Iy | Vowel::Uw | Vowel::Uh);
    let cluster: Vec<char> = std::mem::take(onset);
    let (rest, initial) = match cluster.as_slice() {
        [rest @ .., 't', 'r'] => (rest, "ch"),
        [rest @ .., 'd', 'r'] => (rest, "zh"),
        [rest @ .., 'k', 'w'] => (rest, "kw"),
        [rest @ .., 'g', 'w'] => (rest, "gw"),
        [rest @ .., 'h', 'w'] => (rest, "hw"),
        [rest @ .., 't', 's'] if !close => (rest, "c"),
        [rest @ .., 'k', 's'] if close => (&cluster[..rest.len() + 1], "x"),
        [rest @ .., last] => (rest, initial(*last)),
        [] => return "",
    };
    for consonant in rest {
        // l and r before another consonant belong to the syllable before.
        push(spoken, alone(*consonant).to_string(), 5);
    }
    initial
}

/// A nasal that closes the syllable: no vowel follows it.
fn coda_nasal(after: &[Phone]) -> Option<char> {
    match after {
        [Phone::Consonant('N'), ..] => Some('N'),
        [Phone::Consonant('n'), Phone::Vowel { .. } | Phone::Consonant('y'), ..] => None,
        [Phone::Consonant('n'), ..] => Some('n'),
        [Phone::Consonant('m'), Phone::Consonant('p' | 'b'), ..] => Some('n'),
        _ => None,
    }
}

/// An r after a back vowel is not heard: car is ka.
fn silent_r(vowel: Vowel, after: &[Phone]) -> bool {
    let open = matches!(after, [Phone::Consonant('r')] | [Phone::Consonant('r'), Phone::Consonant(_), ..]);
    open && matches!(vowel, Vowel::Aa | Vowel::Ao | Vowel::Er)
}

/// Where the stress of a word stands.
struct Melody {
    stress: usize,
    count: usize,
}

impl Melody {
    fn new(phones: &[Phone]) -> Self {
        let stresses = phones.iter().filter_map(|phone| match phone {
            Phone::Vowel { stressed, .. } => Some(*stressed),
            Phone::Consonant(_) => None,
        });
        let stresses: Vec<bool> = stresses.collect();
        let stress = stresses.iter().position(|stressed| *stressed).unwrap_or(0);
        Self { stress, count: stresses.len() }
    }

    fn tone(&self, nucleus: usize, vowel: Vowel) -> u8 {
        let light = matches!(vowel, Vowel::Ah | Vowel::Er | Vowel::Ih | Vowel::Iy);
        match nucleus.cmp(&self.stress) {
            std::cmp::Ordering::Less => 1,
            std::cmp::Ordering::Equal if self.count > nucleus + 2 => 1,
            std::cmp::Ordering::Equal => 4,
            std::cmp::Ordering::Greater if light => 5,
            std::cmp::Ordering::Greater => 4,
        }
    }
}
