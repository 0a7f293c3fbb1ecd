//! What a say-as element makes of its text.

use crate::frontend::normalize::numbers::{One, cardinal, decimal, spell};
use crate::frontend::spoken::Origin;
use tracing::warn;

/// How the text of a say-as element is read; `None` leaves it to the usual rules. The error says what is wrong.
pub(super) fn said(text: &str, how: &str, format: &str) -> Result<Option<(String, Origin)>, String> {
    let text = text.trim();
    let number = |said: Option<String>| match said {
        Some(said) => Ok(Some((said, Origin::Number))),
        None => Err(format!("{text:?} is no number")),
    };
    match how {
        "cardinal" | "number" => number(quantity(text)),
        "ordinal" => number(quantity(text).map(|said| format!("第{said}"))),
        "fraction" => number(fraction(text)),
        "digits" => Ok(Some((one_by_one(text, One::Yi), Origin::Digits))),
        "telephone" => Ok(Some((one_by_one(text, One::Yao), Origin::Digits))),
        "characters" | "spell-out" | "verbatim" => Ok(Some((letters(text), Origin::Digits))),
        "date" => date(text, format).map(|said| Some((said, Origin::Digits))),
        // These the usual rules know by their shape.
        "time" | "currency" | "money" | "unit" | "measure" | "address" | "name" => Ok(None),
        _ => {
            warn!(interpret_as = how, "a kind of text is not known: it is read as usual");
            Ok(None)
        }
    }
}

fn quantity(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(digits) => ("负", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.replace([',', ' '], "");
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let all = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all(whole) || !all(fraction) {
        return None;
    }
    Some(format!("{sign}{}", if fraction.is_empty() { cardinal(whole) } else { decimal(whole, fraction) }))
}

fn fraction(text: &str) -> Option<String> {
    let (over, under) = text.split_once('/')?;
    Some(format!("{}分之{}", quantity(under.trim())?, quantity(over.trim())?))
}

/// Digits by name; other characters but letters and Han are left out.
fn one_by_one(text: &str, one: One) -> String {
    let kept: String = text.chars().filter(|ch| ch.is_alphanumeric()).collect();
    spell(&kept, one)
}

/// Each letter for itself.
fn letters(text: &str) -> String {
    let parted = text.chars().filter(|ch| ch.is_alphanumeric()).map(|ch| match ch {
        'a'..='z' | 'A'..='Z' => format!("{} ", ch.to_ascii_uppercase()),
        _ => spell(&ch.to_string(), One::Yi),
    });
    parted.collect::<String>().trim_end().to_string()
}

/// A date whose parts stand in the order that `format` tells: ymd (the usual one), mdy, dmy, ym, md, y, m, d.
fn date(text: &str, format: &str) -> Result<String, String> {
    let parts: Vec<&str> =
        text.split(|ch: char| !ch.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let order = match (format, parts.len()) {
        ("", 3) => "ymd",
        ("", 2) if parts[0].len() == 4 => "ym",
        ("", 2) => "md",
        ("", 1) => "y",
        _ => format,
    };
    if order.len() != parts.len() || !order.chars().all(|unit| "ymd".contains(unit)) {
        return Err(format!("{text:?} is not a date in the format {order:?}"));
    }
    let part = |unit: char| order.find(unit).and_then(|at| parts.get(at));
    let year = part('y').map(|year| format!("{}年", spell(year, One::Yi)));
    let month = part('m').map(|month| format!("{}月", cardinal(month)));
    let day = part('d').map(|day| format!("{}日", cardinal(day)));
    Ok([year, month, day].into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_told() {
        let cases = [
            ("-1,200.50", "cardinal", "", "负一千二百点五零"),
            ("3", "ordinal", "", "第三"),
            ("1/2", "fraction", "", "二分之一"),
            ("110", "digits", "", "一一零"),
            ("010-1234", "telephone", "", "零幺零幺二三四"),
            ("abc1", "characters", "", "A B C 一"),
            ("3/5/2024", "date", "dmy", "二零二四年五月三日"),
            ("2024-05", "date", "", "二零二四年五月"),
        ];
        for (text, how, format, expected) in cases {
            let said = said(text, how, format).ok().flatten().map(|(said, _)| said);
            assert_eq!(said.as_deref(), Some(expected), "{text} as {how}");
        }
    }

    #[test]
    fn others_are_refused_or_left_to_the_rules() {
        assert!(said("abc", "cardinal", "").is_err());
        assert_eq!(said("1", "colour", ""), Ok(None));
        assert!(said("2024", "date", "ymd").is_err());
        assert_eq!(said("8:30", "time", "").ok(), Some(None));
    }
}
