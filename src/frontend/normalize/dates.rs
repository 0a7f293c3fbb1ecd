//! Dates and years.

use super::numbers::{One, cardinal, counted, spell};
use super::tables::{WordList, words};
use super::times;
use super::units;
use super::verbalization::Verbalization;
use super::view::{View, ends, head, holds, starts, tail};
use super::{measure, view::Kind};
use crate::frontend::spoken::is_han;

fn number(digits: &str) -> u32 {
    digits.parse().unwrap_or(u32::MAX)
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && matches!(number(digits), 1000..=2999)
}

fn is_recent(digits: &str) -> bool {
    digits.len() == 4 && matches!(number(digits), 1900..=2099)
}

fn is_month(digits: &str) -> bool {
    digits.len() <= 2 && matches!(number(digits), 1..=12)
}

fn is_day(digits: &str) -> bool {
    digits.len() <= 2 && matches!(number(digits), 1..=31)
}

fn year(digits: &str) -> String {
    format!("{}年", spell(digits, One::Yi))
}

fn month(digits: &str) -> String {
    format!("{}月", cardinal(digits))
}

fn day(digits: &str) -> String {
    format!("{}日", cardinal(digits))
}

/// Dates in figures: 2008-08-08, 2008/8, 08-08-2008, 08-08, 20080808; also two with a dash between.
pub(super) fn date(view: View) -> Option<Verbalization> {
    if view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric() || ".-/".contains(ch)) {
        return None;
    }
    if let Some(reading) = short_season(view).or_else(|| months(view)).or_else(|| days(view)) {
        return Some(reading);
    }
    let (mut pieces, mut said) = one(view)?;
    let next = pieces + view.blank(pieces);
    let more = next + 1 + view.blank(next + 1);
    if view.is(next, "-~—")
        && let Some((high, end)) = one(view.skip(more)).or_else(|| times::clock(view.skip(more)))
    {
        pieces = more + high;
        said = format!("{said}到{end}");
    } else if (view.blank(pieces) == 1 || view.is(pieces, "T"))
        && let Some((clock, time)) = times::clock(view.skip(pieces + 1))
    {
        pieces += 1 + clock;
        said += &time;
    }
    Verbalization::digits(pieces, said)
}

/// 10/1至10/7: two days with strokes, the later one second; fractions where nothing speaks for days.
fn days(view: View) -> Option<Verbalization> {
    let at = |n: usize| {
        let (first, second) = (view.digits(n)?, view.digits(n + 2).filter(|_| view.is(n + 1, "/"))?);
        (is_month(first) && is_day(second))
            .then(|| (number(first), number(second), month(first) + &day(second)))
    };
    let (from, to) = (at(0)?, at(4).filter(|_| view.is(3, "至到~-—"))?);
    let after = view.after(7);
    let told = from.0 > from.1 || from.1 > 12 && from.1 != to.1;
    let told = told || starts(after, &HOLIDAYS) || starts(after, &AFTER_DAYS);
    (told && (from.0, from.1) < (to.0, to.1) && !view.is(7, "/.")).then_some(())?;
    Verbalization::digits(7, format!("{}{}{}", from.2, if view.is(3, "至") { "至" } else { "到" }, to.2))
}

/// 2019.9-2023.6: a point stands for 年 where both ends are a year and a month.
fn months(view: View) -> Option<Verbalization> {
    let at = |n: usize| {
        let (year_, month_) = (view.digits(n)?, view.digits(n + 2).filter(|_| view.is(n + 1, "."))?);
        (is_recent(year_) && is_month(month_)).then(|| year(year_) + &month(month_))
    };
    let (from, to) = (at(0)?, at(4).filter(|_| view.is(3, "-~—"))?);
    let open = view.is(7, ".") && view.digits(8).is_some();
    (!open).then(|| Verbalization::digits(7, format!("{from}到{to}"))).flatten()
}

