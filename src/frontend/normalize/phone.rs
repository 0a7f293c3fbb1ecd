//! Strings of digits that name something: telephones, cards, rooms, orders.

use super::measure;
use super::numbers::{One, spell};
use super::tables::{WordList, words};
use super::units;
use super::verbalization::Verbalization;
use super::view::{View, ends, head, holds, starts, tail};

fn yao(digits: &str) -> String {
    spell(digits, One::Yao)
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && !matches!(digits.as_bytes()[1], b'0'..=b'2')
}

/// Numbers that name a telephone by their shape: mobile, with area code, 400 numbers, with country code.
pub(super) fn telephone(view: View) -> Option<Verbalization> {
    if view.is(0, "+") {
        return international(view);
    }
    let (pieces, said) = national(view, 0)?;
    Verbalization::digits(pieces, said)
}

/// +86 13812345678: the plus is not said.
fn international(view: View) -> Option<Verbalization> {
    let code = view.digits(1).filter(|code| matches!(code.len(), 1..=3))?;
    let gap = usize::from(view.is(2, "- "));
    let (pieces, said) = national(view, 2 + gap).or_else(|| {
        let parts = parts(view, 2 + gap);
        let long = gap == 1 && parts.iter().map(|part| part.len()).sum::<usize>() >= 7;
        long.then(|| (2 * parts.len() - 1, yao(&parts.concat())))
    })?;
    Verbalization::digits(2 + gap + pieces, format!("{}，{said}", yao(code)))
}

/// A number without country code at piece `n`: pieces and words.
fn national(view: View, n: usize) -> Option<(usize, String)> {
    let first = view.digits(n)?;
    if is_mobile(first) && view.latin(n + 1).is_none() && !paid(view, n + 1) {
        return Some((1, yao(first)));
    }
    let parts = parts(view, n);
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let prefix = &first[..first.len().min(3)];
    if let Some(last) = halves(view, n) {
        return Some((5, format!("{}{}{}", yao(first), yao(view.piece(n + 2)), yao(last))));
    }
    let known = match lengths.as_slice() {
        [3, 4, 4, ..] => first.starts_with('1') || first.starts_with('0') || matches!(prefix, "400" | "800"),
        [3, 7] if matches!(prefix, "400" | "800") => true,
        [3 | 4, 7 | 8, ..] => first.starts_with('0'),
        [3, 3, 4] | [3, 4, 3] | [4, 3, 3] => matches!(prefix, "400" | "800"),
        [8] => false,
        [4, 4, 4, ..] => lengths.len() >= 4 || holds(tail(view.before(), 8), &["卡", "账", "帐"]),
        [10] => matches!(prefix, "400" | "800"),
        [11 | 12] => first.starts_with('0'),
        _ => false,
    };
    known.then(|| (2 * parts.len() - 1, parts.iter().map(|part| yao(part)).collect()))
}

/// 021-5555 6666: an area code, a dash, and a number in two halves; the second of them.
fn halves<'a>(view: View<'a>, n: usize) -> Option<&'a str> {
    let area = view.digits(n).filter(|area| matches!(area.len(), 3 | 4) && area.starts_with('0'))?;
    let first = view.digits(n + 2).filter(|first| matches!(first.len(), 3 | 4))?;
    let last = view.digits(n + 4).filter(|last| last.len() == 4)?;
    let marked = view.is(n + 1, "- ") && view.is(n + 3, "- ") && view.piece(n + 1) != view.piece(n + 3);
    (marked && area.len() + first.len() >= 6).then_some(last)
}

/// Runs of digits with one dash or space between them; six at most, as no number has more.
pub(super) fn parts<'a>(view: View<'a>, n: usize) -> Vec<&'a str> {
    let mut parts: Vec<&str> = view.digits(n).into_iter().collect();
    let mark = view.piece(n + 1);
    while parts.len() < 6 && matches!(mark, "-" | " ") && view.piece(n + 2 * parts.len() - 1) == mark {
        let Some(part) = view.digits(n + 2 * parts.len()) else { break };
        parts.push(part);
    }
    parts
}

/// Whether money, a unit or a decimal follows: what even a number with the shape of a telephone's then is.
fn paid(view: View, n: usize) -> bool {
    let sum = units::is_money(view.after(n))
        || starts(view.after(n), &["人次", "股", "吨", "平方", "立方", "公里"]);
    sum || units::at(view, n).is_some()
        || view.is(n, ".%") && (view.digits(n + 1).is_some() || view.is(n, "%"))
}

fn quantity(view: View, n: usize) -> bool {
    units::at(view, n).is_some()
        || measure::counts(view.after(n))
        || view.is(n, ".") && view.digits(n + 1).is_some()
}

