//! Which questions end high: those that are answered with yes or no and do not show it by their words, or by 吗 alone.
//! What asks with a question word, offers a choice (去不去, 茶还是咖啡) or is half a statement (吧) ends as low as a
//! statement. Source: Shen (1990), The Prosody of Mandarin Chinese, whose tune II ends high and tune III low.

use crate::token::{Boundary, Token};

/// Words that ask for something else than yes or no.
const QUESTION_WORDS: [&str; 16] = [
    "什么", "谁", "哪", "怎", "多少", "几", "何", "啥", "干嘛", "多大", "多长", "多久", "多远", "多高",
    "还是", "否",
];

/// What a question ends with whose end is not high.
const LOW_ENDINGS: [&str; 4] = ["吧", "呢", "没有", "没"];

/// Whether the last sentence of `tokens`, a question, ends high.
pub fn end_high(tokens: &[Token]) -> bool {
    let before = tokens.split_last().map_or(&[][..], |(_, before)| before);
    let start =
        before.iter().rposition(|token| token.boundary == Boundary::Sentence).map_or(0, |last| last + 1);
    let said: String = tokens[start..].iter().map(|token| token.text.as_str()).collect();
    said.ends_with('吗')
        || !(LOW_ENDINGS.iter().any(|ending| said.ends_with(ending))
            || QUESTION_WORDS.iter().any(|word| said.contains(word))
            || offers_both(&said.chars().collect::<Vec<_>>()))
}

/// Whether one or two characters stand on both sides of 不 or 没: 去不去, 喜欢不喜欢, 知不知道.
fn offers_both(said: &[char]) -> bool {
    let around = |at: usize, count: usize| {
        let before = at.checked_sub(count).and_then(|from| said.get(from..at));
        before.is_some() && before == said.get(at + 1..at + 1 + count)
    };
    let is_negation = |at: &usize| matches!(said[*at], '不' | '没');
    (0..said.len()).filter(is_negation).any(|at| around(at, 1) || around(at, 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Span;

    fn tokens(text: &str) -> Vec<Token> {
        let token = |(at, ch): (usize, char)| Token {
            text: ch.to_string(),
            span: Span { start: at, end: at + 1 },
            pinyin: Vec::new(),
            surface: Vec::new(),
            phones: Vec::new(),
            boundary: if ch == '。' { Boundary::Sentence } else { Boundary::Syllable },
            mark: None,
            pause_ms: 0,
        };
        text.chars().enumerate().map(token).collect()
    }

    #[test]
    fn yes_or_no_ends_high() {
        for text in
            ["你去过北京吗", "你不去", "他已经走了", "你想吃点什么吗", "嗯", "他是谁。你不知道", "没关系"]
        {
            assert!(end_high(&tokens(text)), "{text}");
        }
    }

    #[test]
    fn words_that_ask_and_choices_end_low() {
        for text in [
            "你叫什么名字",
            "这是谁写的",
            "你去不去",
            "喜欢不喜欢",
            "你知不知道",
            "他来没来",
            "吃饭了没有",
            "你是学生吧",
            "他呢",
            "喝茶还是咖啡",
            "是否同意",
        ] {
            assert!(!end_high(&tokens(text)), "{text}");
        }
        assert!(!end_high(&tokens("去吗。谁去")));
    }
}
