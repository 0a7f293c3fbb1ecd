//! Units of measurement after a number.

use super::numbers::counted;
use super::rates;
use super::tables::{PairList, WordList, find, pairs, words};
use super::verbalization::Verbalization;
use super::view::{Kind, View, starts};

/// How a unit is said with its number.
#[derive(Clone)]
pub(super) struct Unit {
    pub before: String,
    pub after: String,
    /// 2 of it is 两.
    pub counted: bool,
    /// Below zero it is 零下.
    pub degrees: bool,
}

impl Unit {
    fn after(name: &str) -> Self {
        Self { before: String::new(), after: name.to_string(), counted: true, degrees: false }
    }

    fn before(name: &str) -> Self {
        Self { before: name.to_string(), after: String::new(), counted: false, degrees: false }
    }

    fn degrees(name: &str) -> Self {
        Self { degrees: true, ..Self::after(name) }
    }

    /// The number with its unit.
    pub(super) fn around(&self, number: &str) -> String {
        format!("{}{number}{}", self.before, self.after)
    }

    /// The name after a number that is said already: 十的八次方米每秒.
    pub(super) fn trailing(&self) -> String {
        format!("{}{}", self.after, self.before)
    }

    /// Whether the unit stands before the number, so that each end of a range needs its own.
    pub(super) fn wraps(&self) -> bool {
        self.after.is_empty()
    }
}

/// Units of length: these may be squared and cubed.
static LENGTHS: PairList = PairList::new(|| pairs(include_str!("data/lengths.tsv")));

/// All other units. Letters that more often name something else (5G, 4K, 3D, 5A) are left out.
static UNITS: PairList = PairList::new(|| pairs(include_str!("data/units.tsv")));

/// Units that only stand after a slash (3次/d), or that have another name there (km/h: 公里).
static PER: PairList = PairList::new(|| pairs(include_str!("data/units-after-slash.tsv")));

/// Chinese words that stand before or after a slash: 5元/斤, 3次/天.
static WORDS: WordList = WordList::new(|| words(include_str!("data/chinese-units.txt")));

/// Words for money, before which trailing zeros of a decimal are silent.
static MONEY: WordList = WordList::new(|| words(include_str!("data/money-words.txt")));

/// Whether a word for money starts `after`.
pub(super) fn is_money(after: &str) -> bool {
    starts(after, &MONEY)
}

/// The unit at piece `n`, a space before it allowed; pieces taken and the unit.
pub(super) fn at(view: View, n: usize) -> Option<(usize, Unit)> {
    let blank = view.blank(n);
    let start = n + blank;
    if let Some((pieces, unit)) = symbol(view, start) {
        return Some(
            each(view, start + pieces, unit.clone())
                .map_or((blank + pieces, unit), |(end, unit)| (end - n, unit)),
        );
    }
    let (pieces, name) = rates::numerator(view, start).or_else(|| single(view, start))?;
    // iPhone 6s is a name, and 3M is.
    let name_before = view.is(start, "s") && view.before().ends_with(|ch: char| ch.is_ascii_alphabetic());
    if n > 0 && (name_before || view.is(start, "M") && view.is(n - 1, "3")) {
        return None;
    }
    let latin = view.kind(start) != Some(Kind::Han);
    let slash = start + pieces;
    if view.is(slash, "/")
        && !rates::is_choice(view, slash + 1, &name)
        && let Some((more, unit)) = per(view, slash + 1, &name)
    {
        let end = slash + 1 + more;
        return Some(again(view, end, &unit).map_or((end - n, unit), |(end, unit)| (end - n, unit)));
    }
    // 2v2 and 3m5 are names; 1h20min goes on with the next amount.
    let open = view.digits(slash).is_some() && !matches!(view.piece(start), "h" | "min");
    (latin && !open).then(|| (blank + pieces, Unit::after(&name)))
}

/// Signs: %, ‰, °C, °.
fn symbol(view: View, n: usize) -> Option<(usize, Unit)> {
    match (view.piece(n), view.piece(n + 1)) {
        ("%", _) => Some((1, Unit::before("百分之"))),
        ("‰", _) => Some((1, Unit::before("千分之"))),
        ("‱", _) => Some((1, Unit::before("万分之"))),
        ("°", "C") => Some((2, Unit::degrees("摄氏度"))),
        ("°", "F") => Some((2, Unit::degrees("华氏度"))),
        ("°", _) => Some((1, Unit::after("度"))),
        ("′", _) => Some((1, Unit::after("分"))),
        ("″", _) => Some((1, Unit::after("秒"))),
        ("Ω", _) => Some((1, Unit::after("欧姆"))),
        ("€", _) => Some((1, Unit::after("欧元"))),
        ("£", _) => Some((1, Unit::after("英镑"))),
        ("$", _) if view.digits(n + 1).is_none() => Some((1, Unit::after("美元"))),
        ("¥", _) if view.digits(n + 1).is_none() => Some((1, Unit::after("元"))),
        _ => None,
    }
}

