//! Units of measurement after a number.

use super::numbers::counted;
use super::view::{Kind, View, starts};

/// How a unit is said with its number.
#[derive(Clone)]
pub(super) struct Unit {
    before: String,
    after: String,
    /// 2 of it is 两.
    pub counted: bool,
    /// Below zero it is 零下.
    pub degrees: bool,
}

impl Unit {
    fn after(name: &str) -> Self {
        Self { before: String::new(), after: name.to_string(), counted: true, degrees: false }
    }

    fn before(name: &str) -> Self {
        Self { before: name.to_string(), after: String::new(), counted: false, degrees: false }
    }

    fn degrees(name: &str) -> Self {
        Self { degrees: true, ..Self::after(name) }
    }

    /// The number with its unit.
    pub(super) fn around(&self, number: &str) -> String {
        format!("{}{number}{}", self.before, self.after)
    }

    /// The name after a number that is said already: 十的八次方米每秒.
    pub(super) fn trailing(&self) -> String {
        format!("{}{}", self.after, self.before)
    }

    /// Whether the unit stands before the number, so that each end of a range needs its own.
    pub(super) fn wraps(&self) -> bool {
        self.after.is_empty()
    }
}

/// Units of length: these may be squared and cubed.
const LENGTHS: &[(&str, &str)] = &[
    ("m", "米"),
    ("km", "千米"),
    ("dm", "分米"),
    ("cm", "厘米"),
    ("mm", "毫米"),
    ("μm", "微米"),
    ("um", "微米"),
    ("nm", "纳米"),
    ("ft", "英尺"),
    ("inch", "英寸"),
    ("KM", "千米"),
    ("CM", "厘米"),
    ("MM", "毫米"),
    ("Km", "千米"),
    ("mi", "英里"),
];

/// All other units. Letters that more often name something else (5G, 4K, 3D, 5A) are left out.
const UNITS: &[(&str, &str)] = &[
    ("kg", "千克"),
    ("KG", "千克"),
    ("Kg", "千克"),
    ("g", "克"),
    ("mg", "毫克"),
    ("μg", "微克"),
    ("ug", "微克"),
    ("t", "吨"),
    ("lb", "磅"),
    ("lbs", "磅"),
    ("oz", "盎司"),
    ("L", "升"),
    ("l", "升"),
    ("mL", "毫升"),
    ("ml", "毫升"),
    ("ML", "毫升"),
    ("dL", "分升"),
    ("μL", "微升"),
    ("h", "小时"),
    ("hr", "小时"),
    ("min", "分钟"),
    ("s", "秒"),
    ("sec", "秒"),
    ("ms", "毫秒"),
    ("μs", "微秒"),
    ("us", "微秒"),
    ("ns", "纳秒"),
    ("Hz", "赫兹"),
    ("kHz", "千赫兹"),
    ("KHz", "千赫兹"),
    ("MHz", "兆赫兹"),
    ("GHz", "吉赫兹"),
    ("THz", "太赫兹"),
    ("W", "瓦"),
    ("mW", "毫瓦"),
    ("kW", "千瓦"),
    ("KW", "千瓦"),
    ("MW", "兆瓦"),
    ("GW", "吉瓦"),
    ("Wh", "瓦时"),
    ("kWh", "千瓦时"),
    ("KWh", "千瓦时"),
    ("MWh", "兆瓦时"),
    ("GWh", "吉瓦时"),
    ("mAh", "毫安时"),
    ("mah", "毫安时"),
    ("MAH", "毫安时"),
    ("Ah", "安时"),
    ("mA", "毫安"),
    ("μA", "微安"),
    ("V", "伏"),
    ("v", "伏"),
    ("kV", "千伏"),
    ("KV", "千伏"),
    ("mV", "毫伏"),
    ("Ω", "欧"),
    ("kΩ", "千欧"),
    ("MΩ", "兆欧"),
    ("μF", "微法"),
    ("pF", "皮法"),
    ("J", "焦耳"),
    ("kJ", "千焦"),
    ("KJ", "千焦"),
    ("MJ", "兆焦"),
    ("cal", "卡"),
    ("kcal", "千卡"),
    ("Kcal", "千卡"),
    ("eV", "电子伏"),
    ("N", "牛"),
    ("kN", "千牛"),
    ("Pa", "帕"),
    ("hPa", "百帕"),
    ("kPa", "千帕"),
    ("KPa", "千帕"),
    ("MPa", "兆帕"),
    ("GPa", "吉帕"),
    ("bar", "巴"),
    ("atm", "个大气压"),
    ("mmHg", "毫米汞柱"),
    ("dB", "分贝"),
    ("db", "分贝"),
    ("DB", "分贝"),
    ("bit", "比特"),
    ("lx", "勒克斯"),
    ("lm", "流明"),
    ("cd", "坎德拉"),
    ("mol", "摩尔"),
    ("mmol", "毫摩尔"),
    ("μmol", "微摩尔"),
    ("Sv", "希沃特"),
    ("mSv", "毫希沃特"),
    ("Bq", "贝克勒尔"),
    ("ha", "公顷"),
    ("px", "像素"),
    ("ppm", "ppm"),
    ("rpm", "转每分钟"),
    ("bpm", "次每分钟"),
    ("fps", "帧每秒"),
    ("FPS", "帧每秒"),
    ("kbps", "千比特每秒"),
    ("Kbps", "千比特每秒"),
    ("Mbps", "兆比特每秒"),
    ("Gbps", "吉比特每秒"),
    ("mph", "英里每小时"),
    ("kn", "节"),
    ("USD", "美元"),
    ("RMB", "元人民币"),
    ("CNY", "元人民币"),
    ("HKD", "港元"),
    ("EUR", "欧元"),
    ("GBP", "英镑"),
    ("JPY", "日元"),
    ("M", "兆"),
];

