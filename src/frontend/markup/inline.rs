//! Readings in braces in a plain text: `重{chong2}庆`.

use super::asked::{GivenReading, Markup};
use super::broken::broken;
use super::syllables::syllables;
use crate::error::Result;
use crate::frontend::spoken::{SpokenChar, is_han, places};
use crate::token::Span;

/// Takes the readings out of a plain text; braces that hold no pinyin are text. What looks like pinyin but is no reading
/// of the characters before it is text, too, or an error if the markup is `strict`.
pub(super) fn parse(text: &str, strict: bool) -> Result<(Vec<SpokenChar>, Markup)> {
    let mut markup = Markup::default();
    let mut plain: Vec<SpokenChar> = Vec::with_capacity(text.len());
    let mut skip_to = 0;
    for ((byte, _), c) in text.char_indices().zip(places(text)) {
        if byte < skip_to {
            continue;
        }
        let Some(written) = reading(text, byte).filter(|_| ends_in_han(&plain)) else {
            plain.push(c);
            continue;
        };
        match given(written, &plain) {
            Ok(given) => {
                markup.readings.push(given);
                skip_to = byte + written.len() + 2;
            }
            Err(what) if strict => return Err(broken(text, byte + 1, what)),
            Err(_) => plain.push(c),
        }
    }
    Ok((plain, markup))
}

/// The reading of the last characters of `plain`; what is wrong with it otherwise.
fn given(written: &str, plain: &[SpokenChar]) -> std::result::Result<GivenReading, String> {
    let syllables = syllables(written)?;
    let span = last_han(plain, syllables.len()).ok_or("more syllables than characters before them")?;
    Ok(GivenReading { span, syllables })
}

/// What stands in the braces at byte `at`, if it looks like pinyin with tone digits.
fn reading(text: &str, at: usize) -> Option<&str> {
    const LONGEST: usize = 200;
    let rest = text.get(at..)?.strip_prefix('{')?;
    let end = rest.bytes().take(LONGEST).position(|byte| byte == b'}')?;
    let inside = rest.get(..end)?;
    let looks = |one: &str| {
        let letters = one.trim_end_matches(|ch: char| ch.is_ascii_digit());
        one.len() == letters.len() + 1
            && !letters.is_empty()
            && letters.chars().all(|ch| ch.is_alphabetic() || ch == ':')
    };
    (!inside.is_empty() && inside.split_whitespace().all(looks)).then_some(inside)
}

fn ends_in_han(plain: &[SpokenChar]) -> bool {
    plain.last().is_some_and(|c| is_han(c.ch))
}

/// The place of the last `count` characters, if all are Han.
fn last_han(plain: &[SpokenChar], count: usize) -> Option<Span> {
    let said = plain.get(plain.len().checked_sub(count)?..)?;
    let all = said.iter().all(|c| is_han(c.ch));
    let (first, last) = (said.first()?, said.last()?);
    all.then_some(Span { start: first.span.start, end: last.span.end })
}
