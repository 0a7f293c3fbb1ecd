//! Rates: so much for each of something, 15元/杯, 1.2%/年, 10⁹/L.

use super::tables::{PairList, WordList, find, pairs, words};
use super::verbalization::Verbalization;
use super::view::{View, ends};

/// What something may be for each of, longest first.
static EACH: WordList = WordList::new(|| words(include_str!("data/each.txt")));
/// What there may be so much of.
static OF: WordList = WordList::new(|| words(include_str!("data/rates.txt")));

/// Units that stand before a stroke alone: 3000r/min.
static BEFORE: PairList = PairList::new(|| pairs(include_str!("data/units-before-slash.tsv")));

/// A word under a stroke at piece `n`: pieces and the word.
pub(super) fn counted(view: View, n: usize) -> Option<(usize, String)> {
    word(view, n, &EACH)
}

/// A word before a stroke at piece `n` that no unit is: pieces and the word.
pub(super) fn numerator(view: View, n: usize) -> Option<(usize, String)> {
    let letters = view.latin(n).and_then(|letters| find(&BEFORE, letters));
    let (pieces, word) = letters.map(|name| (1, name.to_string())).or_else(|| word(view, n, &OF))?;
    view.is(n + pieces, "/").then_some((pieces, word))
}

/// The longest word of `list` at piece `n`.
fn word(view: View, n: usize, list: &[&str]) -> Option<(usize, String)> {
    let found = list.iter().filter(|word| view.rest(n).starts_with(**word)).max_by_key(|word| word.len())?;
    Some((view.pieces_in(n, found.len())?, (*found).to_string()))
}

/// 5元/10元, 3月/4月: the same on both sides is a choice, not a rate.
pub(super) fn is_choice(view: View, n: usize, name: &str) -> bool {
    view.digits(n).is_some() && view.rest(n + 1).starts_with(name)
}

/// The stroke in 元/吨, where there is no number.
pub(super) fn bare(view: View) -> Option<Verbalization> {
    let priced = view.is(0, "/")
        && ends(view.before(), &["元", "美元", "欧元", "英镑", "公里", "千米", "次", "万元", "亿元"]);
    let figures = view.before().trim_end_matches(|ch: char| !ch.is_ascii_digit()).len() + 12
        >= view.before().len()
        && view.before().contains(|ch: char| ch.is_ascii_digit());
    (priced && !figures && counted(view, 1).is_some()).then(|| Verbalization::text(1, "每")).flatten()
}
