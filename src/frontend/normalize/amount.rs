//! Numbers with what belongs to them: sign, point, fraction, multiplier, unit.

use super::letters;
use super::measure;
use super::numbers::{cardinal, counted, decimal};
use super::units::{self, Unit};
use super::verbalization::Verbalization;
use super::view::{Kind, View, ends, holds, starts, tail};
use crate::frontend::spoken::is_han;

/// A number as written.
pub(super) struct Number<'a> {
    /// The digits before the point, without separators of thousands.
    pub whole: String,
    /// The digits after the point.
    pub fraction: Option<&'a str>,
    pub pieces: usize,
}

/// Marks that stand for "from ... to ...".
const TO: &str = "-~—";

impl<'a> Number<'a> {
    /// The number that starts at piece `n`: 12, 1,234, 1.5, .5.
    pub(super) fn at(view: View<'a>, n: usize) -> Option<Self> {
        let view = view.skip(n);
        if view.is(0, ".") {
            let fraction = view.digits(1)?;
            return Some(Self { whole: String::new(), fraction: Some(fraction), pieces: 2 });
        }
        let mut whole = view.digits(0)?.to_string();
        let mut pieces = 1;
        while whole.len() <= 3 || pieces > 1 {
            let Some(group) = view.digits(pieces + 1).filter(|g| g.len() == 3 && view.is(pieces, ",")) else {
                break;
            };
            whole += group;
            pieces += 2;
        }
        if pieces == 1 && whole.len() <= 3 {
            let groups = blank_groups(view);
            whole.extend((1..=groups).map(|group| view.piece(2 * group)));
            pieces += 2 * groups;
        }
        let point = view.is(pieces, ".") && !(view.is(pieces + 2, ".") && view.digits(pieces + 3).is_some());
        let fraction = view.digits(pieces + 1).filter(|_| point);
        pieces += if fraction.is_some() { 2 } else { 0 };
        Some(Self { whole, fraction, pieces })
    }

    /// In words, times ten to the power of `zeros`.
    pub(super) fn shifted(&self, zeros: usize) -> String {
        let mut digits = format!("{}{}", self.whole, self.fraction.unwrap_or(""));
        let moved = self.fraction.map_or(0, str::len);
        digits += &"0".repeat(zeros.saturating_sub(moved));
        let (whole, rest) = digits.split_at(digits.len() - moved.saturating_sub(zeros));
        if rest.is_empty() { cardinal(whole) } else { decimal(whole, rest) }
    }

    /// In words; `counting` before a measure word, `padded` where trailing zeros are silent (3.50元).
    pub(super) fn said(&self, counting: bool, padded: bool) -> String {
        let fraction = self.fraction.unwrap_or("");
        let kept = if padded { fraction.trim_end_matches('0') } else { fraction };
        match (kept.is_empty(), counting) {
            (false, _) => decimal(&self.whole, kept),
            (true, true) => counted(&self.whole),
            (true, false) => cardinal(&self.whole),
        }
    }
}

/// Groups of three figures after blanks: 1 000 000, and 10 000元 where the only one is counted.
fn blank_groups(view: View) -> usize {
    let group = |n: usize| view.is(n, " ") && view.digits(n + 1).is_some_and(|group| group.len() == 3);
    let groups = (0..5).take_while(|at| group(1 + 2 * at)).count();
    let end = 1 + 2 * groups;
    let open = view.is(end, " ") && view.digits(end + 1).is_some()
        || view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric());
    let first = view.digits(0).is_some_and(|first| !first.starts_with('0'));
    let counted = measure::counts(view.rest(end)) || units::is_money(view.rest(end));
    if first && !open && (groups >= 2 || groups == 1 && counted) { groups } else { 0 }
}

/// A number with sign, multiplier and unit.
pub(super) struct Amount {
    sign: &'static str,
    said: String,
    multiplier: String,
    /// Degrees below zero, shown by the words around.
    below: bool,
    pub unit: Option<Unit>,
    pub pieces: usize,
}

