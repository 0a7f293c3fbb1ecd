//! Signs between and before numbers: + - × ÷ = < > ± ~ √ #, powers, circled numbers.

use unicode_normalization::char::decompose_compatible;

use super::amount::Amount;
use super::numbers::cardinal;
use super::tables::{PairList, find, pairs};
use super::units;
use super::verbalization::Verbalization;
use super::view::{Kind, View};

/// Signs that are read wherever they join two things.
static OPERATORS: PairList = PairList::new(|| pairs(include_str!("data/operators.tsv")));

/// Signs that only join numbers.
const BETWEEN_NUMBERS: &[(&str, &str)] = &[("*", "乘"), ("x", "乘"), ("X", "乘"), ("-", "减")];

fn operand_before(view: View) -> bool {
    view.before().ends_with(|ch: char| ch.is_alphanumeric() || ")）%‰²³]°′″∞".contains(ch))
}

fn operand_after(view: View, n: usize) -> bool {
    matches!(view.kind(n), Some(Kind::Digits | Kind::Latin | Kind::Han)) || view.is(n, "-(（[√¥$.±∞π")
}

/// A sign with the spaces around it; it may stand at piece 0 or after a space there.
pub(super) fn operator(view: View) -> Option<Verbalization> {
    let start = view.blank(0);
    let (pieces, name) = OPERATORS.iter().find_map(|(sign, name)| {
        let pieces = view.pieces_in(start, sign.len()).filter(|_| view.rest(start).starts_with(sign))?;
        Some((pieces, *name))
    })?;
    let end = start + pieces;
    let next = end + view.blank(end);
    match view.piece(start) {
        "∞" | "π" => return Verbalization::text(end, name),
        "±" => return operand_after(view, next).then(|| Verbalization::text(next, name)).flatten(),
        // A<B> and -> are not comparisons.
        "<" | ">" if view.digits(next).is_none() && !operand_before(view) || !operand_after(view, next) => {
            return None;
        }
        "+" => return plus(view, start, next),
        _ => {}
    }
    // ≥18岁 needs nothing before it.
    operand_after(view, next).then(|| Verbalization::text(next, name)).flatten()
}

/// 1+2 and A+B, +5, C++, 100+.
fn plus(view: View, start: usize, next: usize) -> Option<Verbalization> {
    if !operand_before(view) {
        return view.digits(start + 1).and_then(|_| Verbalization::text(start + 1, "正"));
    }
    let blank = start == 1;
    match () {
        () if view.is(start + 1, "+") && !blank => Verbalization::text(2, "加加"),
        () if operand_after(view, next) => Verbalization::text(next, "加"),
        () if !blank => Verbalization::text(1, "加"),
        () => None,
    }
}

/// 3*4, 1920x1080, 5-3=2, 2^10.
pub(super) fn between_numbers(view: View) -> Option<Verbalization> {
    let start = view.blank(0);
    let (_, name) = BETWEEN_NUMBERS.iter().find(|(sign, _)| *sign == view.piece(start))?;
    let next = start + 1 + view.blank(start + 1);
    let right = view.digits(next).is_some() || view.is(next, "(（-.√");
    let left = view.before().ends_with(|ch: char| ch.is_ascii_digit() || ")）²³".contains(ch));
    let letters = view.is(start, "*")
        && view.latin(next).is_some()
        && view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric());
    if !(left && right || letters) {
        return None;
    }
    Verbalization::text(next, *name)
}

/// 2^10, x^n.
pub(super) fn power(view: View) -> Option<Verbalization> {
    (view.is(0, "^") && operand_before(view)).then_some(())?;
    if view.is(1, "2") {
        return with_unit(view, 2, "的平方".to_string());
    }
    let minus = usize::from(view.is(1, "-"));
    let power = view.digits(1 + minus).map(cardinal).or_else(|| view.latin(1 + minus).map(str::to_string))?;
    let sign = if minus == 1 { "负" } else { "" };
    with_unit(view, 2 + minus, format!("的{sign}{power}次方"))
}

