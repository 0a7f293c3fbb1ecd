//! Latin words in Chinese text, in the nearest Mandarin syllables.
//!
//! Acronyms by letter, words by a list of phones, pinyin as pinyin, and all others by English spelling.

mod inventory;
mod letters;
mod phones;
mod spelling;
mod words;

use unicode_normalization::char::decompose_canonical;

use crate::token::Syllable;
pub use words::Words;

/// The syllables of a word of Latin letters; at least one for any word that has a letter.
///
/// A word written in several cases is read part by part: iPhone is i and phone, ChatGPT chat and G, P, T.
pub fn syllables(word: &str, words: &Words) -> Vec<Syllable> {
    let plain = plain(word);
    if let Some(known) = whole(&plain, words) {
        return known;
    }
    parts(&plain).into_iter().flat_map(|part| part_syllables(part, words)).collect()
}

/// Whether `base` is a syllable of Mandarin: pinyin without tone, `v` for ü.
pub fn is_syllable(base: &str) -> bool {
    inventory::has(base)
}

/// A word that the lists hold as it stands.
fn whole(word: &str, words: &Words) -> Option<Vec<Syllable>> {
    if word.len() < 2 || is_acronym(word) {
        return None;
    }
    let small = word.to_ascii_lowercase();
    words::own(&small).or_else(|| words.phones(&small).map(|found| phones::syllables(&found)))
}

/// Words in capitals that are read as words.
const SPOKEN_ACRONYMS: &[&str] = &[
    "NASA", "JSON", "ASCII", "NATO", "OPEC", "SARS", "AIDS", "APEC", "COVID", "UNESCO", "OPPO", "VIVO",
    "IKEA", "ZARA", "VISA", "NIKE", "SONY", "DELL", "TOEFL", "JAVA", "LINUX", "UNIX", "PHOTO", "HELLO",
    "LOVE", "HAPPY", "GIF", "JPEG", "SIM", "ROM", "RAM", "BUG", "LOGO", "SHOW", "LIVE", "DISCO", "PARTY",
    "TOP", "PLUS", "PRO", "MAX", "MINI", "AIR", "ULTRA", "NOTE", "BOSS", "COOL",
];

/// Whether a word is read letter by letter: short and in capitals, or without a vowel.
fn is_acronym(word: &str) -> bool {
    let capitals = word.bytes().all(|byte| byte.is_ascii_uppercase());
    let vowel = word.bytes().any(|byte| b"aeiouyAEIOUY".contains(&byte));
    !vowel || capitals && word.len() <= 5 && !SPOKEN_ACRONYMS.contains(&word)
}

fn part_syllables(part: &str, words: &Words) -> Vec<Syllable> {
    if part.len() == 1 || is_acronym(part) {
        return part.chars().flat_map(letters::name).collect();
    }
    whole(part, words).or_else(|| pinyin(part)).unwrap_or_else(|| guess(part))
}

/// A word by its spelling; by its letters if that gives nothing.
fn guess(part: &str) -> Vec<Syllable> {
    let spoken = phones::syllables(&spelling::phones(&part.to_ascii_lowercase()));
    if spoken.is_empty() { part.chars().flat_map(letters::name).collect() } else { spoken }
}

/// A name in pinyin, such as Xiaoming, with high tones since none are written.
fn pinyin(part: &str) -> Option<Vec<Syllable>> {
    let small = part.to_ascii_lowercase();
    let mut rest = small.as_str();
    let mut spoken = Vec::new();
    while !rest.is_empty() {
        let base = inventory::longest_prefix(rest).filter(|base| base.len() > 1)?;
        rest = &rest[base.len()..];
        spoken.push(Syllable { base: base.to_string(), tone: 1 });
    }
    (small.len() >= 4).then_some(spoken)
}

/// The parts of a word at changes of case: "iPhone" is "i", "Phone"; "OpenAI" is "Open", "AI".
fn parts(word: &str) -> Vec<&str> {
    let bytes = word.as_bytes();
    let mut starts = vec![0];
    for at in 1..bytes.len() {
        let up = bytes[at].is_ascii_uppercase();
        let rises = up && bytes[at - 1].is_ascii_lowercase();
        // The last capital before small letters belongs to them: HTMLElement.
        let opens =
            up && bytes[at - 1].is_ascii_uppercase() && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        let plural = opens && bytes.get(at + 1..) == Some(b"s");
        if rises || opens && !plural {
            starts.push(at);
        }
    }
    let ends = starts.iter().skip(1).copied().chain([word.len()]);
    starts.iter().zip(ends).map(|(start, end)| &word[*start..end]).collect()
}

/// The word in ASCII letters: accents go, letters of other alphabets become their nearest.
fn plain(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for ch in word.chars() {
        match nearest(ch) {
            Some(letters) => plain.push_str(letters),
            None => decompose_canonical(ch, |ch| plain.extend(Some(ch).filter(char::is_ascii_alphabetic))),
        }
    }
    if plain.is_empty() && word.chars().any(char::is_alphabetic) { "a".to_string() } else { plain }
}

/// Letters that are no ASCII letter with an accent.
fn nearest(ch: char) -> Option<&'static str> {
    Some(match ch {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ı' => "i",
        'ŋ' | 'Ŋ' => "ng",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(word: &str) -> String {
        let words = Words::read("computer=k$mpy>t(\nhello=h#l;\nopen=;p#n\nphone=f;n\nright=r5t\n");
        syllables(word, &words).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_said_in_mandarin_syllables() {
        let cases = [
            ("A", "ei1"),
            ("NBA", "en1 bi4 ei1"),
            ("html", "ei2 chi5 ti4 ai2 mu5 ai2 lou5"),
            ("hello", "he1 lou4"),
            ("right", "lai4 te5"),
            ("iPhone", "ai4 feng1"),
            ("OpenAI", "ou4 pen5 ei1 ai4"),
            ("Xiaoming", "xiao1 ming1"),
            ("café", "ka1 fei1"),
            ("ß", "ai2 si5 ai2 si5"),
        ];
        for (word, expected) in cases {
            assert_eq!(said(word), expected, "{word}");
        }
    }

    proptest! {
        #[test]
        fn every_word_is_said(word in "[a-zA-Zà-öø-ÿ]{1,20}") {
            let spoken = syllables(&word, &Words::default());
            prop_assert!(!spoken.is_empty());
            for syllable in spoken {
                prop_assert!(inventory::has(&syllable.base) && (1..=5).contains(&syllable.tone), "{syllable}");
            }
        }
    }
}
