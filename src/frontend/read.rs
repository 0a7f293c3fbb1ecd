//! From normalized text to tokens: stretches of Chinese, Latin words and the marks between them.

use std::ops::Range;

use super::lexicon::{Lexicon, UserDictionary, Word};
use super::readings::stretch::Stretch;
use super::readings::{context, pinyin, segment};
use super::spoken::{Origin, Spoken, SpokenChar};
use super::tones::sandhi;
use super::{latin, prosody};
use crate::token::{Boundary, Span, Syllable, Token};

/// The tokens of a normalized text.
pub fn read(lexicon: &Lexicon, user: &UserDictionary, spoken: &Spoken) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for sentence in spoken.chars.split_inclusive(|c| ends_sentence(c.ch)) {
        sentence_tokens(lexicon, user, sentence, &mut tokens);
    }
    if let Some(last) = tokens.last_mut() {
        last.boundary = Boundary::Sentence;
    }
    tokens
}

fn ends_sentence(mark: char) -> bool {
    prosody::pause(mark).is_some_and(|(boundary, _)| boundary == Boundary::Sentence)
}

fn sentence_tokens(lexicon: &Lexicon, user: &UserDictionary, chars: &[SpokenChar], tokens: &mut Vec<Token>) {
    let runs: Vec<Range<usize>> = runs(chars).collect();
    let mut stretches: Vec<Stretch> = runs
        .iter()
        .filter(|run| kind(chars[run.start].ch) == RunKind::Chinese)
        .map(|run| read_stretch(lexicon, user, &chars[run.clone()], run.start))
        .collect();
    let text: Vec<char> = chars.iter().map(|c| c.ch).collect();
    context::settle(lexicon, &text, &mut stretches);
    let mut stretches = stretches.into_iter();
    for run in runs {
        let run_chars = &chars[run.clone()];
        match kind(chars[run.start].ch) {
            RunKind::Chinese => {
                tokens.extend(stretches.next().iter().flat_map(|s| chinese(lexicon, run_chars, s)))
            }
            RunKind::Latin => tokens.extend(latin(lexicon, user, run_chars)),
            RunKind::Mark => run_chars.iter().for_each(|mark| attach(mark.ch, tokens.last_mut())),
        }
    }
}

/// Stretches of one kind, end to end.
fn runs(chars: &[SpokenChar]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    chars.chunk_by(|a, b| kind(a.ch) == kind(b.ch)).map(move |run| {
        start += run.len();
        start - run.len()..start
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RunKind {
    Chinese,
    Latin,
    Mark,
}

fn kind(ch: char) -> RunKind {
    if is_chinese(ch) {
        RunKind::Chinese
    } else if ch.is_alphanumeric() || ch == '\'' || ch == '’' {
        RunKind::Latin
    } else {
        RunKind::Mark
    }
}

/// Whether a character is a Chinese one, that is, one that stands for a syllable.
pub fn is_chinese(ch: char) -> bool {
    matches!(ch, '〇' | '々' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

/// Digits read one by one never join the words beside them.
fn parts_by_origin(chars: &[SpokenChar]) -> impl Iterator<Item = &[SpokenChar]> {
    chars.chunk_by(|a, b| (a.origin == Origin::Digits) == (b.origin == Origin::Digits))
}

fn chinese(lexicon: &Lexicon, chars: &[SpokenChar], stretch: &Stretch) -> Vec<Token> {
    let boundaries = prosody::boundaries(lexicon, stretch);
    let surface = sandhi::surface_tones(lexicon, stretch, &boundaries);
    let mut tokens = Vec::with_capacity(chars.len());
    for (word, boundary) in stretch.words.iter().zip(&boundaries) {
        for place in word.range.clone() {
            let inside = place + 1 < word.range.end;
            let boundary = if inside { Boundary::Syllable } else { *boundary };
            tokens.push(chinese_token(lexicon, stretch, &surface, chars[place].span, place, boundary));
        }
    }
    tokens
}

fn read_stretch(lexicon: &Lexicon, user: &UserDictionary, chars: &[SpokenChar], start: usize) -> Stretch {
    let text: Vec<char> = chars.iter().map(|c| c.ch).collect();
    let mut words = Vec::new();
    for part in parts_by_origin(chars) {
        let start = words.last().map_or(0, |word: &Word| word.range.end);
        words.extend(segment_part(lexicon, user, part, &text[start..start + part.len()], start));
    }
    let readings = pinyin::readings(lexicon, user, &text, &words);
    Stretch { start, origins: chars.iter().map(|c| c.origin).collect(), text, words, readings }
}

fn segment_part(
    lexicon: &Lexicon,
    user: &UserDictionary,
    part: &[SpokenChar],
    text: &[char],
    start: usize,
) -> Vec<Word> {
    let digits = part.iter().all(|c| c.origin == Origin::Digits);
    let shift = |range: Range<usize>| range.start + start..range.end + start;
    if digits {
        return vec![Word { range: shift(0..text.len()), entry: None }];
    }
    let words = segment::segment(lexicon, user, text);
    words.into_iter().map(|word| Word { range: shift(word.range), ..word }).collect()
}

fn chinese_token(
    lexicon: &Lexicon,
    stretch: &Stretch,
    surface: &[u8],
    span: Span,
    place: usize,
    boundary: Boundary,
) -> Token {
    let sound = stretch.readings[place].sound;
    let syllables = |tone: Option<u8>| -> Vec<Syllable> {
        sound.map(|s| lexicon.syllable(s.with_tone(tone.unwrap_or(s.tone())))).into_iter().collect()
    };
    Token {
        text: stretch.text[place].to_string(),
        span,
        pinyin: syllables(None),
        surface: syllables(Some(surface[place])),
        boundary,
        mark: None,
        pause_ms: 0,
    }
}

/// A Latin word, if any of it can be said.
fn latin(lexicon: &Lexicon, user: &UserDictionary, chars: &[SpokenChar]) -> Option<Token> {
    let text: String = chars.iter().map(|c| c.ch).collect();
    let own = user.latin(&text, |sound| lexicon.syllable(sound));
    let pinyin = own.unwrap_or_else(|| latin::syllables(&text, lexicon.latin()));
    let (first, last) = (chars.first()?, chars.last()?);
    let span = Span { start: first.span.start, end: last.span.end };
    let boundary = Boundary::Word;
    (!pinyin.is_empty()).then(|| Token {
        text,
        span,
        surface: pinyin.clone(),
        pinyin,
        boundary,
        mark: None,
        pause_ms: 0,
    })
}

/// Lets a mark take effect after the token it follows; the strongest of several marks counts.
fn attach(mark: char, token: Option<&mut Token>) {
    let (Some(token), Some((boundary, pause_ms))) = (token, prosody::pause(mark)) else { return };
    if boundary >= token.boundary {
        token.mark = Some(mark);
    }
    token.boundary = token.boundary.max(boundary);
    token.pause_ms = token.pause_ms.max(pause_ms);
}
