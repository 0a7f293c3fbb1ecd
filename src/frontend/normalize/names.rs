//! Latin letters with figures, and Latin words that are read as Chinese.

use super::links::Links;
use super::measure;
use super::numbers::{One, cardinal, spell};
use super::tables::{WordList, words};
use super::units;
use super::verbalization::Verbalization;
use super::view::{Kind, View, ends, head, starts, tail};

/// Pairs of letters where 2 stands for "to".
static TO: WordList = WordList::new(|| words(include_str!("data/letter-pairs.txt")));

/// O2O, B2B.
pub(super) fn two_is_to(view: View) -> Option<Verbalization> {
    let (left, right) = (view.latin(0)?, view.latin(2)?);
    let pair = format!("{left}{right}").to_ascii_uppercase();
    let alone = view.digits(3).is_none() && !view.before().ends_with(|ch: char| ch.is_ascii_digit());
    (alone && view.piece(1) == "2" && left.len() == 1 && TO.contains(&pair.as_str())).then_some(())?;
    Verbalization::text(3, format!("{left} to {right}"))
}

/// iPhone15, COVID-19, RTX4090, GPT-3.5, v1.2.3, i7-12700H: the figures after the letters.
pub(super) fn model(view: View) -> Option<Verbalization> {
    let word = view.latin(0)?;
    let gap = usize::from(view.is(1, "-_ "));
    let blank = view.is(1, " ");
    let digits = view.digits(1 + gap)?;
    let (used, figures) = figures(view, 1 + gap)?;
    let mut end = 1 + gap + used;
    if units::at(view, end).is_some() && view.latin(end).is_none() {
        return None;
    }
    if blank && (digits.len() < 3 || used > 1 || quantity(view, end)) {
        return None;
    }
    let mut said = format!("{word}{figures}");
    while end < 12 && view.is(end, "-") && !quantity(view, end + 2) {
        let Some(next) = view.digits(end + 1) else { break };
        // P12-15 goes from 12 to 15, B2-05 is one name.
        let range = next.len() == digits.len() && digits.len() <= 2 && next > digits && end == 2;
        said += &if range { format!("到{}", cardinal(next)) } else { code(next) };
        end += 2;
    }
    Verbalization::digits(end, said)
}

/// The figures of a name at piece `n`, with their points: pieces and words.
fn figures(view: View, n: usize) -> Option<(usize, String)> {
    // Top250 is a place in an order.
    if view.piece(0).eq_ignore_ascii_case("top") {
        return Some((1, cardinal(view.digits(n)?)));
    }
    match dotted(view, n)? {
        (1, _) => Some((1, code(view.digits(n)?))),
        dotted => Some(dotted),
    }
}

fn quantity(view: View, n: usize) -> bool {
    units::at(view, n).is_some() || measure::counts(view.after(n)) || view.is(n, ".,:/%年月日")
}

/// Figures of a name: short ones and whole hundreds as a number, others digit by digit.
pub(super) fn code(digits: &str) -> String {
    let round = digits.len() == 3 && digits.ends_with("00") || digits.len() == 4 && digits.ends_with("000");
    match digits.len() {
        _ if digits.starts_with('0') && digits.len() > 1 => spell(digits, One::Yao),
        1 | 2 => cardinal(digits),
        _ if round => cardinal(digits),
        _ => spell(digits, One::Yao),
    }
}

/// 3.10 or 1.2.3 at piece `n`, with 点 between: a pair is a decimal, more are read digit by digit.
fn dotted(view: View, n: usize) -> Option<(usize, String)> {
    let first = view.digits(n)?;
    let mut parts = vec![first];
    while parts.len() < 8 && view.is(n + 2 * parts.len() - 1, ".") {
        let Some(part) = view.digits(n + 2 * parts.len()) else { break };
        parts.push(part);
    }
    let pieces = 2 * parts.len() - 1;
    let mut said: Vec<String> = parts.iter().map(|part| spell(part, One::Yi)).collect();
    if parts.len() == 2 {
        said[0] = cardinal(first);
    }
    Some((pieces, said.join("点")))
}

/// IP addresses and versions: three or more figures with points.
pub(super) fn version(view: View) -> Option<Verbalization> {
    let (pieces, said) = dotted(view, 0).filter(|(pieces, _)| *pieces >= 5)?;
    let port = view.digits(pieces + 1).filter(|_| pieces == 7 && view.is(pieces, ":"));
    match port {
        Some(port) => Verbalization::digits(pieces + 2, format!("{said}冒号{}", spell(port, One::Yi))),
        None => Verbalization::digits(pieces, said),
    }
}

