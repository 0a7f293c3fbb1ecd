//! Times of day.

use super::numbers::{One, cardinal, counted, spell};
use super::scores;
use super::tables::{WordList, words};
use super::verbalization::Verbalization;
use super::view::{View, holds, tail};

/// 8:00, 22：58, 13:10:36, 8:00 a.m., 8:00~9:30.
pub(super) fn time(view: View) -> Option<Verbalization> {
    if scores::is_score(view) || scores::is_ratio(view) {
        return None;
    }
    if holds(tail(view.before(), 4), &LASTING)
        && let Some(reading) = duration(view)
    {
        return Some(reading);
    }
    let (mut pieces, mut said) = clock(view)?;
    let dash = pieces + view.blank(pieces);
    let next = dash + 1 + usize::from(view.is(dash, "-—") && view.piece(dash) == view.piece(dash + 1));
    let next = next + view.blank(next);
    if view.is(dash, "-~—")
        && let Some((more, end)) = clock(view.skip(next))
    {
        pieces = next + more;
        said = format!("{said}到{end}");
    }
    Verbalization::number(pieces, said)
}

/// Words after which figures with colons are a duration.
static LASTING: WordList = WordList::new(|| words(include_str!("data/lasting.txt")));

/// 用时2:08:16, 还剩2:35.
fn duration(view: View) -> Option<Verbalization> {
    let first = view.digits(0)?;
    let second = view.digits(2).filter(|second| colon(view, 1) && in_range(second, 2, 59))?;
    let third = view.digits(4).filter(|third| colon(view, 3) && in_range(third, 2, 59));
    match third {
        Some(third) => {
            let said = format!("{}小时{}分{}秒", counted(first), two_figures(second), two_figures(third));
            Verbalization::number(5, said)
        }
        None => Verbalization::number(3, format!("{}分{}秒", counted(first), two_figures(second))),
    }
}

/// AM 8:00, pm3:15: the half of the day is written first.
pub(super) fn half_first(view: View) -> Option<Verbalization> {
    let half = match view.latin(0)? {
        "am" | "AM" | "Am" => "上午",
        "pm" | "PM" | "Pm" => "下午",
        _ => return None,
    };
    let start = 1 + view.blank(1);
    let (pieces, said) = clock(view.skip(start))?;
    Verbalization::number(start + pieces, format!("{half}{said}"))
}

/// 10'30", 3′20″: minutes and seconds.
pub(super) fn lap(view: View) -> Option<Verbalization> {
    let minutes = view.digits(0).filter(|digits| digits.len() <= 3 && view.is(1, "'′’"))?;
    let seconds = view.digits(2).filter(|digits| digits.len() == 2 && view.is(3, "\"″”"))?;
    Verbalization::number(4, format!("{}分{}秒", counted(minutes), two_figures(seconds)))
}

/// One time in figures: pieces and words.
pub(super) fn clock(view: View) -> Option<(usize, String)> {
    let hour = view.digits(0).filter(|hour| in_range(hour, 1, 24))?;
    let minute = view.digits(2).filter(|minute| colon(view, 1) && in_range(minute, 2, 59))?;
    let second = view.digits(4).filter(|second| colon(view, 3) && in_range(second, 2, 59));
    if second.is_none() && colon(view, 3) && view.digits(4).is_some() {
        return None;
    }
    let mut pieces = if second.is_some() { 5 } else { 3 };
    let mut said = format!("{}点{}", counted(hour), minutes(minute, second));
    if let Some((more, half)) = half_of_day(view, pieces) {
        pieces += more;
        said = format!("{half}{said}");
    }
    // 8:30分 says the minutes itself.
    pieces += usize::from(second.is_none() && view.is(pieces, "分") && said.ends_with('分'));
    Some((pieces, said))
}

fn colon(view: View, n: usize) -> bool {
    view.is(n, ":：")
}

fn in_range(digits: &str, least: usize, most: u32) -> bool {
    (least..=2).contains(&digits.len()) && digits.parse::<u32>().is_ok_and(|value| value <= most)
}

fn minutes(minute: &str, second: Option<&str>) -> String {
    match (minute, second) {
        ("00", None) => String::new(),
        ("30", None) => "半".to_string(),
        (_, None) => format!("{}分", two_figures(minute)),
        ("00", Some("00")) => String::new(),
        (_, Some(second)) => format!("{}分{}秒", two_figures(minute), two_figures(second)),
    }
}

/// 05 is 零五, 00 is 零, 20 is 二十.
fn two_figures(digits: &str) -> String {
    match digits {
        "00" => "零".to_string(),
        _ if digits.starts_with('0') => spell(digits, One::Yi),
        _ => cardinal(digits),
    }
}

/// am, a.m., PM after a time.
fn half_of_day(view: View, n: usize) -> Option<(usize, &'static str)> {
    let blank = view.blank(n);
    let start = n + blank;
    let letters = view.latin(start)?.to_ascii_lowercase();
    let (pieces, half) = match letters.as_str() {
        "am" => (1, "上午"),
        "pm" => (1, "下午"),
        "a" | "p" if view.is(start + 1, ".") && view.is(start + 2, "mM") => {
            (3 + usize::from(view.is(start + 3, ".")), if letters == "a" { "上午" } else { "下午" })
        }
        _ => return None,
    };
    Some((blank + pieces, half))
}
