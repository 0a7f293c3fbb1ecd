//! Marks of HTML and Markdown in a plain text: entities become what they stand for, links their text.

use super::tables::{PairList, find, pairs};
use crate::frontend::spoken::SpokenChar;
use crate::token::Span;

/// Named entities of HTML.
static ENTITIES: PairList = PairList::new(|| pairs(include_str!("data/entities.tsv")));

/// The longest entity, in characters: &#x10FFFF;.
const LONGEST_ENTITY: usize = 10;
/// The longest text and address of a link that is taken for one.
const LONGEST_LINK: usize = 400;

/// The text with entities resolved, and with the text alone of its links and pictures.
pub(super) fn resolve(chars: Vec<SpokenChar>) -> Vec<SpokenChar> {
    if !chars.iter().any(|c| matches!(c.ch, '&' | '[' | '`' | '>')) {
        return chars;
    }
    let mut resolved: Vec<SpokenChar> = Vec::with_capacity(chars.len());
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let rest = &chars[at..];
        let opens_line = resolved.last().is_none_or(|last| last.ch == '\n');
        if let Some((taken, ch)) = entity(rest) {
            let end = rest[taken - 1].span.end;
            resolved.push(SpokenChar { ch, span: Span { start: c.span.start, end }, ..*c });
            at += taken;
        } else if let Some((text, taken)) = link(rest) {
            resolved.extend(resolve(text.to_vec()));
            at += taken;
        } else if task_box(rest) && opens_item(&resolved) {
            at += TASK_BOX;
        } else if c.ch == '`' || c.ch == '!' && link(&rest[1..]).is_some() || opens_line && quotes(rest) {
            at += 1;
        } else {
            resolved.push(*c);
            at += 1;
        }
    }
    resolved
}

/// &amp;, &#20320;, &#x597d; at the start of `chars`: how many characters it takes, and what it stands for.
fn entity(chars: &[SpokenChar]) -> Option<(usize, char)> {
    (chars.first()?.ch == '&').then_some(())?;
    let end = chars.iter().take(LONGEST_ENTITY).position(|c| c.ch == ';')?;
    let name: String = chars[1..end].iter().map(|c| c.ch).collect();
    let ch = match name.strip_prefix('#') {
        Some(code) => char::from_u32(code_point(code)?)?,
        None => find(&ENTITIES, &name)?.chars().next()?,
    };
    Some((end + 1, if ch == '\u{a0}' { ' ' } else { ch }))
}

fn code_point(code: &str) -> Option<u32> {
    match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => code.parse().ok(),
    }
}

/// [text](address) at the start of `chars`: the text, and how many characters it all takes.
fn link(chars: &[SpokenChar]) -> Option<(&[SpokenChar], usize)> {
    (chars.first()?.ch == '[').then_some(())?;
    let near = &chars[..chars.len().min(LONGEST_LINK)];
    let text_end = near.iter().position(|c| matches!(c.ch, ']' | '\n')).filter(|end| near[*end].ch == ']')?;
    (near.get(text_end + 1)?.ch == '(').then_some(())?;
    let address = &near[text_end + 2..];
    let end =
        address.iter().position(|c| matches!(c.ch, ')' | '\n')).filter(|end| address[*end].ch == ')')?;
    // [1](注) is no link: an address has neither Han nor blanks.
    let is_address = address[..end].iter().all(|c| c.ch.is_ascii_graphic());
    is_address.then_some((&chars[1..text_end], text_end + 2 + end + 1))
}

/// What `[x] ` takes.
const TASK_BOX: usize = 4;

/// `[ ] ` and `[x] `: a box of a list of tasks.
fn task_box(chars: &[SpokenChar]) -> bool {
    let text: String = chars.iter().take(TASK_BOX).map(|c| c.ch).collect();
    matches!(text.as_str(), "[ ] " | "[x] " | "[X] ")
}

/// Whether the line so far has nothing but the mark of an item.
fn opens_item(resolved: &[SpokenChar]) -> bool {
    resolved.iter().rev().take_while(|c| c.ch != '\n').all(|c| matches!(c.ch, '-' | '*' | '+' | ' '))
}

/// `> ` at the start of a line quotes it.
fn quotes(chars: &[SpokenChar]) -> bool {
    matches!(chars, [mark, blank, ..] if mark.ch == '>' && blank.ch == ' ')
}