/// The rest of a car plate after the province (京A12345, 粤B·8K8K8): letters and figures one by one.
pub(super) fn car_plate(view: View) -> Option<Verbalization> {
    const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领";
    let province = tail(view.before(), 1);
    let first = view.latin(0)?;
    let gap = usize::from(first.len() == 1 && view.is(1, "· "));
    let rest: String = head(view.rest(1 + gap), 7).chars().take_while(char::is_ascii_alphanumeric).collect();
    let plate = !province.is_empty()
        && PROVINCES.contains(province)
        && matches!(first.len() + rest.len(), 6 | 7)
        && rest.contains(|ch: char| ch.is_ascii_digit());
    plate.then_some(())?;
    let pieces = 1 + gap + view.pieces_in(1 + gap, rest.len())?;
    Verbalization::digits(pieces, spell(&format!("{first}{rest}"), One::Yao))
}

/// 0x8007FFFF, sign by sign.
pub(super) fn hexadecimal(view: View) -> Option<Verbalization> {
    let opens = view.piece(0) == "0" && view.latin(1).is_some_and(|letters| letters.starts_with(['x', 'X']));
    let digits: String = head(view.rest(1), 20).chars().take_while(char::is_ascii_alphanumeric).collect();
    (opens && digits.len() > 2).then_some(())?;
    Verbalization::digits(1 + view.pieces_in(1, digits.len())?, format!("零{}", spell(&digits, One::Yi)))
}

/// 1080P, 720p: lines of a picture, digit by digit.
pub(super) fn lines(view: View) -> Option<Verbalization> {
    let digits =
        view.digits(0).filter(|digits| matches!(*digits, "480" | "720" | "1080" | "1440" | "2160"))?;
    view.is(1, "pPiI").then_some(())?;
    Verbalization::digits(2, format!("{}P", spell(digits, One::Yao)))
}

/// No.1 is 第一.
pub(super) fn number_sign(view: View) -> Option<Verbalization> {
    matches!(view.latin(0)?, "No" | "NO" | "no" | "Nr").then_some(())?;
    view.is(1, ".").then_some(())?;
    let start = 2 + view.blank(2);
    let digits = view.digits(start).filter(|digits| digits.len() <= 3)?;
    let said = if digits.starts_with('0') { spell(digits, One::Yao) } else { cardinal(digits) };
    Verbalization::number(start + 1, format!("第{said}"))
}

/// 1st, 2nd, 3rd, 4th are 第一 and so on.
pub(super) fn ordinal(view: View) -> Option<Verbalization> {
    let digits = view.digits(0)?;
    matches!(view.latin(1)?, "st" | "nd" | "rd" | "th")
        .then(|| Verbalization::number(2, format!("第{}", cardinal(digits))))?
}

/// The value of a roman numeral in capitals; `None` for anything else.
pub(super) fn roman(letters: &str) -> Option<u32> {
    let values: Option<Vec<u32>> = letters.chars().map(roman_letter).collect();
    let values = values.filter(|values| !values.is_empty() && values.len() <= 12)?;
    let signed = |(index, value): (usize, &u32)| {
        let less = values.get(index + 1).is_some_and(|next| next > value);
        if less { -i64::from(*value) } else { i64::from(*value) }
    };
    u32::try_from(values.iter().enumerate().map(signed).sum::<i64>()).ok().filter(|value| *value > 0)
}

fn roman_letter(ch: char) -> Option<u32> {
    Some(match ch {
        'I' => 1,
        'V' => 5,
        'X' => 10,
        'L' => 50,
        'C' => 100,
        'D' => 500,
        'M' => 1000,
        _ => return None,
    })
}

/// II型, 第IV章, 伊丽莎白II世: letters that only make sense as a number there.
pub(super) fn roman_numeral(view: View) -> Option<Verbalization> {
    const AFTER: &[&str] =
        &["型", "期", "级", "类", "章", "节", "卷", "世", "部分", "度", "区", "代", "阶段", "篇"];
    let letters = view.latin(0).filter(|letters| letters.chars().all(|ch| "IVX".contains(ch)))?;
    let told = letters.len() >= 2 && starts(view.rest(1), AFTER) || view.before().ends_with('第');
    told.then_some(())?;
    Verbalization::number(1, cardinal(&roman(letters)?.to_string()))
}

/// The longest run of letters that is spoken as one word.
const LONGEST_WORD: usize = 40;

/// Cuts an overlong run of letters into words, so that all of it is spoken.
pub(super) fn overlong(view: View) -> Option<Verbalization> {
    let letters: Vec<char> = view.latin(0)?.chars().collect();
    let words = || letters.chunks(LONGEST_WORD).map(String::from_iter).collect::<Vec<_>>();
    (letters.len() > LONGEST_WORD).then(|| Verbalization::text(1, words().join(" ")))?
}

