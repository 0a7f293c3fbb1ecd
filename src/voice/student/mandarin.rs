//! Conversion of Mandarin syllables to the symbols of `student` voices: the International Phonetic Alphabet in the
//! notation of the Kokoro models, with an arrow for the tone after the nucleus.
//!
//! The inventory is that of misaki (Apache-2.0), which is based on pinyin-to-ipa (MIT): broad transcriptions after
//! Duanmu (2007), The Phonology of Standard Chinese, and Lin (2007), The Sounds of Chinese.

use crate::token::Syllable;

/// Parts of a syllable, with one symbol per character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Initial consonant, or empty.
    pub onset: &'static str,
    /// Glide and vowels.
    pub nucleus: &'static str,
    /// Arrow of the tone; empty for the neutral tone.
    pub tone: &'static str,
    /// Final nasal, or empty.
    pub coda: &'static str,
}

/// Initials by their pinyin, those of two letters first.
const INITIALS: [(&str, &str); 21] = [
    ("zh", "ꭧ"),
    ("ch", "ꭧʰ"),
    ("sh", "ʂ"),
    ("b", "p"),
    ("p", "pʰ"),
    ("m", "m"),
    ("f", "f"),
    ("d", "t"),
    ("t", "tʰ"),
    ("n", "n"),
    ("l", "l"),
    ("g", "k"),
    ("k", "kʰ"),
    ("h", "x"),
    ("j", "ʨ"),
    ("q", "ʨʰ"),
    ("x", "ɕ"),
    ("r", "ɻ"),
    ("z", "ʦ"),
    ("c", "ʦʰ"),
    ("s", "s"),
];

/// Nucleus and coda of finals, by their pinyin after an initial.
const FINALS: [(&str, &str, &str); 36] = [
    ("a", "a", ""),
    ("ai", "ai", ""),
    ("an", "a", "n"),
    ("ang", "a", "ŋ"),
    ("ao", "au", ""),
    ("e", "ɤ", ""),
    ("ei", "ei", ""),
    ("en", "ə", "n"),
    ("eng", "ə", "ŋ"),
    ("i", "i", ""),
    ("ia", "ja", ""),
    ("ian", "jɛ", "n"),
    ("iang", "ja", "ŋ"),
    ("iao", "jau", ""),
    ("ie", "je", ""),
    ("in", "i", "n"),
    ("ing", "i", "ŋ"),
    ("iong", "jʊ", "ŋ"),
    ("iu", "jou", ""),
    ("o", "wo", ""),
    ("ong", "ʊ", "ŋ"),
    ("ou", "ou", ""),
    ("u", "u", ""),
    ("ua", "wa", ""),
    ("uai", "wai", ""),
    ("uan", "wa", "n"),
    ("uang", "wa", "ŋ"),
    ("ue", "ɥe", ""),
    ("ui", "wei", ""),
    ("un", "wə", "n"),
    ("uo", "wo", ""),
    ("v", "y", ""),
    ("van", "ɥɛ", "n"),
    ("ve", "ɥe", ""),
    ("vn", "y", "n"),
    ("weng", "wə", "ŋ"),
];

/// Syllables that are not an initial and a final of the tables above.
const WHOLE: [(&str, &str, &str, &str); 8] = [
    ("er", "", "ɚ", ""),
    ("o", "", "ɔ", ""),
    ("yo", "", "jɔ", ""),
    ("m", "", "m", ""),
    ("n", "", "n", ""),
    ("ng", "", "ŋ", ""),
    ("hm", "h", "m", ""),
    ("hng", "h", "ŋ", ""),
];

/// Arrows of tones 1 to 4; the neutral tone has none.
const TONES: [&str; 4] = ["→", "↗", "↓", "↘"];

/// Vowel of zhi, chi, shi, ri, zi, ci, si.
const APICAL: &str = "ɨ";

/// Symbol that the suffix 儿 adds to the syllable before it.
pub const ERHUA: &str = "ɹ";

