//! Scores and ratios: 3:2, 78:96, 中国1-2.

use super::amount::Number;
use super::measure;
use super::numbers::cardinal;
use super::tables::{WordList, words};
use super::units;
use super::verbalization::Verbalization;
use super::view::{View, ends, head, holds, starts, tail};

/// Words that report a result.
static CONTEST: WordList = WordList::new(|| words(include_str!("data/contest.txt")));

/// Words of matches and proportions, which may also precede a time of day.
static MATCH: WordList = WordList::new(|| words(include_str!("data/match.txt")));

/// Words after and before which figures with a colon are a ratio.
static RATIO_BEFORE: WordList = WordList::new(|| words(include_str!("data/ratio-before.txt")));
static RATIO_AFTER: WordList = WordList::new(|| words(include_str!("data/ratio-after.txt")));

/// 宽高比16:10, 1:50配比: a ratio, although it could be a time of day.
pub(super) fn is_ratio(view: View) -> bool {
    let colon = view.is(1, ":：") && view.digits(2).is_some() && !view.is(3, ":：");
    let before = view.before().trim_end_matches([':', '：', '“', '为', '是', '约', '在', '达', '到']);
    let compared = before.ends_with('比') && !ends(before, &["对比", "相比", "同比", "环比", "占比"]);
    colon && (compared || ends(before, &RATIO_BEFORE) || starts(view.after(3), &RATIO_AFTER))
}

/// Sides of a match. A short list: words that say so (比分, 队) do most of the work.
static SIDES: WordList = WordList::new(|| words(include_str!("data/sides.txt")));

/// Clubs, whose scores may also be written with a slash.
static CLUBS: WordList = WordList::new(|| words(include_str!("data/clubs.txt")));

/// Whether two numbers with a mark between them, at piece 0, stand where a result is reported.
pub(super) fn is_score(view: View) -> bool {
    holds(tail(view.before(), 8), &CONTEST) || contest_follows(view)
}

/// Whether a dash or slash between two numbers may be that of a result.
fn is_match(view: View) -> bool {
    let before = view.before();
    is_score(view) || holds(tail(before, 6), &MATCH) || ends(before, &SIDES) || ends(before, &CLUBS)
}

fn contest_follows(view: View) -> bool {
    let after = head(view.after(3), 4);
    starts(after, &CONTEST)
        || starts(after, &["胜", "负于", "的比分", "大比分", "的比例", "的优势", "的成绩", "平局", "逼平"])
}

/// 3:2, 1:1.5, 78：96; after a word of a match or a side also 1-2.
pub(super) fn ratio(view: View) -> Option<Verbalization> {
    let marked = colons(view).or_else(|| dashed(view));
    let (mut pieces, mut said) = marked?;
    if let Some((more, unit)) = units::at(view, pieces) {
        (pieces, said) = (pieces + more, unit.around(&said));
    }
    Verbalization::number(pieces, said)
}

/// Numbers with colons between them, up to six.
fn colons(view: View) -> Option<(usize, String)> {
    let first = Number::at(view, 0)?;
    let (mut pieces, mut said) = (first.pieces, first.said(false, false));
    for _ in 1..6 {
        let mark = pieces + view.blank(pieces);
        let next = mark + 1 + view.blank(mark + 1);
        let Some(number) =
            Number::at(view, next).filter(|_| view.is(mark, ":：") && view.digits(next).is_some())
        else {
            break;
        };
        pieces = next + number.pieces;
        said += &format!("比{}", number.said(false, false));
    }
    (pieces > first.pieces).then_some((pieces, said))
}

/// Two numbers with a dash or a slash, where a match is reported.
fn dashed(view: View) -> Option<(usize, String)> {
    let home = view.digits(0)?;
    let away = view.digits(2)?;
    let pressure = view.rest(3).starts_with("mmHg") || holds(tail(view.before(), 8), &["血压"]);
    let known = match view.piece(1) {
        // A range goes up; what goes down is a result.
        "-" => (is_match(view) || falls(home, away)) && plays(view, 2, home, away) && bare(view),
        "/" => pressure || ends(view.before(), &CLUBS) && plays(view, 2, home, away),
        _ => false,
    };
    known.then(|| (3, format!("{}比{}", cardinal(home), cardinal(away))))
}

fn falls(home: &str, away: &str) -> bool {
    home.len() <= 3 && away.len() <= 3 && home.parse::<u32>().ok() > away.parse::<u32>().ok()
}

/// Whether no sum and no unit holds the two numbers.
fn bare(view: View) -> bool {
    let sum = view.in_sum() || view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric() || ch == '-');
    !sum && units::at(view, 3).is_none()
}

/// Small numbers that count nothing: 中国1-2, but not 中国1-2月.
fn plays(view: View, n: usize, home: &str, away: &str) -> bool {
    let open = view.is(n + 1, "-/.%")
        || starts(view.after(n + 1), &["月", "年", "日", "号", "个", "级", "万", "亿", "人", "名", "层"]);
    home.len() <= 3 && away.len() <= 3 && !open && !measure::counts(view.after(n + 1))
}
