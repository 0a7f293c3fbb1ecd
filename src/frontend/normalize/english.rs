//! Figures in an English text, which are said in English.

use super::amount::Number;
use super::verbalization::Verbalization;
use super::view::View;

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const GROUPS: [&str; 5] = ["", " thousand", " million", " billion", " trillion"];

/// Cardinals, decimals, percent, dollars and years.
pub(super) fn number(view: View) -> Option<Verbalization> {
    let dollars = usize::from(view.is(0, "$"));
    if view.is(0, ".") && view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric()) {
        return None;
    }
    let number = Number::at(view, dollars)?;
    let mut pieces = dollars + number.pieces;
    let mut said = match number.fraction {
        Some(fraction) => format!("{} point {}", cardinal(&number.whole), spell(fraction)),
        None if dollars == 0 && is_year(view) => year(&number.whole),
        None => cardinal(&number.whole),
    };
    if dollars == 1 {
        said += if said == "one" { " dollar" } else { " dollars" };
    }
    if view.is(pieces, "%") {
        said += " percent";
        pieces += 1;
    }
    if matches!(view.latin(pieces), Some("st" | "nd" | "rd" | "th")) {
        pieces += 1;
    }
    Verbalization::text(pieces, format!(" {said} "))
}

fn spell(digits: &str) -> String {
    let names: Vec<&str> =
        digits.chars().filter_map(|ch| ch.to_digit(10)).map(|d| ONES[d as usize]).collect();
    names.join(" ")
}

fn is_year(view: View) -> bool {
    let digits = view.digits(0).unwrap_or("");
    digits.len() == 4 && matches!(&digits[..2], "18" | "19" | "20") && !matches!(&digits[1..], "000" | "00")
}

/// 1999 is nineteen ninety nine, 2005 two thousand five.
fn year(digits: &str) -> String {
    match (&digits[..2], &digits[2..]) {
        (century, "00") => format!("{} hundred", cardinal(century)),
        ("20", rest) if rest.starts_with('0') => cardinal(digits),
        (century, rest) if rest.starts_with('0') => format!("{} oh {}", cardinal(century), cardinal(rest)),
        (century, rest) => format!("{} {}", cardinal(century), cardinal(rest)),
    }
}

fn cardinal(digits: &str) -> String {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return "zero".to_string();
    }
    if digits.len() > 15 {
        return spell(digits);
    }
    let mut words: Vec<String> = Vec::new();
    for index in (0..digits.len().div_ceil(3)).rev() {
        let end = digits.len() - 3 * index;
        let group: usize = digits[end.saturating_sub(3)..end].parse().unwrap_or(0);
        if group > 0 {
            words.push(hundreds(group) + GROUPS[index]);
        }
    }
    words.join(" ")
}

fn hundreds(value: usize) -> String {
    let rest = match value % 100 {
        0 => String::new(),
        rest @ 1..20 => ONES[rest].to_string(),
        rest if rest % 10 == 0 => TENS[rest / 10].to_string(),
        rest => format!("{} {}", TENS[rest / 10], ONES[rest % 10]),
    };
    match (value / 100, rest.is_empty()) {
        (0, _) => rest,
        (hundred, true) => format!("{} hundred", ONES[hundred]),
        (hundred, false) => format!("{} hundred and {rest}", ONES[hundred]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_named() {
        for (digits, said) in [
            ("0", "zero"),
            ("15", "fifteen"),
            ("123", "one hundred and twenty three"),
            ("40000", "forty thousand"),
            ("1000001", "one million one"),
        ] {
            assert_eq!(cardinal(digits), said, "{digits}");
        }
    }
}