impl Amount {
    /// The amount that starts at piece `n`; `signed` where a minus may open it.
    pub(super) fn at(view: View, n: usize, signed: bool) -> Option<Self> {
        let minus = signed && view.is(n, "-");
        let start = n + usize::from(minus);
        let sign = if minus { "负" } else { "" };
        if let Some((pieces, said)) = fraction(view, start) {
            return Some(Self {
                sign,
                said,
                multiplier: String::new(),
                below: false,
                unit: None,
                pieces: pieces + start - n,
            });
        }
        let number = Number::at(view, start)?;
        let mut end = start + number.pieces;
        if letters::is_thousand(view, end) && number.whole.len() <= 4 {
            let said = number.shifted(3);
            let multiplier = String::new();
            return Some(Self { sign, said, multiplier, below: false, unit: None, pieces: end + 1 - n });
        }
        let (used, multiplier) = multiplier(view, end);
        end += used;
        let found = units::at(view, end);
        end += found.as_ref().map_or(0, |(pieces, _)| *pieces);
        let unit = found.map(|(_, unit)| unit);
        let after = view.rest(end);
        let measured = measure::counts(after) && !measure::ranked(view.skip(n).before());
        let counting = unit.as_ref().is_some_and(|unit| unit.counted) || !multiplier.is_empty() || measured;
        let said = number.said(counting, unit.is_some() || units::is_money(after));
        let weather = holds(tail(view.before(), 8), &["温", "零度", "天气", "寒", "冷"]);
        let below = minus && weather && after.starts_with('度');
        Some(Self { sign, said, multiplier, below, unit, pieces: end - n })
    }

    /// In words.
    pub(super) fn said(&self) -> String {
        let value = format!("{}{}", self.said, self.multiplier);
        match &self.unit {
            None if self.below => format!("零下{value}"),
            None => format!("{}{value}", self.sign),
            Some(unit) if unit.degrees && !self.sign.is_empty() => format!("零下{}", unit.around(&value)),
            Some(unit) => format!("{}{}", self.sign, unit.around(&value)),
        }
    }
}

/// `1/2`, `1 / 2`, `1 1/2`: pieces and words.
fn fraction(view: View, n: usize) -> Option<(usize, String)> {
    let first = view.digits(n)?;
    if view.blank(n + 1) == 1
        && let Some((pieces, said)) = fraction_proper(view, n + 2)
        && view.is(n + 3, "/")
    {
        return Some((pieces + 2, format!("{}又{said}", cardinal(first))));
    }
    fraction_proper(view, n)
}

fn fraction_proper(view: View, n: usize) -> Option<(usize, String)> {
    let over = view.digits(n)?;
    let slash = n + 1 + view.blank(n + 1);
    let next = slash + 1 + view.blank(slash + 1);
    let under = view.digits(next).filter(|_| view.is(slash, "/"))?;
    let more = view.is(next + 1, "/.") && view.digits(next + 2).is_some();
    (!more && !under.trim_start_matches('0').is_empty())
        .then(|| (next + 1 - n, format!("{}分之{}", cardinal(under), cardinal(over))))
}

/// `w` for ten thousand and `k` for a thousand, as people write them in messages.
fn multiplier(view: View, n: usize) -> (usize, String) {
    match view.piece(n) {
        "w" => (1, "万".to_string()),
        "W" if letters::is_wan(view, n) => (1, "万".to_string()),
        "万" | "亿" | "千" | "百" if units::at(view, n + 1).is_some() => (1, view.piece(n).to_string()),
        "万" | "亿" | "百" | "千"
            if matches!(view.piece(n + 1), "万" | "亿") && units::at(view, n + 2).is_some() =>
        {
            (2, format!("{}{}", view.piece(n), view.piece(n + 1)))
        }
        _ => (0, String::new()),
    }
}

