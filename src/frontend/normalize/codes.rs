//! Figures that name a sort of thing: standards, models, lines of a team, codes with strokes.

use super::measure;
use super::names::code;
use super::numbers::{One, cardinal, spell};
use super::phone;
use super::tables::{WordList, words};
use super::units;
use super::verbalization::Verbalization;
use super::view::{View, ends, head, holds, starts, tail};

/// Things whose sorts are named by figures: 18650电池, 304不锈钢.
static SORTS: WordList = WordList::new(|| words(include_str!("data/sorts.txt")));
/// Places that are named by figures and a letter: 301A教室.
static PLACES: WordList = WordList::new(|| words(include_str!("data/places.txt")));
/// Letters of standards: GB 50016-2014.
static STANDARDS: WordList = WordList::new(|| words(include_str!("data/standards.txt")));
/// Letters after the figures of a model: 3070Ti.
static SUFFIXES: WordList = WordList::new(|| words(include_str!("data/model-suffixes.txt")));
/// Words after which figures with strokes are a code: 取件码3-1-2009.
static CODES: WordList = WordList::new(|| words(include_str!("data/codes.txt")));
/// Words before which they are: 3-1-2009取件.
static COLLECTED: WordList = WordList::new(|| words(include_str!("data/codes-before.txt")));

/// 304不锈钢, 400电话, 433阵型, 301A教室, 国道318线.
pub(super) fn sort(view: View) -> Option<Verbalization> {
    let digits = view.digits(0)?;
    let alone = !view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric() || ".-/".contains(ch));
    if let Some(letter) = view.latin(1).filter(|letter| letter.len() == 1 && digits.len() >= 3)
        && (starts(view.rest(2), &PLACES)
            || starts(view.rest(2), &SORTS)
            || tail_letter(view, digits, letter))
    {
        return Verbalization::digits(2, format!("{}{letter}", spell(digits, One::Yao))).filter(|_| alone);
    }
    let sorted = matches!(digits.len(), 3..=5) && starts(view.after(1), &SORTS);
    let phone = matches!(digits, "400" | "800") && starts(view.after(1), &["电话", "热线", "客服"]);
    let team = matches!(digits.len(), 3 | 4)
        && starts(
            view.after(1),
            &["阵型", "阵容", "阵式", "站位", "平行", "菱形", "体系", "打法", "首发", "防线"],
        )
        && is_team(digits.chars());
    let lined = matches!(digits.len(), 3 | 4)
        && ends(view.before(), &["排出", "变阵", "改打", "改踢", "阵型", "阵型是", "阵型为"])
        && is_team(digits.chars())
        && !measure::counts(view.after(1));
    let team = team || lined;
    let road = digits.len() == 3
        && (view.after(1).starts_with('线') || ends(view.before(), &["国道", "省道", "县道", "乡道"]));
    let one = if sorted || team { One::Yi } else { One::Yao };
    (alone && (sorted || phone || team || road)).then_some(())?;
    Verbalization::digits(1, spell(digits, one))
}

/// 705A, 121B: three figures and a letter that is no unit here. 100A is a current.
fn tail_letter(view: View, digits: &str, letter: &str) -> bool {
    digits.len() == 3 && !digits.ends_with('0') && "ABCDEF".contains(letter) && units::at(view, 1).is_none()
}

/// Ten players: 4-4-2, 433.
fn is_team(lines: impl Iterator<Item = char>) -> bool {
    lines.filter_map(|ch| ch.to_digit(10)).sum::<u32>() == 10
}

/// 4-4-2, 4-2-3-1.
pub(super) fn team(view: View) -> Option<Verbalization> {
    let parts = phone::parts(view, 0);
    let lines = matches!(parts.len(), 3 | 4) && view.is(1, "-") && parts.iter().all(|part| part.len() == 1);
    (lines && is_team(parts.concat().chars())).then_some(())?;
    Verbalization::digits(2 * parts.len() - 1, spell(&parts.concat(), One::Yi))
}

/// 取件码3-1-2009, 12-4-2011取货, ISBN 978-7-...: figures with strokes after or before words of codes.
pub(super) fn coded(view: View) -> Option<Verbalization> {
    let parts = phone::parts(view, 0);
    let end = (2 * parts.len()).checked_sub(1)?;
    let before = tail(view.before(), 12).trim_end_matches([':', '：', ' ', '是', '为', '“', '"', '号', '了']);
    if parts.len() >= 2 && ends(before, &["书号", "刊号"]) {
        return Verbalization::digits(end, spell(&parts.concat(), One::Yi));
    }
    let told = ends(before, &CODES) || starts(view.after(end), &COLLECTED);
    (parts.len() >= 2 && view.is(1, "-") && told && view.latin(end).is_none()).then_some(())?;
    let said: Vec<String> = parts.iter().map(|part| spell(part, One::Yao)).collect();
    Verbalization::digits(end, said.join("杠"))
}

