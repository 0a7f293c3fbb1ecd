//! Numbers that no other rule knows, and points of a list.

use super::amount::Number;
use super::measure;
use super::numbers::{One, cardinal, counted, spell};
use super::units;
use super::verbalization::Verbalization;
use super::view::{Kind, View};

/// "1. ", "2、", "3)" at the start of a line.
pub(super) fn list_mark(view: View) -> Option<Verbalization> {
    let opens = view.before().is_empty() || view.before().ends_with('\n');
    let digits = view.digits(0).filter(|digits| digits.len() <= 2 && opens)?;
    let mark = view.is(1, "、)）") && view.digits(2).is_none()
        || view.is(1, ".．") && matches!(view.kind(2), Some(Kind::Space | Kind::Han | Kind::Latin));
    mark.then(|| Verbalization::number(2, format!("{}、", cardinal(digits)))).flatten()
}

/// 2到3个: the first 2 is 两 too.
pub(super) fn worded_range(view: View) -> Option<Verbalization> {
    let low = view.digits(0).filter(|digits| *digits == "2")?;
    let high = view.digits(2).filter(|_| view.is(1, "到至、"))?;
    let counts = units::at(view, 3).is_some() || measure::counts(view.after(3));
    (counts && high.len() == 1 && !measure::ranked(view.before()) && !view.before().ends_with('、'))
        .then_some(())?;
    Verbalization::number(1, counted(low))
}

/// 1米75, 9秒58: the figures after the unit, one by one.
pub(super) fn after_unit(view: View) -> Option<Verbalization> {
    let digits = view.digits(0).filter(|digits| digits.len() == 2)?;
    let before = view.before().strip_suffix(['米', '秒'])?;
    let told = before.ends_with(|ch: char| ch.is_ascii_digit())
        && !measure::counts(view.after(1))
        && !view.is(1, ".:-~");
    told.then(|| Verbalization::digits(1, spell(digits, One::Yi))).flatten()
}

/// A quantity.
pub(super) fn number(view: View) -> Option<Verbalization> {
    let number = Number::at(view, 0)?;
    if view.is(0, ".") && view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric()) {
        return None;
    }
    let after = view.after(number.pieces);
    let counting = measure::counts(after) && !measure::ranked(view.before());
    Verbalization::number(number.pieces, number.said(counting, units::is_money(after)))
}
