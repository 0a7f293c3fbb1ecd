//! Spaces and punctuation of the text to speak.

use super::view::is_latin;
use crate::frontend::spoken::{Origin, SpokenChar, is_han};

/// Marks that are kept as the author wrote them.
const MARKS: &str = "，。！？；：、…—“”‘’（）《》〈〉〔〕「」『』【】,.!?;:()[]\"'";

/// Signs that separate words without being said: between two words they become a comma.
const PARTING: &str = "-/|~→⇒_";

/// Keeps what is spoken or phrases the speech: Han, Latin, marks (once), spaces that separate words, line ends.
pub(super) fn tidy(chars: Vec<SpokenChar>) -> Vec<SpokenChar> {
    let mut tidied: Vec<SpokenChar> = Vec::with_capacity(chars.len());
    let mut gap: Option<SpokenChar> = None;
    for c in chars {
        if is_word(c.ch) {
            bridge(&mut tidied, gap.take(), &c);
            tidied.push(c);
        } else if c.ch == ' ' {
            gap = gap.or(Some(c));
        } else if PARTING.contains(c.ch) {
            gap = Some(SpokenChar { ch: '，', ..c });
        } else if c.ch == '\n' || MARKS.contains(c.ch) {
            gap = None;
            mark(&mut tidied, c);
        }
    }
    if tidied.last().is_some_and(|last| last.ch == '\n') {
        tidied.pop();
    }
    tidied
}

/// Letters of scripts that nothing here says.
pub(super) fn foreign(chars: &[SpokenChar]) -> impl Iterator<Item = &SpokenChar> {
    chars.iter().filter(|c| c.ch.is_alphabetic() && !is_word(c.ch))
}

fn is_word(ch: char) -> bool {
    is_han(ch) || is_latin(ch)
}

/// Adds what stood between the last character and `next`, if it separates two words.
fn bridge(tidied: &mut Vec<SpokenChar>, gap: Option<SpokenChar>, next: &SpokenChar) {
    let (Some(gap), Some(last)) = (gap, tidied.last()) else { return };
    let (before, after) = (class(last), class(next));
    let parts = match gap.ch {
        '，' => before != Class::Mark,
        _ if ",.!?;:".contains(last.ch) => after == Class::Latin,
        _ => before == after,
    };
    if parts {
        tidied.push(gap);
    }
}

#[derive(PartialEq)]
enum Class {
    Latin,
    Han,
    /// Written in figures: a space between it and a word is only typography.
    Figures,
    Mark,
}

fn class(c: &SpokenChar) -> Class {
    match c.origin {
        _ if is_latin(c.ch) => Class::Latin,
        _ if !is_han(c.ch) => Class::Mark,
        Origin::Text => Class::Han,
        Origin::Number | Origin::Digits => Class::Figures,
    }
}

/// Adds a mark, or makes one of it and the same one before it: "！！" is "！", "..." is "…".
fn mark(tidied: &mut Vec<SpokenChar>, c: SpokenChar) {
    let Some(last) = tidied.last_mut() else {
        if c.ch != '\n' {
            tidied.push(c);
        }
        return;
    };
    let merged = match (last.ch, c.ch) {
        ('.' | '。', '.' | '。') if last.ch == c.ch => Some('…'),
        ('…', '.' | '。' | '…') => Some('…'),
        ('!' | '?' | '！' | '？', '!' | '?' | '！' | '？') => Some(stronger(last.ch, c.ch)),
        (a, b) if a == b => Some(a),
        _ => None,
    };
    match merged {
        Some(ch) => *last = SpokenChar { ch, ..*last },
        None => tidied.push(c),
    }
}

/// A question stays a question.
fn stronger(first: char, second: char) -> char {
    if "?？".contains(second) && !"?？".contains(first) { second } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend::normalize::clean::clean;
    use crate::frontend::spoken::places;

    #[test]
    fn only_speech_and_marks_stay() {
        let cases = [
            ("好！！！", "好！"),
            ("真的?!?!", "真的?"),
            ("嗯...", "嗯…"),
            ("嗯……好——吧", "嗯…好—吧"),
            ("床前明月光 疑是地上霜", "床前明月光 疑是地上霜"),
            ("用 Windows 系统", "用Windows系统"),
            ("Hello,  world !", "Hello, world!"),
            ("好的~", "好的"),
            ("男/女", "男，女"),
            ("**重点**😀", "重点"),
            ("我们안녕", "我们"),
            ("\n一\n\n二\n", "一\n二"),
        ];
        for (text, expected) in cases {
            let tidied: String = tidy(clean(places(text))).iter().map(|c| c.ch).collect();
            assert_eq!(tidied, expected, "{text:?}");
        }
    }
}
