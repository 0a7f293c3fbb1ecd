//! Figures that are words: 666, 1314, 985.

use super::measure;
use super::numbers::{One, spell};
use super::tables::{WordList, words};
use super::units;
use super::verbalization::Verbalization;
use super::view::{View, ends, starts};
use crate::frontend::spoken::is_han;

/// Those that are always words where they count nothing.
static FIGURES: WordList = WordList::new(|| words(include_str!("data/slang.txt")));
/// Words beside which other figures are.
static GREETED: WordList = WordList::new(|| words(include_str!("data/slang-after.txt")));

/// 太666了, 985高校, 拜拜88: figure by figure, unless they count something.
pub(super) fn slang(view: View) -> Option<Verbalization> {
    let digits = view.digits(0)?;
    if digits == "1024" && starts(view.after(1), &["节", "程序员"]) {
        return Verbalization::digits(1, spell(digits, One::Yi));
    }
    let word = FIGURES.contains(&digits) || is_laughter(digits);
    let leaves =
        view.after(1).starts_with('了') && view.before().chars().next_back().is_none_or(|ch| !is_han(ch));
    let greeted = matches!(digits, "88" | "886") && (leaves || ends(view.before(), &GREETED));
    (word || greeted).then_some(())?;
    let joined = view.is(1, ".,:：-~%+*=×÷°^$¥") || view.latin(1).is_some() || view.before().ends_with(joins);
    let counts = measure::counts(view.after(1)) || units::at(view, 1).is_some();
    let named = starts(view.after(1), &["年", "号", "路", "多", "来", "加", "减", "乘", "除"]);
    let ranked = ends(view.before(), &["第", "共", "合计", "约", "近", "超", "达", "仅", "等于"]);
    (!joined && !counts && !named && !ranked).then_some(())?;
    Verbalization::digits(1, spell(digits, if digits == "211" { One::Yao } else { One::Yi }))
}

/// 2333, 66666, 8888888: the more, the merrier.
fn is_laughter(digits: &str) -> bool {
    let rest = |lead: &str, ch: char| {
        digits.strip_prefix(lead).is_some_and(|rest| rest.len() >= 2 && rest.chars().all(|d| d == ch))
    };
    digits.len() <= 12 && (rest("2", '3') || rest("6", '6'))
}

fn joins(ch: char) -> bool {
    ch.is_ascii_alphanumeric() || ".,:-~+*=×÷$¥€£#".contains(ch)
}
