//! Cleaning: one form for characters with several, and no invisible ones.

use unicode_normalization::char::{compose, decompose_compatible, is_combining_mark};

use crate::frontend::spoken::{SpokenChar, is_han};
use crate::token::Span;

/// The characters of a text made visible, composed, half width and simplified.
pub(super) fn clean(text: impl Iterator<Item = SpokenChar>) -> Vec<SpokenChar> {
    let mut chars: Vec<SpokenChar> = Vec::with_capacity(text.size_hint().0);
    for c in text {
        if is_combining_mark(c.ch) {
            accent(&mut chars, c.ch, c.span);
        } else if !invisible(c.ch) {
            fold(c.ch, |ch| chars.push(SpokenChar { ch, ..c }));
        }
    }
    simplify(&mut chars);
    particles(&mut chars);
    chars
}

/// What stands before and after 著 where it is "to write" or "famous"; elsewhere it is the traditional 着.
const BEFORE_ZHU: &str = "名原巨专论编合显昭卓遗译拙土所新撰";
const AFTER_ZHU: &str = "名作者称述录";

/// 沿著河走 to 沿着河走, but 著名 stays.
fn particles(chars: &mut [SpokenChar]) {
    for at in 0..chars.len() {
        let near =
            |offset: isize| at.checked_add_signed(offset).and_then(|place| chars.get(place)).map(|c| c.ch);
        let written = near(1) == Some('书') && near(2) == Some('立');
        let authored =
            near(1) == Some('有') && near(-1).is_none_or(|ch| !is_han(ch) || "他她曾并先后皆均".contains(ch));
        let zhu = near(-1).is_some_and(|ch| BEFORE_ZHU.contains(ch))
            || near(1).is_some_and(|ch| AFTER_ZHU.contains(ch));
        if chars[at].ch == '著' && !(zhu || written || authored) {
            chars[at].ch = '着';
        }
    }
}

/// Joins an accent with the letter before it; one that fits no letter is dropped.
fn accent(chars: &mut [SpokenChar], mark: char, span: Span) {
    if let Some(last) = chars.last_mut()
        && let Some(composed) = compose(last.ch, mark)
    {
        last.ch = composed;
        last.span.end = span.end;
    }
}

/// Control, formatting and private characters, and the stand-in for a lone surrogate.
fn invisible(ch: char) -> bool {
    if ch.is_whitespace() {
        return false;
    }
    ch.is_control()
        || matches!(ch,
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFF}' | '\u{E000}'..='\u{F8FF}'
            | '\u{E0000}'..='\u{10FFFF}')
}

/// Gives the usual spelling of `ch` to `emit`, mostly a single character.
fn fold(ch: char, mut emit: impl FnMut(char)) {
    match ch {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => emit('\n'),
        _ if ch.is_whitespace() => emit(' '),
        '，' | '！' | '？' | '：' | '；' | '（' | '）' => emit(ch),
        '￥' => emit('¥'),
        '‐' | '‑' | '‒' | '–' | '−' | '﹣' | '－' => emit('-'),
        '〜' | '～' | '∼' | '˜' => emit('~'),
        '―' | '─' | '━' => emit('—'),
        '⁄' | '∕' => emit('/'),
        '∶' => emit(':'),
        '･' | '•' | '‧' | '・' | '∙' | '⋅' => emit('·'),
        'µ' => emit('μ'),
        '№' => "No.".chars().for_each(emit),
        '℃' => "°C".chars().for_each(emit),
        'の' => emit('的'),
        // Squared units keep their power as one: ㎡, ㎥, ㎧.
        '\u{3371}'..='\u{33DF}' => decompose_compatible(ch, |ch| emit(power(ch))),
        _ if compatible(ch) => decompose_compatible(ch, emit),
        _ => emit(ch),
    }
}

fn power(ch: char) -> char {
    match ch {
        '2' => '²',
        '3' => '³',
        '∕' => '/',
        'µ' => 'μ',
        other => other,
    }
}

/// Blocks whose characters are variants of ordinary ones.
fn compatible(ch: char) -> bool {
    matches!(ch,
        '\u{2F00}'..='\u{2FD5}' | '\u{FB00}'..='\u{FB06}' | '\u{FF00}'..='\u{FFEF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{2080}'..='\u{208E}' | '\u{2103}'..='\u{214F}' | '\u{249C}'..='\u{24E9}' | '\u{3200}'..='\u{33FF}'
        | '\u{1D400}'..='\u{1D7FF}' | '\u{1F110}'..='\u{1F149}' | '\u{2F800}'..='\u{2FA1F}')
}

/// Characters of ordinary simplified text that the conversion table takes for traditional ones.
const ALREADY_SIMPLIFIED: &str = "磐疋仝祗黏阪薰吒捍彷煅醯呵呱閤朮";

/// Traditional to simplified, character for character.
fn simplify(chars: &mut [SpokenChar]) {
    let text: String = chars.iter().map(|c| c.ch).collect();
    let simplified = simplet2s::convert(&text);
    for (index, ch) in simplified.chars().enumerate() {
        let Some(old) = chars.get_mut(index) else { return };
        if !ALREADY_SIMPLIFIED.contains(old.ch) {
            old.ch = ch;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend::spoken::places;

    fn cleaned(text: &str) -> String {
        clean(places(text)).iter().map(|c| c.ch).collect()
    }

    #[test]
    fn variants_become_one() {
        let cases = [
            ("ＡＢＣ　１２３％", "ABC 123%"),
            ("你\u{200B}好\u{FFFD}\u{0007}", "你好"),
            ("cafe\u{301} a\u{35c}", "café a"),
            ("3µm 25℃ 10㎡", "3μm 25°C 10m²"),
            ("ﬀ", "ff"),
            ("寶貝，憂鬱的臺灣", "宝贝，忧郁的台湾"),
            ("呱呱 捍卫 彷徨", "呱呱 捍卫 彷徨"),
            ("a\r\nb", "a\n\nb"),
        ];
        for (text, expected) in cases {
            assert_eq!(cleaned(text), expected, "{text:?}");
        }
    }

    #[test]
    fn an_accent_widens_the_place_of_its_letter() {
        let chars = clean(places("😀e\u{301}x"));
        let spans: Vec<_> = chars.iter().map(|c| (c.span.start, c.span.end)).collect();
        assert_eq!(spans, [(0, 2), (2, 4), (4, 5)]);
    }
}