/// A unit without a slash, with its power; Chinese words only count where a slash follows.
pub(super) fn single(view: View, n: usize) -> Option<(usize, String)> {
    if let Some((symbol, pieces)) = written(view, n) {
        if let Some(name) = find(&LENGTHS, &symbol) {
            return Some(powered(view, n + pieces, name, pieces));
        }
        return find(&UNITS, &symbol).map(|name| (pieces, name.to_string()));
    }
    let word = WORDS.iter().find(|word| view.rest(n).starts_with(**word))?;
    Some((view.pieces_in(n, word.len())?, word.to_string()))
}

/// The letters of a unit: a Latin piece, with μ before or Ω after it.
fn written<'a>(view: View<'a>, n: usize) -> Option<(String, usize)> {
    match (view.piece(n), view.latin(n)) {
        ("μ", _) => view.latin(n + 1).map(|letters| (format!("μ{letters}"), 2)),
        ("Ω", _) => Some(("Ω".to_string(), 1)),
        (_, Some(letters @ ("k" | "M"))) if view.is(n + 1, "Ω") => Some((format!("{letters}Ω"), 2)),
        (_, Some(letters)) if view.is(n + 1, "·") && view.latin(n + 2).is_some() => {
            Some((format!("{letters}{}", view.piece(n + 2)), 3))
        }
        (_, Some(letters)) => Some((letters.to_string(), 1)),
        _ => None,
    }
}

/// Adds 平方 or 立方 where a power follows at piece `n`.
fn powered(view: View, n: usize, name: &str, pieces: usize) -> (usize, String) {
    let caret = usize::from(view.is(n, "^"));
    match view.piece(n + caret) {
        "²" | "2" => (pieces + caret + 1, format!("平方{name}")),
        "³" | "3" => (pieces + caret + 1, format!("立方{name}")),
        _ => (pieces, name.to_string()),
    }
}

/// A sign that stands before its number with what follows a stroke at piece `n`: 1.2%/年. Where it ends, and the unit.
fn each(view: View, n: usize, unit: Unit) -> Option<(usize, Unit)> {
    view.is(n, "/").then_some(())?;
    let (pieces, under) = under_slash(view, n + 1).filter(|_| view.digits(n + 1).is_none())?;
    Some((n + 1 + pieces, Unit { before: format!("每{under}{}", unit.before), ..unit }))
}

/// A second slash: 50元/平方米/月, 3.5元/㎡·天.
fn again(view: View, n: usize, unit: &Unit) -> Option<(usize, Unit)> {
    view.is(n, "/·").then_some(())?;
    let (pieces, under) = rates::counted(view, n + 1).or_else(|| single(view, n + 1))?;
    Some((n + 1 + pieces, Unit { before: format!("{}每{under}", unit.before), ..unit.clone() }))
}

/// km², m³ without a number.
pub(super) fn lone(view: View) -> Option<Verbalization> {
    let name = find(&LENGTHS, view.latin(0)?).filter(|_| view.is(1, "²³"))?;
    let (pieces, said) = powered(view, 1, name, 1);
    Verbalization::text(pieces, said)
}

/// What follows a slash: km/h is 每小时…公里.
fn per(view: View, n: usize, name: &str) -> Option<(usize, Unit)> {
    let symbol = view.latin(n).unwrap_or("");
    let (pieces, under) = under_slash(view, n)?;
    if symbol == "s" && view.is(n + 1, "²2") {
        return Some((2, Unit::after(&format!("{name}每二次方秒"))));
    }
    let over = if name == "千米" && symbol == "h" { "公里" } else { name };
    Some((pieces, Unit { before: format!("每{under}"), ..Unit::after(over) }))
}

/// Units in brackets under a slash: 0.035W/(m·K).
fn bracketed(view: View, n: usize) -> Option<(usize, String)> {
    let mut said = String::new();
    let mut at = n + 1;
    while let Some(symbol) = view.latin(at) {
        let (pieces, name) = match find(&LENGTHS, symbol) {
            Some(name) => powered(view, at + 1, name, 1),
            None if symbol == "K" => (1, "开尔文".to_string()),
            None => (1, find(&PER, symbol).or_else(|| find(&UNITS, symbol))?.to_string()),
        };
        said += &name;
        at += pieces;
        if view.is(at, ")）") {
            return Some((at + 1 - n, said));
        }
        at += usize::from(view.is(at, "·*×"));
    }
    None
}

/// The unit under a slash, with its number if it has one: 30mg/100g.
pub(super) fn under_slash(view: View, n: usize) -> Option<(usize, String)> {
    if let Some(under) = view.latin(n).and_then(|symbol| find(&PER, symbol)) {
        return Some((1, under.to_string()));
    }
    if let Some(digits) = view.digits(n).filter(|digits| digits.len() <= 4) {
        let (pieces, name) = single(view, n + 1)?;
        return Some((1 + pieces, format!("{}{name}", counted(digits))));
    }
    if view.is(n, "(（") {
        return bracketed(view, n);
    }
    // 50元/GB
    let letters =
        || view.latin(n).filter(|letters| letters.len() <= 3).map(|letters| (1, letters.to_string()));
    rates::counted(view, n).or_else(|| single(view, n)).or_else(letters)
}