/// Units that only stand after a stroke (3次/d), or that have another name there (km/h: 公里).
const PER: &[(&str, &str)] =
    &[("h", "小时"), ("s", "秒"), ("min", "分钟"), ("d", "天"), ("y", "年"), ("kg", "千克")];

/// Chinese words that stand before or after a stroke: 5元/斤, 3次/天.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "平方公里", "平方米", "立方米", "人民币", "分钟", "小时", "公里", "千米", "公斤", "千克", "毫升",
    "美元", "欧元", "英镑", "港元", "日元", "万元", "亿元", "人次", "米", "斤", "克", "吨", "升", "元",
    "块", "角", "次", "个", "人", "天", "日", "周", "月", "季", "年", "时", "分", "秒", "件", "台", "辆",
    "本", "张", "份", "套", "瓶", "盒", "箱", "袋", "包", "桌", "间", "晚", "户", "亩", "株", "度", "位",
    "名", "篇", "字", "页", "集", "期", "节", "课", "片", "粒", "只", "头", "瓦", "转", "帧", "滴", "条",
    "股", "平",
];

/// Words for money, before which zeros at the end of a decimal say nothing.
const MONEY: &[&str] = &[
    "元",
    "块",
    "角",
    "毛",
    "美元",
    "美金",
    "欧元",
    "英镑",
    "日元",
    "港元",
    "港币",
    "人民币",
    "万元",
    "亿元",
    "韩元",
];

/// Whether a word for money starts `after`.
pub(super) fn is_money(after: &str) -> bool {
    starts(after, MONEY)
}