/// Words that announce a string of digits, before an optional 号码, 是, 为 or colon.
static ANNOUNCED: WordList = WordList::new(|| words(include_str!("data/announcing.txt")));

/// Words among these that name a string only where it is long, since small numbers follow them too.
static LOOSE: WordList = WordList::new(|| words(include_str!("data/announcing-long.txt")));

/// Digits after a word that announces them: 尾号1702, 验证码是 3852.
pub(super) fn announced(view: View) -> Option<Verbalization> {
    let digits = view.digits(0)?;
    let before =
        tail(view.before(), 12).trim_end_matches([':', '：', ' ', '是', '为', '“', '"', '「', '#', '了']);
    let bare = before.strip_suffix("号码").or_else(|| before.strip_suffix("号")).unwrap_or(before);
    let loose = ends(before, &LOOSE) || ends(bare, &LOOSE);
    let least = if loose { 4 } else { 2 };
    let counts = if loose || digits.len() < 6 { quantity(view, 1) } else { paid(view, 1) };
    let told = ends(before, &ANNOUNCED) || ends(bare, &ANNOUNCED);
    (told && !ends_in_word(before) && digits.len() >= least && !counts).then_some(())?;
    Verbalization::digits(1, yao(digits))
}

/// Whether a longer Latin word ends in letters that announce a code by themselves: Android, Covid.
fn ends_in_word(before: &str) -> bool {
    let letters = before.chars().rev().take_while(char::is_ascii_alphabetic).count();
    letters > 2 || letters == 2 && !matches!(tail(before, 2), "QQ" | "qq" | "ID" | "id" | "Id")
}

/// A number without area code after (010), or beside another: 0595-23865596或23880880.
pub(super) fn local(view: View) -> Option<Verbalization> {
    let digits = view.digits(0).filter(|digits| matches!(digits.len(), 7 | 8) && !quantity(view, 1))?;
    let near = tail(view.before(), 24);
    let area = ends(near, &[")", "）"]) && holds(tail(near, 6), &["(0", "（0"]);
    let beside = ends(near, &["或", "、", "/", "，", "和"])
        && holds(near, &["电话", "固话", "座机", "热线", "传真", "手机", "联系"]);
    (area || beside).then(|| Verbalization::digits(1, yao(digits))).flatten()
}

/// Stock codes: 600519.SH, 贵州茅台（600519）.
pub(super) fn stock(view: View) -> Option<Verbalization> {
    let digits = view.digits(0).filter(|digits| matches!(digits.len(), 4..=6))?;
    let market = view
        .latin(2)
        .filter(|letters| view.is(1, ".") && matches!(*letters, "SH" | "SZ" | "BJ" | "HK" | "SS"));
    if let Some(market) = market {
        return Verbalization::digits(3, format!("{}点{market}", yao(digits)));
    }
    let bracketed = view.before().ends_with(['(', '（']) && view.is(1, ")）") && digits.len() >= 5;
    bracketed.then(|| Verbalization::digits(1, yao(digits))).flatten()
}

/// Service numbers that everybody knows.
static SERVICES: WordList = WordList::new(|| words(include_str!("data/service-numbers.txt")));

/// Words next to which a short number is a telephone number.
static CALLS: WordList = WordList::new(|| words(include_str!("data/calling.txt")));

/// 110, 12306, 95588: service numbers, alone or beside words for calling.
pub(super) fn service(view: View) -> Option<Verbalization> {
    let digits = view.digits(0)?;
    let known = SERVICES.contains(&digits);
    let shaped = digits.len() == 5 && starts(digits, &["95", "96", "100", "123", "121"]);
    let tight = !view.is(1, ".,:：-/%~+*") || view.digits(2).is_none();
    if !(known || shaped) || quantity(view, 1) || !tight || view.latin(1).is_some() {
        return None;
    }
    let alone = view.before().is_empty()
        && view.after(1).is_empty()
        && matches!(digits, "110" | "119" | "12306" | "12315");
    let famous = matches!(digits, "10086" | "10010" | "12306" | "12315" | "12333" | "12366");
    let called = famous || holds(tail(view.before(), 5), &CALLS) || holds(head(view.after(1), 5), &CALLS);
    (known && alone || called).then_some(())?;
    Verbalization::digits(1, yao(digits))
}

