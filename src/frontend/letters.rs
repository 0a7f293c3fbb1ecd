//! Latin letters by their names, in Mandarin syllables.

use super::token::Syllable;

/// The syllables of a Latin word, spelled letter by letter; other characters have none.
pub fn syllables(word: &str) -> Vec<Syllable> {
    word.chars().flat_map(|ch| letter(ch.to_ascii_lowercase())).map(|name| syllable(name)).collect()
}

/// The name of a letter as people say it in Chinese.
fn letter(ch: char) -> &'static [&'static str] {
    match ch {
        'a' => &["ei1"],
        'b' => &["bi4"],
        'c' => &["xi1"],
        'd' => &["di4"],
        'e' => &["yi4"],
        'f' => &["ai2", "fu5"],
        'g' => &["ji4"],
        'h' => &["ei2", "chi5"],
        'i' => &["ai4"],
        'j' => &["zhei4"],
        'k' => &["kei4"],
        'l' => &["ai2", "lou5"],
        'm' => &["ai2", "mu5"],
        'n' => &["en1"],
        'o' => &["ou1"],
        'p' => &["pi4"],
        'q' => &["kou1"],
        'r' => &["a4", "er5"],
        's' => &["ai2", "si5"],
        't' => &["ti4"],
        'u' => &["you1"],
        'v' => &["wei1"],
        'w' => &["da2", "bu5", "liu5"],
        'x' => &["ai2", "ke5", "si5"],
        'y' => &["wai4"],
        'z' => &["zei4"],
        _ => &[],
    }
}

fn syllable(pinyin: &str) -> Syllable {
    let (base, tone) = pinyin.split_at(pinyin.len() - 1);
    Syllable { base: base.to_owned(), tone: tone.parse().unwrap_or(5) }
}