/// Amounts, negative ones, and ranges of them: 25kg, -10°C, 3-5个, 10%~20%.
pub(super) fn amount(view: View) -> Option<Verbalization> {
    if view.is(0, "-.") && !opens(view) {
        return None;
    }
    let low = Amount::at(view, 0, true)?;
    let mut pieces = low.pieces;
    let range = if view.in_sum() { None } else { upper(view, pieces) };
    let Some((sep, mut high)) = range else { return Verbalization::number(pieces, low.said()) };
    pieces += sep + high.pieces;
    let mut low = low;
    if high.unit.is_some() && low.unit.is_none() {
        share(&mut low, &mut high);
        return Verbalization::number(pieces, joined(&low, &high));
    }
    if measure::counts(view.rest(pieces)) && low.said == "二" && !measure::ranked(view.before()) {
        low.said = "两".to_string();
    }
    Verbalization::number(pieces, format!("{}到{}", low.said(), high.said()))
}

/// The dash of a range whose ends both have their words: 25日-28日, 3个~5个, 周一-周五.
pub(super) fn dash(view: View) -> Option<Verbalization> {
    let blank = view.blank(0);
    if !view.is(blank, TO) {
        return None;
    }
    let double = usize::from(view.is(blank, "-—") && view.piece(blank) == view.piece(blank + 1));
    let next = blank + 1 + double;
    let next = next + view.blank(next);
    let near = tail(view.before(), 5);
    let counted = near.contains(|ch: char| ch.is_ascii_digit()) && near.ends_with(is_han);
    let clock = near.contains(':') && near.ends_with(|ch: char| ch.is_ascii_digit());
    let goes_on = counted && view.digits(next).is_some() || clock && view.kind(next) == Some(Kind::Han);
    let range = goes_on || same_kind(near, view, next);
    range.then(|| Verbalization::text(next, "到")).flatten()
}

/// Two days of the week, or two times with numerals: 周一-周五, 三月~五月.
fn same_kind(near: &str, view: View, n: usize) -> bool {
    const WEEK: &[&str] = &["周", "星期", "礼拜"];
    const NUMERALS: &str = "一二三四五六七八九十";
    let week =
        holds(tail(near, 3), WEEK) && near.ends_with(|ch: char| NUMERALS.contains(ch) || "日天".contains(ch));
    let time = ends(near, &["月", "号", "年", "点", "日", "时"]);
    week && starts(view.rest(n), WEEK) || time && view.is(n, NUMERALS)
}

/// A sign is a sign where no number or letter stands before it.
fn opens(view: View) -> bool {
    !view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric() || ch == ')' || ch == '）')
}

/// The upper end of a range whose lower end takes `n` pieces: pieces of the mark, and the amount.
fn upper(view: View, n: usize) -> Option<(usize, Amount)> {
    let mark = view.blank(n);
    if !view.is(n + mark, TO) {
        return None;
    }
    let mut start = n + mark + 1;
    start += usize::from(
        view.is(start, "-—") && view.is(n + mark, "-—") && view.piece(start) == view.piece(n + mark),
    );
    start += view.blank(start);
    let high = Amount::at(view, start, view.is(n + mark, "~"))?;
    let end = start + high.pieces;
    let open = view.is(end, "-+=×÷*/.") && view.digits(end + 1).is_some();
    (!open).then_some((start - n, high))
}

/// Gives the unit of the upper end to the lower one.
fn share(low: &mut Amount, high: &mut Amount) {
    if low.said == "二" && high.unit.as_ref().is_some_and(|unit| unit.counted) {
        low.said = "两".to_string();
    }
    low.unit = high.unit.clone();
    if low.multiplier.is_empty() {
        low.multiplier = high.multiplier.clone();
    }
}

/// 三到五千克 where the unit is said once, 百分之三到百分之五 where it wraps the number.
fn joined(low: &Amount, high: &Amount) -> String {
    match &high.unit {
        Some(unit) if low.sign.is_empty() && high.sign.is_empty() && !unit.wraps() => {
            let same = low.multiplier == high.multiplier;
            let multiplier = if same { "" } else { low.multiplier.as_str() };
            unit.around(&format!("{}{multiplier}到{}{}", low.said, high.said, high.multiplier))
        }
        _ => format!("{}到{}", low.said(), high.said()),
    }
}
