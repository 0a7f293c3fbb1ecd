//! Pinyin as authors write it.

use crate::frontend::latin;
use crate::token::Syllable;

/// Pinyin with tone digits (`hang2`, `lv4`, `lü4`), parted by blanks; what is wrong with it otherwise.
pub(super) fn syllables(written: &str) -> Result<Vec<Syllable>, String> {
    let read = |one: &str| syllable(one).ok_or_else(|| format!("{one:?} is no syllable with a tone digit"));
    let found: Vec<Syllable> = written.split_whitespace().map(read).collect::<Result<_, _>>()?;
    if found.is_empty() { Err("no syllable is given".to_string()) } else { Ok(found) }
}

fn syllable(written: &str) -> Option<Syllable> {
    let tone = written.chars().next_back()?.to_digit(10).filter(|tone| (1..=5).contains(tone))?;
    let base = written.get(..written.len() - 1)?.to_lowercase().replace(['ü', 'v'], "v").replace("u:", "v");
    latin::is_syllable(&base).then_some(Syllable { base, tone: tone as u8 })
}
