//! Bare runs of figures, on which tastes differ: read one by one or as a quantity, where the caller says so.

use super::measure;
use super::numbers::{Digits, One, cardinal, spell};
use super::units;
use super::verbalization::Verbalization;
use super::view::{View, starts};

/// What follows figures that are no bare run: dates, times, ranks.
const DATED: &[&str] =
    &["年", "月", "日", "号", "點", "点", "时", "分", "秒", "后", "前", "届", "世纪", "级", "楼"];

/// A bare run, as the caller asks.
pub(super) fn asked(view: View) -> Option<Verbalization> {
    let digits = view.digits(0).filter(|_| is_bare(view))?;
    match view.asked() {
        Digits::Auto => None,
        Digits::Each => Verbalization::digits(1, spell(digits, One::Yao)),
        Digits::Quantity => Verbalization::number(1, cardinal(digits)),
    }
}

fn is_bare(view: View) -> bool {
    let marked = view.is(1, ".,:：-~—/") && view.digits(2).is_some() || view.is(1, "%‰‱°×÷=+*^/$€£¥");
    let joined =
        view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric() || ".,:：-~—/+*=×÷^$€£¥".contains(ch));
    let after = view.after(1);
    let counts = measure::counts(after) || units::at(view, 1).is_some() || units::is_money(after);
    let ranked = measure::ranked(view.before()) || starts(after, DATED);
    !marked && !joined && !counts && !ranked && view.latin(1).is_none()
}