/// The unit after a power: 3×10^8m/s.
fn with_unit(view: View, pieces: usize, said: String) -> Option<Verbalization> {
    if view.is(pieces, "/")
        && view.before().ends_with(|ch: char| ch.is_ascii_digit())
        && let Some((more, under)) = units::under_slash(view, pieces + 1)
    {
        return Verbalization::number(pieces + 1 + more, format!("{said}每{under}"));
    }
    match units::at(view, pieces) {
        Some((more, unit)) => Verbalization::number(pieces + more, said + &unit.trailing()),
        None => Verbalization::number(pieces, said),
    }
}

/// Tags of HTML that may stand after a word, where other letters are compared with it.
const TAGS: &[&str] = &[
    "a", "b", "br", "code", "div", "em", "font", "h", "hr", "i", "img", "li", "ol", "p", "pre", "s", "span",
    "strong", "sub", "sup", "table", "td", "th", "tr", "u", "ul",
];

/// <b> and </p> in a plain text are not said.
pub(super) fn tag(view: View) -> Option<Verbalization> {
    const LONGEST: usize = 64;
    let name = 1 + usize::from(view.is(1, "/"));
    let known = || TAGS.contains(&view.piece(name).to_ascii_lowercase().as_str());
    let opens =
        view.is(0, "<") && view.latin(name).is_some() && (name == 2 || known() || !operand_before(view));
    let inside =
        view.rest(1).bytes().take(LONGEST).position(|byte| matches!(byte, b'<' | b'>')).filter(|_| opens)?;
    let closed = view.rest(1).as_bytes().get(inside) == Some(&b'>');
    let parts = matches!(
        view.piece(name).to_ascii_lowercase().as_str(),
        "br" | "p" | "div" | "li" | "tr" | "td" | "hr" | "ul" | "ol"
    );
    let said = if parts { "，" } else { "" };
    closed
        .then(|| view.pieces_in(0, inside + 2))
        .flatten()
        .and_then(|pieces| Verbalization::text(pieces, said))
}

/// x², 10³: a power after a letter or number.
pub(super) fn superscript(view: View) -> Option<Verbalization> {
    const SUPERSCRIPTS: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ";
    if !view.is(0, SUPERSCRIPTS) {
        return None;
    }
    let pieces = (1..8).find(|n| !view.is(*n, SUPERSCRIPTS))?;
    let mut digits = String::new();
    for n in 0..pieces {
        view.piece(n).chars().for_each(|ch| decompose_compatible(ch, |ch| digits.push(ch)));
    }
    if digits.ends_with(['+', '−']) {
        return charge(pieces, &digits);
    }
    let sign = if digits.contains('−') { "负" } else { "" };
    if digits.ends_with('n') {
        return with_unit(view, pieces, format!("的{sign}n次方"));
    }
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    match digits.as_str() {
        "2" if sign.is_empty() => with_unit(view, pieces, "的平方".to_string()),
        "" => None,
        _ => with_unit(view, pieces, format!("的{sign}{}次方", cardinal(&digits))),
    }
}

/// The charge of an ion: Cu²⁺ is Cu二加.
fn charge(pieces: usize, written: &str) -> Option<Verbalization> {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let amount = if digits.is_empty() { String::new() } else { cardinal(&digits) };
    Verbalization::number(pieces, amount + if written.ends_with('+') { "加" } else { "减" })
}

/// ↑12% has risen, 36.5→38.2 goes from one to the other.
pub(super) fn arrow(view: View) -> Option<Verbalization> {
    let next = 1 + view.blank(1);
    let number = view.digits(next).is_some() || view.is(next, "¥$");
    match view.piece(0) {
        "↑" => Verbalization::text(if number { next } else { 1 }, "上升"),
        "↓" => Verbalization::text(if number { next } else { 1 }, "下降"),
        "→" | "⇒"
            if number && view.before().ends_with(|ch: char| ch.is_ascii_digit() || "%°C元".contains(ch)) =>
        {
            Verbalization::text(next, "到")
        }
        _ => None,
    }
}

/// One character that stands for a number: ½, ①, Ⅳ.
pub(super) fn single(view: View) -> Option<Verbalization> {
    let piece = view.piece(0);
    let ch = piece.chars().next().filter(|_| view.kind(0) == Some(Kind::Symbol))?;
    match ch {
        '\u{BC}'..='\u{BE}' | '\u{2150}'..='\u{215F}' => vulgar(ch, view),
        '\u{2160}'..='\u{2188}' => {
            roman_sign(ch).and_then(|value| Verbalization::number(1, cardinal(&value.to_string())))
        }
        '\u{2460}'..='\u{249B}' | '\u{24EA}'..='\u{24FF}' | '\u{2776}'..='\u{2793}' => enclosed(ch, view),
        _ => None,
    }
}

