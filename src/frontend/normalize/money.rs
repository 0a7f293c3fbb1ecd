//! Sums of money with a sign or code before the number.

use super::amount::Number;
use super::tables::{PairList, find, pairs};
use super::units;
use super::verbalization::Verbalization;
use super::view::{View, starts};

/// Letters before a dollar sign, and the currency.
static DOLLARS: PairList = PairList::new(|| pairs(include_str!("data/dollars.tsv")));

static SIGNS: PairList = PairList::new(|| pairs(include_str!("data/currency-signs.tsv")));

/// ISO codes and RMB.
static CODES: PairList = PairList::new(|| pairs(include_str!("data/currency-codes.tsv")));

/// The currency written before a number: pieces and name.
fn currency(view: View) -> Option<(usize, &'static str)> {
    let first = view.piece(0);
    if view.is(1, "$") {
        return find(&DOLLARS, first).map(|name| (2, name));
    }
    if let Some(name) = find(&SIGNS, first) {
        return Some((1, name));
    }
    let name = find(&CODES, first)?;
    Some(if view.is(1, "¥") { (2, "元") } else { (1, name) })
}

/// ¥1.25, $13.5, HKD 13.5, ¥100万, $3-5, -¥5.
pub(super) fn money(view: View) -> Option<Verbalization> {
    let minus = usize::from(view.is(0, "-"));
    let (used, name) = currency(view.skip(minus))?;
    let mut start = minus + used;
    start += view.blank(start);
    let negative = minus == 1 || view.is(start, "-");
    start += usize::from(view.is(start, "-"));
    let (mut end, mut said) = sum(view, start, name)?;
    if view.is(end, "-~—") {
        let again = usize::from(view.is(end + 1, view.piece(0)));
        if let Some((high, more)) = sum(view, end + 1 + again, name) {
            said = format!("{said}到{more}");
            end = high;
        }
    }
    let mut sign = if negative { "负" } else { "" }.to_string();
    // ¥5/斤 is said as 5元/斤 is.
    if let Some((more, under)) = units::under_stroke(view, end + 1).filter(|_| view.is(end, "/")) {
        end += 1 + more;
        sign = format!("每{under}{sign}");
    }
    let written = units::is_money(view.after(end));
    Verbalization::number(end, if written { format!("{sign}{said}") } else { format!("{sign}{said}{name}") })
}

/// The number at piece `n` with 万 or 亿: where it ends, and words without the currency.
fn sum(view: View, n: usize, name: &str) -> Option<(usize, String)> {
    let number = Number::at(view, n)?;
    let mut end = n + number.pieces;
    let mut scale = String::new();
    while scale.len() < 6
        && starts(view.rest(end), &["万", "亿", "千万", "百万", "千亿", "百亿", "十亿", "十万"])
    {
        scale += view.piece(end);
        end += 1;
    }
    if scale.is_empty() && view.is(end, "kKwW") {
        scale += if view.is(end, "kK") { "千" } else { "万" };
        end += 1;
    }
    let blank = view.blank(end);
    let zeros = match view.piece(end + blank) {
        "M" | "m" | "million" => 6,
        "B" | "bn" | "billion" => 9,
        _ => 0,
    };
    if zeros > 0 {
        return Some((end + blank + 1, number.shifted(zeros)));
    }
    let counted = !scale.is_empty() || name != "人民币";
    Some((end, number.said(counted, true) + &scale))
}