/// Parts of a syllable; `None` if Mandarin does not have it.
pub fn parts(syllable: &Syllable) -> Option<Parts> {
    let tone = match syllable.tone {
        5 => "",
        tone => TONES.get(usize::from(tone).checked_sub(1)?)?,
    };
    let base = syllable.base.as_str();
    if let Some(&(_, onset, nucleus, coda)) = WHOLE.iter().find(|(whole, ..)| *whole == base) {
        return Some(Parts { onset, nucleus, tone, coda });
    }
    let initial = INITIALS.iter().find(|(initial, _)| base.starts_with(initial));
    let (letters, onset) = initial.copied().unwrap_or_default();
    let rest = base.strip_prefix(letters)?;
    if rest == "i" && matches!(letters, "zh" | "ch" | "sh" | "r" | "z" | "c" | "s") {
        return Some(Parts { onset, nucleus: APICAL, tone, coda: "" });
    }
    let name = match letters {
        "" => bare(rest),
        "j" | "q" | "x" => front(rest),
        _ => rest,
    };
    let &(_, nucleus, coda) = FINALS.iter().find(|(known, ..)| *known == name)?;
    Some(Parts { onset, nucleus, tone, coda })
}

/// Final of a syllable without an initial, which pinyin may spell with y or w.
fn bare(syllable: &str) -> &str {
    match syllable {
        "yi" => "i",
        "ya" => "ia",
        "yan" => "ian",
        "yang" => "iang",
        "yao" => "iao",
        "ye" => "ie",
        "yin" => "in",
        "ying" => "ing",
        "yong" => "iong",
        "you" => "iu",
        "wu" => "u",
        "wa" => "ua",
        "wai" => "uai",
        "wan" => "uan",
        "wang" => "uang",
        "wei" => "ui",
        "wen" => "un",
        "wo" => "uo",
        "wong" => "ong",
        "yu" => "v",
        "yuan" => "van",
        "yue" => "ve",
        "yun" => "vn",
        other => other,
    }
}

/// Final after j, q and x, where u stands for ü.
fn front(written: &str) -> &str {
    match written {
        "u" => "v",
        "uan" => "van",
        "ue" => "ve",
        "un" => "vn",
        other => other,
    }
}

/// Tone of an arrow.
pub fn tone(symbol: &str) -> Option<u8> {
    (1..).zip(TONES).find(|(_, arrow)| *arrow == symbol).map(|(tone, _)| tone)
}

/// All symbols in these tables.
pub fn symbols() -> impl Iterator<Item = char> {
    let initials = INITIALS.iter().map(|(_, onset)| *onset);
    let finals = FINALS.iter().flat_map(|(_, nucleus, coda)| [*nucleus, *coda]);
    let whole = WHOLE.iter().flat_map(|(_, onset, nucleus, coda)| [*onset, *nucleus, *coda]);
    initials.chain(finals).chain(whole).chain(TONES).chain([APICAL, ERHUA]).flat_map(str::chars)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// misaki's symbols of every syllable in every tone, `pinyin<TAB>symbols`; see `models/student/golden_symbols.py`.
    const GOLDEN: &str = include_str!("../../../tests/golden/student_symbols.tsv");

    fn written(base: &str, tone: u8) -> Option<String> {
        let Parts { onset, nucleus, tone, coda } = parts(&Syllable { base: base.to_owned(), tone })?;
        Some([onset, nucleus, tone, coda].concat())
    }

    #[test]
    fn syllables_are_written_as_misaki_writes_them() {
        let mut count = 0;
        for line in GOLDEN.lines() {
            let (pinyin, symbols) = line.split_once('\t').unwrap();
            let (base, tone) = pinyin.split_at(pinyin.len() - 1);
            assert_eq!(written(base, tone.parse().unwrap()).as_deref(), Some(symbols), "{pinyin}");
            count += 1;
        }
        assert!(count > 2000, "{count}");
    }

    #[test]
    fn what_is_no_syllable_has_no_parts() {
        for base in ["", "xx", "bq", "zhq", "r", "你"] {
            assert_eq!(written(base, 1), None, "{base}");
        }
        assert_eq!(written("ma", 0), None);
        assert_eq!(written("ma", 6), None);
    }

    #[test]
    fn all_symbols_are_of_the_list() {
        let known: Vec<char> = symbols().collect();
        assert!(
            GOLDEN
                .lines()
                .filter_map(|line| line.split_once('\t'))
                .all(|(_, s)| s.chars().all(|c| known.contains(&c)))
        );
    }
}