/// ½ is 二分之一, 3½ 三又二分之一.
fn vulgar(ch: char, view: View) -> Option<Verbalization> {
    let mut parts = String::new();
    decompose_compatible(ch, |ch| parts.push(ch));
    let (over, under) = parts.split_once('⁄')?;
    let and = if view.before().ends_with(|ch: char| ch.is_ascii_digit()) { "又" } else { "" };
    Verbalization::number(1, format!("{and}{}分之{}", cardinal(under), cardinal(over)))
}

fn roman_sign(ch: char) -> Option<u32> {
    let mut letters = String::new();
    decompose_compatible(ch, |ch| letters.push(ch));
    super::names::roman(&letters.to_ascii_uppercase())
}

/// ① opens a point of a list or names one.
fn enclosed(ch: char, view: View) -> Option<Verbalization> {
    let code = u32::from(ch);
    let value = match code {
        0x2460..=0x2473 => code - 0x2460 + 1,
        0x2474..=0x2487 => code - 0x2474 + 1,
        0x2488..=0x249B => code - 0x2488 + 1,
        0x24EB..=0x24F4 => code - 0x24EB + 11,
        0x24F5..=0x24FE => code - 0x24F5 + 1,
        0x2776..=0x277F => code - 0x2776 + 1,
        0x2780..=0x2789 => code - 0x2780 + 1,
        0x278A..=0x2793 => code - 0x278A + 1,
        _ => 0,
    };
    let opens =
        view.before().is_empty() || view.before().ends_with(['\n', '。', '；', '：', '，', ':', ';', ',']);
    let point = opens && matches!(view.kind(1), Some(Kind::Han | Kind::Latin | Kind::Space));
    Verbalization::number(1, cardinal(&value.to_string()) + if point { "、" } else { "" })
}

/// #5 and 5# are 五号; N+ before a noun is N多.
pub(super) fn numbered(view: View) -> Option<Verbalization> {
    if view.is(0, "#") {
        let digits = view.digits(1)?;
        return Verbalization::number(2, format!("{}号", cardinal(digits)));
    }
    let digits = view.digits(0)?;
    if view.is(1, "#") && digits.len() <= 4 {
        return Verbalization::number(2, format!("{}号", cardinal(digits)));
    }
    let many = view.is(1, "+") && super::measure::counts(view.rest(2)) && view.digits(2).is_none();
    many.then(|| Verbalization::number(2, format!("{}多", cardinal(digits)))).flatten()
}

/// ~5 and ≈5 before a number are 约.
pub(super) fn about(view: View) -> Option<Verbalization> {
    let sign = view.is(0, "~≈") && !operand_before(view);
    (sign && Amount::at(view, 1, false).is_some()).then(|| Verbalization::text(1, "约")).flatten()
}

/// √2 is 根号二.
pub(super) fn root(view: View) -> Option<Verbalization> {
    let sign = view.is(0, "√") && (view.digits(1).is_some() || view.latin(1).is_some() || view.is(1, "(（"));
    sign.then(|| Verbalization::text(1, "根号")).flatten()
}

/// Greek letters by name, as people read formulas.
static GREEK: PairList = PairList::new(|| pairs(include_str!("data/greek.tsv")));

/// Signs with a name of their own wherever they stand.
pub(super) fn named(view: View) -> Option<Verbalization> {
    let name = match view.piece(0) {
        "%" => "百分号",
        "‰" => "千分号",
        "°" if view.is(1, "C") => return Verbalization::text(2, "摄氏度"),
        "°" => "度",
        "&" if view.latin(1).is_some() && view.before().ends_with(|ch: char| ch.is_ascii_alphabetic()) => {
            " and "
        }
        "&" => "和",
        "@" if matches!(view.kind(1), Some(Kind::Han | Kind::Latin)) => "艾特",
        "∠" => "角",
        "△" => "三角形",
        "∵" => "因为",
        "∴" => "所以",
        "⊥" => "垂直于",
        "∥" => "平行于",
        "∑" => "求和",
        "∫" => "积分",
        other => find(&GREEK, other)?,
    };
    Verbalization::text(1, name)
}
