//! Numbers in words: cardinals, decimals and strings of digits.

use serde::Deserialize;

/// How bare runs of figures are read: those with no unit, measure word, mark or announcing word beside them.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Digits {
    /// By length and shape, as CONVENTIONS.md says.
    #[default]
    Auto,
    /// Figure by figure, 1 as 幺.
    Each,
    /// As a number, however long; from 17 figures on figure by figure.
    Quantity,
}

/// How the digit 1 is said in a string read digit by digit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::frontend) enum One {
    /// 一: years, versions, IP addresses, decimals.
    Yi,
    /// 幺: whatever is dictated, such as telephone, room and order numbers.
    Yao,
}

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const PLACES: [&str; 4] = ["", "十", "百", "千"];
const GROUPS: [&str; 4] = ["", "万", "亿", "万亿"];

/// The longest number with a name of its own; longer ones are read digit by digit.
const LONGEST: usize = 16;

/// The name of one ASCII digit; other characters stay as they are.
fn digit(ch: char) -> char {
    ch.to_digit(10).map_or(ch, |d| DIGITS[d as usize])
}

/// Digit by digit.
pub(in crate::frontend) fn spell(digits: &str, one: One) -> String {
    let named = digits.chars().map(digit);
    named.map(|ch| if ch == '一' && one == One::Yao { '幺' } else { ch }).collect()
}

/// A whole number as a quantity; 两 stands before 百 at the head, and before 千, 万 and 亿.
pub(in crate::frontend) fn cardinal(digits: &str) -> String {
    let digits = digits.trim_start_matches('0');
    match digits.len() {
        0 => "零".to_string(),
        1..=LONGEST => groups(digits),
        _ => spell(digits, One::Yi),
    }
}

/// The same number where a measure word follows: a lone 2 is 两.
pub(in crate::frontend) fn counted(digits: &str) -> String {
    match digits.trim_start_matches('0') {
        "2" => "两".to_string(),
        _ => cardinal(digits),
    }
}

/// `whole` and what stands after the point; an empty whole part is read 零.
pub(in crate::frontend) fn decimal(whole: &str, fraction: &str) -> String {
    format!("{}点{}", cardinal(whole), spell(fraction, One::Yi))
}

fn groups(digits: &str) -> String {
    let mut said = String::new();
    let mut skipped = false;
    for index in (0..digits.len().div_ceil(4)).rev() {
        let end = digits.len() - 4 * index;
        let group = &digits[end.saturating_sub(4)..end];
        let value: u32 = group.parse().unwrap_or(0);
        if value == 0 {
            skipped = true;
            continue;
        }
        if !said.is_empty() && (skipped || value < 1000) {
            said.push('零');
        }
        skipped = false;
        said += &four(value, said.is_empty(), index > 0);
        said += GROUPS[index];
    }
    said
}

/// A group of up to four digits; `head` where it opens the number, `named` where 万 or 亿 follows.
fn four(value: u32, head: bool, named: bool) -> String {
    if value == 2 && head && named {
        return "两".to_string();
    }
    let mut said = String::new();
    let mut gap = false;
    for place in (0..4).rev() {
        let digit = value / 10_u32.pow(place) % 10;
        if digit == 0 {
            gap = !said.is_empty();
            continue;
        }
        if gap {
            said.push('零');
            gap = false;
        }
        let first = said.is_empty();
        let ten = head && first && place == 1 && digit == 1;
        let pair = digit == 2 && first && (place == 3 || place == 2 && head);
        if pair {
            said.push('两');
        } else if !ten {
            said.push(DIGITS[digit as usize]);
        }
        said += PLACES[place as usize];
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cardinals_are_named() {
        let cases = [
            ("0", "零"),
            ("000", "零"),
            ("2", "二"),
            ("10", "十"),
            ("15", "十五"),
            ("110", "一百一十"),
            ("200", "两百"),
            ("1011", "一千零一十一"),
            ("2222", "两千二百二十二"),
            ("12000", "一万两千"),
            ("20000", "两万"),
            ("100000", "十万"),
            ("1001111", "一百万一千一百一十一"),
            ("100150000", "一亿零一十五万"),
            ("120000000", "一亿两千万"),
            ("100000001", "一亿零一"),
            ("1000000000000", "一万亿"),
            ("12345678901234567", "一二三四五六七八九零一二三四五六七"),
        ];
        for (digits, said) in cases {
            assert_eq!(cardinal(digits), said, "{digits}");
        }
    }

    #[test]
    fn digits_are_spelled() {
        assert_eq!(spell("1301", One::Yao), "幺三零幺");
        assert_eq!(spell("2019", One::Yi), "二零一九");
        assert_eq!(decimal("", "22"), "零点二二");
        assert_eq!(counted("2"), "两");
    }
}
