//! Latin words in Chinese text: their English phones, and the nearest Mandarin syllables for voices that know no
//! English.
//!
//! Acronyms by letter, words by a list of phones, pinyin as pinyin, and all others by English spelling.

mod inventory;
mod letters;
mod phones;
mod reading;
mod spelling;
mod words;

use unicode_normalization::char::decompose_canonical;

use crate::token::Syllable;
pub use reading::Reading;
pub use words::Words;

/// The reading of a word of Latin letters; at least one syllable for any word that has a letter.
///
/// A word written in several cases is read part by part: iPhone is i and phone, ChatGPT chat and G, P, T. A word with
/// a part in pinyin is Mandarin as a whole.
pub fn reading(word: &str, words: &Words) -> Reading {
    let plain = plain(word);
    if let Some(known) = whole(&plain, words) {
        return known;
    }
    let parts: Vec<Reading> = parts(&plain).into_iter().map(|part| part_reading(part, words)).collect();
    let english = parts.iter().all(|part| !part.phones.is_empty());
    let phones =
        if english { parts.iter().flat_map(|part| part.phones.clone()).collect() } else { Vec::new() };
    Reading { syllables: parts.into_iter().flat_map(|part| part.syllables).collect(), phones }
}

/// Whether `base` is a syllable of Mandarin: pinyin without tone, `v` for ü.
pub fn is_syllable(base: &str) -> bool {
    inventory::has(base)
}

/// A word that the lists hold as it stands.
fn whole(word: &str, words: &Words) -> Option<Reading> {
    if word.len() < 2 || is_acronym(word) {
        return None;
    }
    let small = word.to_ascii_lowercase();
    let phones = words.phones(&small);
    match words::own(&small) {
        Some(own) => {
            let phones = own.phones.or(phones).unwrap_or_else(|| spelling::phones(&small));
            Some(Reading { syllables: own.syllables, phones })
        }
        None => phones.map(Reading::english),
    }
}

/// Words in capitals that are read as words.
const SPOKEN_ACRONYMS: &[&str] = &[
    "NASA", "JSON", "ASCII", "NATO", "OPEC", "SARS", "AIDS", "APEC", "COVID", "UNESCO", "OPPO", "VIVO",
    "IKEA", "ZARA", "VISA", "NIKE", "SONY", "DELL", "TOEFL", "JAVA", "LINUX", "UNIX", "PHOTO", "HELLO",
    "LOVE", "HAPPY", "GIF", "JPEG", "SIM", "ROM", "RAM", "BUG", "LOGO", "SHOW", "LIVE", "DISCO", "PARTY",
    "TOP", "PLUS", "PRO", "MAX", "MINI", "AIR", "ULTRA", "NOTE", "BOSS", "COOL", "NIO", "CUDA", "ARM",
    "DOTA", "YAML", "FIFA",
];

/// Whether a word is read letter by letter: short and in capitals, or without a vowel.
fn is_acronym(word: &str) -> bool {
    let capitals = word.bytes().all(|byte| byte.is_ascii_uppercase());
    let vowel = word.bytes().any(|byte| b"aeiouyAEIOUY".contains(&byte));
    !vowel || capitals && word.len() <= 5 && !SPOKEN_ACRONYMS.contains(&word)
}

fn part_reading(part: &str, words: &Words) -> Reading {
    if part.len() == 1 || is_acronym(part) {
        return letters::reading(part);
    }
    whole(part, words).or_else(|| pinyin(part)).unwrap_or_else(|| guess(part))
}

/// A word by its spelling; by its letters if that gives nothing.
fn guess(part: &str) -> Reading {
    let spelled = Reading::english(spelling::phones(&part.to_ascii_lowercase()));
    if spelled.syllables.is_empty() { letters::reading(part) } else { spelled }
}

/// A name in pinyin, such as Xiaoming, with high tones since none are written.
fn pinyin(part: &str) -> Option<Reading> {
    let small = part.to_ascii_lowercase();
    let mut rest = small.as_str();
    let mut spoken = Vec::new();
    while !rest.is_empty() {
        let base = inventory::longest_prefix(rest).filter(|base| base.len() > 1)?;
        rest = &rest[base.len()..];
        spoken.push(Syllable { base: base.to_string(), tone: 1 });
    }
    (small.len() >= 4).then_some(Reading { syllables: spoken, phones: Vec::new() })
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
        reading(word, &words).syllables.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
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

    /// Phones in the packed spelling, secondary stress as `|` before the vowel's stressed one.
    fn english(word: &str) -> String {
        let words = Words::read("computer=k$mpy>t(\nhello=h#l;\nopen=;p#n\nphone=f;n\nright=r5t\n");
        reading(word, &words).phones.into_iter().map(phones::tests::packed).collect()
    }

    #[test]
    fn words_have_english_phones_unless_they_are_pinyin() {
        let cases = [
            ("computer", "k$mpy>t("),
            ("NBA", "|6nb|:8"),
            ("AI", "|85"),
            ("w", "d2b#ly/"),
            ("iPhone", "5f,n"),
            ("google", "g>g#l"),
            ("OpenAI", ";p#n|85"),
            ("snorp", "sn3rp"),
            ("Xiaoming", ""),
            ("XiaomingPhone", ""),
        ];
        for (word, expected) in cases {
            assert_eq!(english(word), expected, "{word}");
        }
    }

    proptest! {
        #[test]
        fn every_word_is_said(word in "[a-zA-Zà-öø-ÿ]{1,20}") {
            let Reading { syllables: spoken, .. } = reading(&word, &Words::default());
            prop_assert!(!spoken.is_empty());
            for syllable in spoken {
                prop_assert!(inventory::has(&syllable.base) && (1..=5).contains(&syllable.tone), "{syllable}");
            }
        }
    }
}
