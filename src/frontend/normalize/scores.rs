//! Scores and ratios: 3:2, 78:96, 中国1-2.

use super::amount::Number;
use super::measure;
use super::numbers::cardinal;
use super::reading::Reading;
use super::units;
use super::view::{View, ends, head, holds, starts, tail};

/// Words that tell of a result.
#[rustfmt::skip]
const CONTEST: &[&str] = &[
    "比分", "总分", "战胜", "击败", "大胜", "险胜", "完胜", "取胜", "获胜", "胜出", "不敌", "惜败", "负于",
    "憾负", "打平", "战平", "逼平", "爆冷", "领先", "落后", "战成", "扳成", "逆转", "横扫", "力克", "告负",
    "之比", "淘汰", "轻取", "击溃", "大败", "完败",
];

/// Words that tell of a match or a proportion, but may stand before a time of day as well.
const MATCH: &[&str] =
    &["主场", "客场", "比赛", "半场", "加时", "点球", "平局", "比例", "按照", "配比", "赔率", "决赛"];

/// Sides of a match. A short list: words that say so (比分, 队) do most of the work.
#[rustfmt::skip]
const SIDES: &[&str] = &[
    "中国", "日本", "韩国", "朝鲜", "泰国", "越南", "伊朗", "伊拉克", "沙特", "卡塔尔", "澳大利亚",
    "新西兰", "美国", "英国", "加拿大", "墨西哥", "巴西", "阿根廷", "乌拉圭", "智利", "哥伦比亚", "秘鲁",
    "英格兰", "苏格兰", "威尔士", "爱尔兰", "法国", "德国", "意大利", "西班牙", "葡萄牙", "荷兰", "比利时",
    "瑞士", "瑞典", "丹麦", "挪威", "芬兰", "波兰", "捷克", "奥地利", "匈牙利", "克罗地亚", "塞尔维亚",
    "希腊", "土耳其", "俄罗斯", "乌克兰", "埃及", "摩洛哥", "突尼斯", "尼日利亚", "加纳", "喀麦隆",
    "塞内加尔", "南非", "印度", "男足", "女足", "国足", "男篮", "女篮", "女排", "男排", "国奥", "队",
];

/// Clubs, which also have their scores written with a stroke.
#[rustfmt::skip]
const CLUBS: &[&str] = &[
    "拉齐奥", "罗马", "尤文图斯", "尤文", "国际米兰", "国米", "米兰", "那不勒斯", "佛罗伦萨", "亚特兰大",
    "皇马", "皇家马德里", "巴萨", "巴塞罗那", "马竞", "塞维利亚", "瓦伦西亚", "曼联", "曼城", "切尔西",
    "阿森纳", "利物浦", "热刺", "拜仁", "多特", "多特蒙德", "莱比锡", "勒沃库森", "巴黎", "大巴黎", "里昂",
    "马赛", "摩纳哥", "阿贾克斯", "波尔图", "本菲卡", "恒大", "国安", "申花", "上港", "鲁能", "泰山",
];

/// Whether two numbers with a mark between them, at piece 0, stand where a result is told.
pub(super) fn is_score(view: View) -> bool {
    holds(tail(view.before(), 8), CONTEST) || contest_follows(view)
}

/// Whether a dash or stroke between two numbers may be that of a result.
fn is_match(view: View) -> bool {
    let before = view.before();
    is_score(view) || holds(tail(before, 6), MATCH) || ends(before, SIDES) || ends(before, CLUBS)
}

fn contest_follows(view: View) -> bool {
    let after = head(view.after(3), 4);
    starts(after, CONTEST)
        || starts(after, &["胜", "负于", "的比分", "大比分", "的比例", "的优势", "的成绩", "平局", "逼平"])
}

/// 3:2, 1:1.5, 78：96; after words of a match or a side also 1-2.
pub(super) fn ratio(view: View) -> Option<Reading> {
    let marked = colons(view).or_else(|| dashed(view));
    let (mut pieces, mut said) = marked?;
    if let Some((more, unit)) = units::at(view, pieces) {
        (pieces, said) = (pieces + more, unit.around(&said));
    }
    Reading::number(pieces, said)
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

/// Two numbers with a dash or a stroke, where a match is told of.
fn dashed(view: View) -> Option<(usize, String)> {
    let home = view.digits(0)?;
    let away = view.digits(2)?;
    let pressure = view.rest(3).starts_with("mmHg") || holds(tail(view.before(), 8), &["血压"]);
    let known = match view.piece(1) {
        // A range goes up; what goes down is a result.
        "-" => (is_match(view) || falls(home, away)) && plays(view, 2, home, away) && bare(view),
        "/" => pressure || ends(view.before(), CLUBS) && plays(view, 2, home, away),
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