/// Latin words with a Chinese reading of their own.
pub(super) fn word(view: View) -> Option<Verbalization> {
    match view.latin(0)? {
        "VS" if matches!(view.latin(2), Some("Code" | "Studio")) => None,
        "vs" | "VS" | "Vs" => Verbalization::text(1 + usize::from(view.is(1, ".")), "对"),
        _ => None,
    }
}

/// Endings that mark a web address without a scheme.
static DOMAINS: WordList = WordList::new(|| words(include_str!("data/domains.txt")));

/// The longest web address read as one; a longer one goes on as ordinary text.
const LONGEST_ADDRESS: usize = 256;

/// Web addresses and e-mail, as the caller wants them read.
pub(super) fn address(view: View) -> Option<Verbalization> {
    view.latin(0).or_else(|| view.digits(0))?;
    if view.before().ends_with(|ch: char| ch.is_ascii_alphanumeric() || "@._-".contains(ch)) {
        return None;
    }
    let longest: usize =
        view.rest(0).bytes().take(LONGEST_ADDRESS).take_while(|byte| is_address(*byte)).count();
    let written = view.rest(0)[..longest]
        .trim_end_matches(['.', ',', '?', ':', '-', '~', '&', '!', '\'', ')', ';', '/']);
    let is_mail = is_mail(written);
    (is_mail || is_web(written)).then_some(())?;
    let pieces = view.pieces_in(0, written.len())?;
    match view.links() {
        Links::Spell => Verbalization::digits(pieces, written.chars().map(sign).collect::<String>()),
        Links::Name => Verbalization::text(pieces, if is_mail { "邮箱" } else { "网址" }),
    }
}

fn is_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-/:?=&%#+@~".contains(&byte)
}

fn is_mail(written: &str) -> bool {
    let Some((user, host)) = written.split_once('@') else { return false };
    !user.is_empty() && host.contains('.') && !host.contains('@')
}

fn is_web(written: &str) -> bool {
    if starts(written, &["http://", "https://", "ftp://", "www."]) {
        return true;
    }
    let host = written.split(['/', ':', '?']).next().unwrap_or("");
    let Some((name, end)) = host.rsplit_once('.') else { return false };
    DOMAINS.contains(&end) && name.chars().any(|ch| ch.is_ascii_alphabetic())
}

fn sign(ch: char) -> String {
    let name = match ch {
        '.' => "点",
        '/' => "斜杠",
        ':' => "冒号",
        '-' => "杠",
        '_' => "下划线",
        '?' => "问号",
        '=' => "等于",
        '&' => "和",
        '%' => "百分号",
        '#' => "井号",
        '+' => "加",
        '~' => "波浪号",
        '@' => " at ",
        _ => return spell(&ch.to_string(), One::Yi),
    };
    name.to_string()
}

/// File extensions, whose dot is read.
static FILES: WordList = WordList::new(|| words(include_str!("data/file-kinds.txt")));

/// Signs between letters: Wi-Fi, TCP/IP and U.S.A. are separated, Node.js has its point, A~Z is a range.
pub(super) fn joint(view: View) -> Option<Verbalization> {
    let before = view.before();
    let letter = before.ends_with(|ch: char| ch.is_ascii_alphabetic());
    let figure = before.ends_with(|ch: char| ch.is_ascii_digit());
    match view.piece(0) {
        "-" | "/" | "_" | "·" if letter && matches!(view.kind(1), Some(Kind::Latin | Kind::Digits)) => {
            Verbalization::text(1, " ")
        }
        "-" if figure && view.latin(1).is_some_and(|word| word.len() > 1) => Verbalization::text(1, " "),
        "~" | "-" if (letter || figure) && view.latin(1).is_some() => Verbalization::text(1, "到"),
        "'" | "’" if !letter && starts(view.rest(2), &["年", "届", "级"]) => Verbalization::text(1, ""),
        "." if FILES.contains(&view.piece(1)) && !before.ends_with('.') => Verbalization::text(1, "点"),
        "." if letter && view.latin(1).is_some_and(|word| word.len() == 1) => {
            let alone =
                !tail(before, 2).starts_with(|ch: char| ch.is_ascii_alphabetic()) || before.len() == 1;
            alone.then(|| Verbalization::text(1, " ")).flatten()
        }
        "#" if letter && view.latin(1).is_none() && matches!(tail(before, 1), "C" | "F") => {
            Verbalization::text(1, "井")
        }
        _ => None,
    }
}

/// Names of aircraft, rockets and spacecraft whose dash is silent: 歼-20, 东风-41, 长征-5.
static CRAFT: WordList = WordList::new(|| words(include_str!("data/craft.txt")));

/// The dash and the figures after such a name.
pub(super) fn craft(view: View) -> Option<Verbalization> {
    let digits = view.digits(1).filter(|_| view.is(0, "-") && ends(view.before(), &CRAFT))?;
    Verbalization::digits(2, code(digits))
}