/// One date in figures: pieces and words.
pub(super) fn one(view: View) -> Option<(usize, String)> {
    let first = view.digits(0)?;
    if first.len() == 8 {
        return compact(view, first);
    }
    let sep = Some(view.piece(1)).filter(|sep| matches!(*sep, "-" | "/" | "."))?;
    let second = view.digits(2)?;
    let third = view.digits(4).filter(|_| view.is(3, sep));
    if view.is(3, "-/.")
        && view.digits(4).is_some()
        && (third.is_none() || view.is(5, sep) && view.digits(6).is_some())
    {
        return None;
    }
    match third {
        Some(third) => full(first, second, third, sep).map(|said| (5, said)),
        None => short(view, first, second, sep).map(|said| (3, said)),
    }
}

/// 20080808, where it is a date of our time not a quantity.
fn compact(view: View, digits: &str) -> Option<(usize, String)> {
    let (y, m, d) = (&digits[..4], &digits[4..6], &digits[6..]);
    let open = view.kind(1) == Some(Kind::Latin) || view.is(1, ".,%") || measure::counts(view.after(1));
    (is_recent(y) && is_month(m) && is_day(d) && !open).then(|| (1, year(y) + &month(m) + &day(d)))
}

fn full(first: &str, second: &str, third: &str, sep: &str) -> Option<String> {
    if is_year(first) && is_month(second) && is_day(third) {
        return Some(year(first) + &month(second) + &day(third));
    }
    if is_recent(third) && is_month(first) && is_day(second) {
        return Some(year(third) + &month(first) + &day(second));
    }
    if is_recent(third) && is_day(first) && is_month(second) {
        return Some(year(third) + &month(second) + &day(first));
    }
    let short = first.len() == 2 && second.len() == 2 && third.len() == 2;
    (short && sep != "." && is_month(second) && is_day(third))
        .then(|| year(first) + &month(second) + &day(third))
}

/// Holidays whose date may precede them as figures with a slash: 12/25圣诞节.
static HOLIDAYS: WordList = WordList::new(|| words(include_str!("data/holidays.txt")));
/// What else happens on a day: 5/1放假.
static AFTER_DAYS: WordList = WordList::new(|| words(include_str!("data/after-days.txt")));
/// Words that a day follows: 截止12/31.
static BEFORE_DAYS: WordList = WordList::new(|| words(include_str!("data/before-days.txt")));

/// 5/1放假, 截止12/31: a stroke between a month and a day, where the words around say that it is a day.
fn is_day_told(view: View) -> bool {
    let before = view.before().trim_end_matches([':', '：', '是', '为', '（', '(']);
    let after = view.after(3).trim_start_matches(['（', '(']);
    starts(after, &HOLIDAYS) || starts(after, &AFTER_DAYS) || ends(before, &BEFORE_DAYS) || is_festival(after)
}

/// 程序员节, 情人节: a name of two to four characters that ends in 节.
fn is_festival(after: &str) -> bool {
    let named = head(after, 5).char_indices().skip(2).find(|(_, ch)| *ch == '节');
    let Some((at, _)) = named else { return false };
    let name = &after[..at];
    name.chars().all(is_han)
        && !name.ends_with(['季', '环', '关', '细', '章', '小', '情', '音', '枝'])
        && !after[at + '节'.len_utf8()..].starts_with(['目', '课', '省', '约', '奏', '点', '能'])
}

/// A year with a month, or a month with a day.
fn short(view: View, first: &str, second: &str, sep: &str) -> Option<String> {
    let told = sep == "/" && is_day_told(view);
    let quantity =
        units::at(view, 3).is_some() || measure::counts(view.after(3)) || units::is_money(view.after(3));
    if quantity && !told && !view.after(3).starts_with('期') {
        return None;
    }
    if is_recent(first) && is_month(second) && (second.len() == 2 || sep != ".") {
        return Some(year(first) + &month(second));
    }
    if is_recent(second) && is_month(first) && first.len() == 2 {
        return Some(year(second) + &month(first));
    }
    let zero = first.starts_with('0') || sep != "." && second.starts_with('0');
    if told && is_month(first) && is_day(second) {
        return Some(month(first) + &day(second));
    }
    let pair = first.len() == 2 && second.len() == 2 && zero;
    (pair && is_month(first) && is_day(second)).then(|| month(first) + &day(second))
}