/// Names made of figures: 985高校, 301医院, 302室, 318国道, 波音737.
pub(super) fn named(view: View) -> Option<Verbalization> {
    let digits = view.digits(0)?;
    let (before, after) = (view.before(), view.after(1));
    let known = match digits {
        "985" | "211" => {
            starts(after, &["高校", "大学", "工程", "院校", "、", "/", "和", "及", "毕业", "本科", "名校"])
                || ends(before, &["985/", "985、", "985"])
        }
        "996" | "007" => {
            starts(after, &["工作", "加班", "的", "制", "福报"]) && digits == "996" || digits == "007"
        }
        "315" => starts(after, &["晚会", "打假", "消费", "国际"]),
        "618" => starts(after, &["”", "大促", "购物", "活动", "年中", "期间", "当天", "狂欢"]),
        "911" => starts(after, &["事件", "恐怖", "袭击"]),
        "863" | "973" => starts(after, &["计划", "项目"]),
        "520" => starts(after, &["表白", "情人", "快乐", "礼物"]),
        "731" => starts(after, &["部队"]),
        _ => false,
    };
    let place = matches!(digits.len(), 3 | 4)
        && (starts(
            after,
            &[
                "室",
                "房间",
                "号房",
                "包厢",
                "号包",
                "号病房",
                "病房",
                "教室",
                "会议室",
                "办公室",
                "宿舍",
                "寝室",
                "号房间",
                "国道",
                "省道",
                "医院",
                "高地",
                "航班",
                "次列车",
                "次航班",
                "次动车",
                "次高铁",
                "号段",
                "所",
            ],
        ) || digits.len() == 3 && starts(after, &["路公交", "路车", "路", "线公交"]));
    let lodging = matches!(digits.len(), 3 | 4)
        && starts(after, &["房的", "房客", "房门", "房住", "房退", "房，", "房入住", "房打", "房有", "房需"])
        && !digits.ends_with("00");
    let plane = matches!(digits.len(), 3)
        && ends(before, &["波音", "空客", "麦道", "标致", "保时捷", "图", "伊尔", "米格"]);
    let room = matches!(digits.len(), 3 | 4)
        && (ends(before, &["号楼", "栋", "幢", "单元", "座", "号院", "大厦", "公寓"])
            || before
                .strip_suffix('楼')
                .is_some_and(|floor| floor.ends_with(|ch: char| ch.is_ascii_digit())))
        && !quantity(view, 1)
        && !starts(after, &["号"]);
    (known || place || lodging || plane || room).then_some(())?;
    // 波音787-9
    let variant = view.digits(2).filter(|_| plane && view.is(1, "-"));
    match variant {
        Some(variant) => Verbalization::digits(3, yao(digits) + &yao(variant)),
        None => Verbalization::digits(1, yao(digits)),
    }
}

/// Long strings, identity cards and whatever starts with a zero are read digit by digit.
pub(super) fn string(view: View) -> Option<Verbalization> {
    let digits = view.digits(0)?;
    if matches!(digits.len(), 15 | 17 | 18) && view.is(1, "Xx") {
        return Verbalization::digits(2, yao(digits) + "X");
    }
    let pointed = view.is(1, ".") && view.digits(2).is_some();
    let zero = digits.len() > 1 && digits.starts_with('0') && !pointed && units::at(view, 1).is_none();
    let long = digits.len() >= 9 && !digits.ends_with("0000") && !quantity(view, 1) || digits.len() > 16;
    match (zero, long) {
        (true, _) if digits.len() == 2 => Verbalization::digits(1, spell(digits, One::Yi)),
        (true, _) | (_, true) => Verbalization::digits(1, yao(digits)),
        _ => None,
    }
}

/// 138****5678: the stars are a pause.
pub(super) fn masked(view: View) -> Option<Verbalization> {
    let first = view.digits(0)?;
    let stars = view.rest(1).bytes().take(16).take_while(|byte| matches!(byte, b'*' | b'x' | b'X')).count();
    let stars = view.pieces_in(1, stars).filter(|_| stars >= 2)?;
    let last = view.digits(1 + stars)?;
    Verbalization::digits(2 + stars, format!("{}，{}", yao(first), yao(last)))
}

/// 5-2-301: three or more figures with dashes that are neither date nor telephone.
pub(super) fn chain(view: View) -> Option<Verbalization> {
    let parts = parts(view, 0);
    let room = parts.len() == 2 && parts[1].len() >= 3 && starts(view.rest(3), &["室", "号房", "房间"]);
    let lived = parts.len() == 2
        && parts[0].len() <= 2
        && matches!(parts[1].len(), 3 | 4)
        && ends(view.before(), &["住", "住在", "家在", "地址", "地址：", "送到", "房号", "门牌"])
        && !quantity(view, 3);
    let room = room || lived;
    let long = (parts.len() >= 3 || room) && view.is(1, "-") && parts.iter().all(|part| part.len() <= 8);
    let said: Vec<String> = parts.iter().map(|part| yao(part)).collect();
    long.then(|| Verbalization::digits(2 * parts.len() - 1, said.join("杠"))).flatten()
}
