//! W and K after a number, as people write them in messages: ten thousand and a thousand, beside what is paid or
//! counted.

use super::measure;
use super::tables::{WordList, words};
use super::view::{View, head, holds, starts, tail};

/// Words of what is paid or counted.
static AMOUNTS: WordList = WordList::new(|| words(include_str!("data/amounts.txt")));
/// Words beside which W is 瓦.
static POWER: WordList = WordList::new(|| words(include_str!("data/power.txt")));

/// Pictures that K measures: 2K分辨率.
const PICTURES: &[&str] = &["分辨", "屏", "高清", "超清", "画", "视频", "电视", "显", "摄", "录"];

/// How far words around a number look at it, in characters.
const NEAR: usize = 10;

/// 300W播放, 年薪50W, 10W+: W for 万 at piece `n`, which 功率300W is not.
pub(super) fn is_wan(view: View, n: usize) -> bool {
    let (before, after) = (clause(tail(view.before(), NEAR)), view.rest(n + 1));
    let plus = usize::from(after.starts_with('+'));
    let said = head(&after[plus..], 4);
    let power = holds(before, &POWER) || starts(said, &POWER) || starts(said, &["的灯", "灯"]);
    let counted = measure::counts(&after[plus..]) && !after.starts_with("的");
    !power
        && (plus == 1
            || counted
            || starts(said, &AMOUNTS)
            || starts(said, &["粉", "块", "元", "美", "现金", "奖"])
            || holds(before, &AMOUNTS))
}

/// 15k, and 15K beside what is paid or counted: a thousand at piece `n`.
pub(super) fn is_thousand(view: View, n: usize) -> bool {
    let after = view.rest(n + 1);
    match view.piece(n) {
        "k" => true,
        "K" if starts(after, PICTURES) => false,
        "K" => {
            holds(clause(tail(view.before(), NEAR)), &AMOUNTS)
                || measure::counts(after)
                || starts(after, &AMOUNTS)
        }
        _ => false,
    }
}

/// What stands after the last mark.
fn clause(text: &str) -> &str {
    text.rsplit(['，', '。', '；', '！', '？', '\n', ',', ';']).next().unwrap_or(text)
}