/// Figures before 年, 月, 日, 号 and other words of time: 2020年, 08年, 5000年, 05月, 90后, 80年代.
pub(super) fn calendar(view: View) -> Option<Verbalization> {
    let digits = view.digits(0)?;
    let after = view.after(1);
    let used = 1 + view.blank(1);
    if is_recent(digits) && told_as_year(view, after) {
        return Verbalization::digits(1, spell(digits, One::Yi));
    }
    match after.chars().next()? {
        '年' => before_year(view, digits, after, used),
        '月' | '日' if digits.len() <= 2 => Verbalization::digits(used, cardinal(digits)),
        '号' if digits.len() <= 2 && !digits.starts_with('0') => {
            Verbalization::digits(used, cardinal(digits))
        }
        '后' | '後' | '前' | '、' | '/' if generation(digits, after) => {
            Verbalization::digits(used, spell(digits, One::Yi))
        }
        'Q' | 'H' if is_recent(digits) && view.digits(2).is_some_and(|part| part.len() == 1) => {
            Verbalization::digits(1, spell(digits, One::Yi))
        }
        '-' if is_recent(digits) && view.latin(2).is_some() => {
            Verbalization::digits(1, spell(digits, One::Yi))
        }
        's' if digits.len() == 4 && is_recent(digits) && view.latin(1) == Some("s") => {
            Verbalization::digits(2, format!("{}年代", spell(digits, One::Yi)))
        }
        _ if is_year(digits) && starts(after, &YEAR_NAMES) => {
            Verbalization::digits(used, spell(digits, One::Yi))
        }
        _ => None,
    }
}

/// Words before which four figures are a year even without 年.
static YEAR_NAMES: WordList = WordList::new(|| words(include_str!("data/after-years.txt")));

/// Events named after their year: 2008北京奥运会.
static EVENTS: WordList = WordList::new(|| words(include_str!("data/events.txt")));

/// 《1984》, 你好2024, and "2024，" at the start of a sentence.
fn told_as_year(view: View, after: &str) -> bool {
    static GREETINGS: WordList = WordList::new(|| words(include_str!("data/greetings.txt")));
    let before = view.before();
    let title = before.ends_with('《') && !measure::counts(after);
    let bracketed = before.ends_with(['（', '(', '〔']) && after.starts_with(['）', ')', '〕']);
    let opens =
        (before.is_empty() || before.ends_with(['。', '！', '\n'])) && after.starts_with(['，', '：']);
    let placed = ends(before, &["在", "于", "自", "从"]) && after.starts_with(['，', '。']);
    let event = holds(head(after, 6), &EVENTS) && !measure::counts(after);
    title || bracketed || opens || placed || event || ends(before, &GREETINGS) && !measure::counts(after)
}

/// 90后, 00前, 80、90后: born in that year or decade.
fn generation(digits: &str, after: &str) -> bool {
    let mut rest = after;
    if let Some(next) = after.strip_prefix(['、', '/']) {
        rest = next.trim_start_matches(|ch: char| ch.is_ascii_digit());
        if next.len() - rest.len() != 2 {
            return false;
        }
    }
    let person = rest.starts_with('后') && !starts(rest, &["后面", "后来", "后退", "后期", "后天"])
        || rest.starts_with("前") && digits.starts_with('0');
    digits.len() == 2 && digits.ends_with(['0', '5']) && person
}

fn before_year(view: View, digits: &str, after: &str, used: usize) -> Option<Verbalization> {
    let grade = starts(after, &["年级", "年代"]);
    let named = match digits.len() {
        4 => is_year(digits) && !spans(digits, after),
        3 => ends(view.before(), &["公元", "公元前", "西元", "前"]),
        2 if grade => digits == "00",
        2 => named_short(view, digits, after),
        _ => false,
    };
    match () {
        () if named => Verbalization::digits(used, spell(digits, One::Yi)),
        () if digits.starts_with('0') => None,
        () if grade || measure::ranked(view.before()) => Verbalization::number(used, cardinal(digits)),
        () => Verbalization::number(used, counted(digits)),
    }
}

/// Round thousands count years where history is spoken of: 2000年前, 1000年的历史.
fn spans(digits: &str, after: &str) -> bool {
    digits.ends_with("00")
        && (number(digits) == 1000
            || starts(after, &["年前", "年来", "年历史", "年的", "年文明", "年之久", "年以上"]))
}