fn named(table: &[(&str, &'static str)], symbol: &str) -> Option<&'static str> {
    table.iter().find(|(written, _)| *written == symbol).map(|(_, name)| *name)
}

/// The unit at piece `n`, a blank before it allowed; pieces taken and the unit.
pub(super) fn at(view: View, n: usize) -> Option<(usize, Unit)> {
    let blank = view.blank(n);
    let start = n + blank;
    if let Some((pieces, unit)) = symbol(view, start) {
        return Some((blank + pieces, unit));
    }
    let (pieces, name) = single(view, start)?;
    // iPhone 6s is a name, and 3M is.
    let name_before = view.is(start, "s") && view.before().ends_with(|ch: char| ch.is_ascii_alphabetic());
    if n > 0 && (name_before || view.is(start, "M") && view.is(n - 1, "3")) {
        return None;
    }
    let latin = view.kind(start) != Some(Kind::Han);
    let stroke = start + pieces;
    if view.is(stroke, "/")
        && let Some((more, unit)) = per(view, stroke + 1, &name)
    {
        let end = stroke + 1 + more;
        return Some(again(view, end, &unit).map_or((end - n, unit), |(end, unit)| (end - n, unit)));
    }
    // 2v2 and 3m5 are names; 1h20min goes on with the next amount.
    let open = view.digits(stroke).is_some() && !matches!(view.piece(start), "h" | "min");
    (latin && !open).then(|| (blank + pieces, Unit::after(&name)))
}

/// Signs: %, ‰, °C, °.
fn symbol(view: View, n: usize) -> Option<(usize, Unit)> {
    match (view.piece(n), view.piece(n + 1)) {
        ("%", _) => Some((1, Unit::before("百分之"))),
        ("‰", _) => Some((1, Unit::before("千分之"))),
        ("‱", _) => Some((1, Unit::before("万分之"))),
        ("°", "C") => Some((2, Unit::degrees("摄氏度"))),
        ("°", "F") => Some((2, Unit::degrees("华氏度"))),
        ("°", _) => Some((1, Unit::after("度"))),
        ("′", _) => Some((1, Unit::after("分"))),
        ("″", _) => Some((1, Unit::after("秒"))),
        ("Ω", _) => Some((1, Unit::after("欧姆"))),
        ("€", _) => Some((1, Unit::after("欧元"))),
        ("£", _) => Some((1, Unit::after("英镑"))),
        ("$", _) if view.digits(n + 1).is_none() => Some((1, Unit::after("美元"))),
        ("¥", _) if view.digits(n + 1).is_none() => Some((1, Unit::after("元"))),
        _ => None,
    }
}

/// A unit without a stroke, with its power; Chinese words only count where a stroke follows.
fn single(view: View, n: usize) -> Option<(usize, String)> {
    if let Some((symbol, pieces)) = written(view, n) {
        if let Some(name) = named(LENGTHS, &symbol) {
            return Some(powered(view, n + pieces, name, pieces));
        }
        return named(UNITS, &symbol).map(|name| (pieces, name.to_string()));
    }
    let word = WORDS.iter().find(|word| view.rest(n).starts_with(**word))?;
    Some((view.pieces_in(n, word.len())?, word.to_string()))
}

/// The letters of a unit: a Latin piece, with μ before or Ω after it.
fn written<'a>(view: View<'a>, n: usize) -> Option<(String, usize)> {
    match (view.piece(n), view.latin(n)) {
        ("μ", _) => view.latin(n + 1).map(|letters| (format!("μ{letters}"), 2)),
        ("Ω", _) => Some(("Ω".to_string(), 1)),
        (_, Some(letters @ ("k" | "M"))) if view.is(n + 1, "Ω") => Some((format!("{letters}Ω"), 2)),
        (_, Some(letters)) => Some((letters.to_string(), 1)),
        _ => None,
    }
}

/// Adds 平方 or 立方 where a power follows at piece `n`.
fn powered(view: View, n: usize, name: &str, pieces: usize) -> (usize, String) {
    let caret = usize::from(view.is(n, "^"));
    match view.piece(n + caret) {
        "²" | "2" => (pieces + caret + 1, format!("平方{name}")),
        "³" | "3" => (pieces + caret + 1, format!("立方{name}")),
        _ => (pieces, name.to_string()),
    }
}

/// A second stroke: 50元/平方米/月.
fn again(view: View, n: usize, unit: &Unit) -> Option<(usize, Unit)> {
    view.is(n, "/").then_some(())?;
    let (pieces, under) = single(view, n + 1)?;
    Some((n + 1 + pieces, Unit { before: format!("{}每{under}", unit.before), ..unit.clone() }))
}

/// What follows a stroke: km/h is 每小时…公里.
fn per(view: View, n: usize, name: &str) -> Option<(usize, Unit)> {
    let symbol = view.latin(n).unwrap_or("");
    let (pieces, under) = under_stroke(view, n)?;
    if symbol == "s" && view.is(n + 1, "²2") {
        return Some((2, Unit::after(&format!("{name}每二次方秒"))));
    }
    let over = if name == "千米" && symbol == "h" { "公里" } else { name };
    Some((pieces, Unit { before: format!("每{under}"), ..Unit::after(over) }))
}

/// The unit under a stroke, with its number if it has one: 30mg/100g.
fn under_stroke(view: View, n: usize) -> Option<(usize, String)> {
    if let Some(under) = view.latin(n).and_then(|symbol| named(PER, symbol)) {
        return Some((1, under.to_string()));
    }
    if let Some(digits) = view.digits(n).filter(|digits| digits.len() <= 4) {
        let (pieces, name) = single(view, n + 1)?;
        return Some((1 + pieces, format!("{}{name}", counted(digits))));
    }
    // 50元/GB
    let letters =
        || view.latin(n).filter(|letters| letters.len() <= 3).map(|letters| (1, letters.to_string()));
    single(view, n).or_else(letters)
}
