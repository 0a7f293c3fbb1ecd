//! Latin words in Chinese text, in the nearest Mandarin syllables.

mod letters;

use unicode_normalization::char::decompose_canonical;

use super::token::Syllable;

/// The syllables of a word of Latin letters; at least one for any word that has a letter.
pub fn syllables(word: &str) -> Vec<Syllable> {
    plain(word).chars().flat_map(letters::name).collect()
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