/// Two figures before 年 are a year where a month follows or it is a year of birth.
fn named_short(view: View, digits: &str, after: &str) -> bool {
    let dated = after.chars().nth(1).is_some_and(|ch| ch.is_ascii_digit())
        && head(after, 5).contains('月')
        && !head(after, 5).contains('个');
    digits.starts_with('0')
        || ends(view.before(), &["出生于", "生于"])
        || dated
        || starts(
            after,
            &[
                "年出生",
                "年生人",
                "年毕业",
                "年入",
                "年版",
                "年款",
                "年世界杯",
                "年奥运",
                "年夏天",
                "年冬天",
                "年春",
                "年秋",
            ],
        )
        || view.before().ends_with(['\'', '’', '‘'])
        || number(digits) >= 50
            && ends(view.before(), &["是", "从", "自", "于", "在"])
            && starts(after, &["年的", "年开始", "年起"])
}

/// 98/99赛季: two years of two figures.
fn short_season(view: View) -> Option<Verbalization> {
    let two = |n: usize| view.digits(n).filter(|digits| digits.len() == 2);
    let (first, second) = (two(0)?, two(2).filter(|_| view.is(1, "-~—/"))?);
    let next = (number(first) + 1) % 100 == number(second);
    let joined = view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric() || ".-/".contains(ch));
    (next && !joined && starts(view.after(3), &["赛季", "学年", "财年"])).then_some(())?;
    Verbalization::digits(3, spell(first, One::Yi) + &spell(second, One::Yi))
}

/// Two years with a dash: 2019-2020年, (1893-1976), 2019-20赛季.
pub(super) fn years(view: View) -> Option<Verbalization> {
    let first = view.digits(0).filter(|digits| is_year(digits))?;
    let dash = 1 + usize::from(view.is(1, "年"));
    let second = view.digits(dash + 1).filter(|_| view.is(dash, "-~—/至到"))?;
    let rest = view.after(dash + 2);
    let told = starts(rest, &["年", "赛季", "学年", "财年", ")", "）"])
        || holds(tail(view.before(), 6), &["年份", "学年", "赛季"]);
    let ours = is_recent(first) && is_recent(second) && first < second && !counts(view, dash + 2);
    let season = second.len() == 2 && starts(rest, &["赛季", "学年", "财年", "年"]);
    let joined = view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric() || ".-/".contains(ch));
    if !(told && (is_year(second) && first < second || season) || ours && !joined && view.is(dash, "-~—")) {
        return None;
    }
    let joint = if view.is(dash, "/") { "" } else { "到" };
    let year = if dash == 2 { "年" } else { "" };
    Verbalization::digits(
        dash + 2,
        format!("{}{year}{joint}{}", spell(first, One::Yi), spell(second, One::Yi)),
    )
}

/// Whether what stands before piece `n` is counted, summed, or goes on.
fn counts(view: View, n: usize) -> bool {
    let after = view.after(n);
    view.is(n, "-.,/=+×÷*%~")
        || view.latin(n).is_some()
        || units::at(view, n).is_some()
        || measure::counts(after)
        || units::is_money(after)
}

static FESTIVALS: WordList = WordList::new(|| words(include_str!("data/memorial-days.txt")));

/// Days that are known by their figures: 5·12, 9.18事变, 双11.
pub(super) fn memorial(view: View) -> Option<Verbalization> {
    let first = view.digits(0)?;
    let after_double = view.before().ends_with('双') && matches!(first, "10" | "11" | "12");
    if after_double {
        return Verbalization::number(1, cardinal(first));
    }
    let second = view.digits(2).filter(|second| first.len() <= 2 && second.len() <= 2)?;
    let dotted = view.is(1, "·");
    let after = view.after(3);
    let told = view.is(1, ".")
        && is_month(first)
        && is_day(second)
        && (starts(after, &FESTIVALS) || is_festival(after));
    let said = match (first, second) {
        ("10", "1") => "十一".to_string(),
        _ if first == second && first.len() == 2 => format!("双{}", cardinal(first)),
        _ => spell(first, One::Yi) + &spell(second, One::Yi),
    };
    if dotted || told { Verbalization::digits(3, said) } else { None }
}