/// ISBN 978-7-5327-8000-1: the dashes are silent.
pub(super) fn book(view: View) -> Option<Verbalization> {
    let letters = view.latin(0).filter(|letters| matches!(*letters, "ISBN" | "ISSN"))?;
    let start = 1 + usize::from(view.is(1, " :：")) + usize::from(view.is(1, ":：")) * view.blank(2);
    let parts = phone::parts(view, start);
    let end = (start + 2 * parts.len()).checked_sub(1).filter(|end| *end > start)?;
    let check = usize::from(view.is(end, "-") && view.is(end + 1, "Xx")) * 2;
    let said = spell(&parts.concat(), One::Yi) + if check > 0 { "X" } else { "" };
    Verbalization::digits(end + check, format!("{letters}{said}"))
}

/// H.265, X.509: a letter, a point and the number of a recommendation.
pub(super) fn recommendation(view: View) -> Option<Verbalization> {
    let letter = view
        .latin(0)
        .filter(|letter| letter.len() == 1 && letter.starts_with(|ch: char| ch.is_ascii_uppercase()))?;
    let digits = view.digits(2).filter(|digits| view.is(1, ".") && matches!(digits.len(), 2..=4))?;
    let joined = view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric() || ch == '.');
    (!joined && !view.is(3, "."))
        .then(|| Verbalization::digits(3, format!("{letter}点{}", spell(digits, One::Yi))))?
}

/// GB 50016-2014, ISO 9001:2015: the number of a standard and its year.
pub(super) fn standard(view: View) -> Option<Verbalization> {
    let letters = view.latin(0).filter(|letters| STANDARDS.contains(letters))?;
    let slash = usize::from(view.is(1, "/") && view.latin(2).is_some_and(|part| part.len() <= 2));
    let mut at = 1 + 2 * slash;
    at += view.blank(at);
    let (pieces, mut said) = number(view, at)?;
    at += pieces;
    let year = view.digits(at + 1).filter(|year| view.is(at, "-—:：") && matches!(year.len(), 2 | 4));
    if let Some(year) = year {
        at += 2;
        said += &spell(year, One::Yi);
    } else if let Some(part) = view.digits(at + 1).filter(|part| view.is(at, "-") && part.len() == 1) {
        at += 2;
        said += &format!("杠{}", spell(part, One::Yi));
    } else if view.digits(1).is_some() && slash == 0 && !matches!(letters, "ISO" | "GB" | "IEC" | "IATF") {
        return None;
    }
    let part = if slash == 1 { format!(" {}", view.piece(2)) } else { String::new() };
    Verbalization::digits(at, format!("{letters}{part} {said}"))
}

/// 50016, 15835.1: short numbers as such, long ones figure by figure.
fn number(view: View, n: usize) -> Option<(usize, String)> {
    let first = view.digits(n).filter(|first| first.len() <= 6)?;
    let said = if first.len() == 2 { code(first) } else { spell(first, One::Yi) };
    let part = view.digits(n + 2).filter(|_| view.is(n + 1, "."));
    Some(part.map_or((1, said.clone()), |part| (3, format!("{said}点{}", spell(part, One::Yi)))))
}

/// 747-400, 737-800, 787-9: airliners without their maker.
pub(super) fn airliner(view: View) -> Option<Verbalization> {
    let digits = view
        .digits(0)
        .filter(|digits| digits.len() == 3 && digits.starts_with('7') && digits.ends_with('7'))?;
    let variant = view.digits(2).filter(|_| view.is(1, "-"))?;
    let known = matches!(variant, "8" | "9" | "10") || variant.len() == 3 && variant.ends_with("00");
    let joined = view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric() || ".-".contains(ch));
    let counts = measure::counts(view.after(3)) || units::at(view, 3).is_some() || view.is(3, "-=");
    (known && !joined && !counts && !ends(view.before(), &["比分", "以"])).then_some(())?;
    Verbalization::digits(3, spell(digits, One::Yi) + &code(variant))
}

/// 3070Ti, 4060 Ti, 7800X3D.
pub(super) fn suffixed(view: View) -> Option<Verbalization> {
    let digits = view.digits(0).filter(|digits| matches!(digits.len(), 4 | 5))?;
    let at = 1 + view.blank(1);
    let suffix = view.latin(at).filter(|suffix| SUFFIXES.contains(suffix))?;
    Verbalization::digits(at + 1, format!("{}{suffix}", spell(digits, One::Yao)))
}

/// A座18F: a floor, where the words before it lead there.
pub(super) fn floor(view: View) -> Option<Verbalization> {
    let digits =
        view.digits(0).filter(|digits| digits.len() <= 3 && view.is(1, "F") && view.digits(2).is_none())?;
    let led = ends(
        view.before(),
        &["座", "栋", "幢", "楼", "大厦", "中心", "广场", "号", "在", "去", "到", "位于", "乘电梯到"],
    );
    led.then(|| Verbalization::number(2, format!("{}楼", cardinal(digits)))).flatten()
}

/// 7/24小时, 7×24小时, 24/7.
pub(super) fn round_the_clock(view: View) -> Option<Verbalization> {
    let (days, hours) = (view.digits(0)?, view.digits(2).filter(|_| view.is(1, "/×*xX"))?);
    let told = (days, hours) == ("7", "24")
        && holds(head(view.after(3), 4), &["小时", "h", "服务", "在线", "客服", "营业", "全天"]);
    let always = (days, hours) == ("24", "7") && view.is(1, "/");
    (told || always).then(|| Verbalization::number(3, "七乘二十四")).flatten()
}
