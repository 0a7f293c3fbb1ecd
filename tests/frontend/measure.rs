//! How well the front end reads labelled text. Shared by the test and by `tests/bench/accuracy.rs`.

use hanvox::error::Result;
use hanvox::frontend::Frontend;
use hanvox::token::{Boundary, Token};

/// Right answers, all questions, and a line for each miss.
#[derive(Default)]
pub struct Score {
    pub right: usize,
    pub all: usize,
    pub misses: Vec<String>,
}

impl Score {
    fn add(&mut self, right: bool, miss: impl FnOnce() -> String) {
        self.all += 1;
        if right {
            self.right += 1;
        } else {
            self.misses.push(miss());
        }
    }

    /// The share of right answers, in percent.
    pub fn percent(&self) -> f64 {
        100.0 * self.right as f64 / self.all.max(1) as f64
    }
}

/// The development part of the CPP set: sentences and labels.
pub const CPP: [&str; 2] = [include_str!("../data/cpp-dev/dev.sent"), include_str!("../data/cpp-dev/dev.lb")];

/// The polyphones of the CPP set: sentences with one character between `▁`, and a reading for each.
pub fn cpp(frontend: &Frontend, sentences: &str, labels: &str) -> Result<Score> {
    let mut score = Score::default();
    for (sentence, label) in sentences.lines().zip(labels.lines()) {
        let Some((before, _)) = sentence.split_once('▁') else { continue };
        let tokens = frontend.analyze(&sentence.replace('▁', ""))?;
        let found = reading_at(&tokens, before.encode_utf16().count());
        let wanted = label.replace("u:", "v");
        score.add(found == wanted, || format!("{found} for {wanted}: {sentence}"));
    }
    Ok(score)
}

/// Running text, lines of genre, text and pinyin: all syllables, and the same where light and full
/// forms of a syllable count as one.
pub fn running(frontend: &Frontend, lines: &str) -> Result<(Score, Score)> {
    let (mut all, mut lexical) = (Score::default(), Score::default());
    for line in lines.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t').skip(1);
        let (Some(text), Some(wanted)) = (fields.next(), fields.next()) else { continue };
        let tokens = frontend.analyze(text)?;
        let mut wanted = wanted.split(' ');
        for token in &tokens {
            let (found, wanted) = (reading(token), wanted.next().unwrap_or_default());
            let miss = || format!("{} {found} for {wanted}: {text}", token.text);
            all.add(found == wanted, miss);
            lexical.add(found == wanted || differ_by_lightness(&found, wanted), miss);
        }
        wanted.for_each(|missing| all.add(false, || format!("nothing for {missing}: {text}")));
    }
    Ok((all, lexical))
}

/// Spoken tones of the cases in `sandhi.tsv`: text, and the syllables after sandhi.
pub fn sandhi(frontend: &Frontend, lines: &str) -> Result<Score> {
    let mut score = Score::default();
    for line in lines.lines().filter(|line| !line.starts_with('#')) {
        let Some((text, wanted)) = line.split_once('\t') else { continue };
        let found = spoken(&frontend.analyze(text)?);
        score.add(found == wanted, || format!("{found} for {wanted}: {text}"));
    }
    Ok(score)
}

/// Breaks inside long clauses, lines with `|` where a person may pause: whether each break is at such a place, and
/// whether each line has one.
pub fn phrases(frontend: &Frontend, lines: &str) -> Result<(Score, Score)> {
    let (mut places, mut broken) = (Score::default(), Score::default());
    for line in lines.lines().filter(|line| !line.starts_with('#')) {
        let welcome: Vec<usize> =
            line.match_indices('|').enumerate().map(|(i, (at, _))| units(&line[..at]) - i).collect();
        let tokens = frontend.analyze(&line.replace('|', ""))?;
        let breaks = || tokens.iter().filter(|token| token.boundary == Boundary::Phrase);
        let said: String = tokens
            .iter()
            .map(|token| token.text.clone() + if token.boundary == Boundary::Phrase { "|" } else { "" })
            .collect();
        breaks().for_each(|token| {
            places.add(welcome.contains(&token.span.end), || format!("after {}: {said}", token.text))
        });
        broken.add(breaks().next().is_some(), || said.clone());
    }
    Ok((places, broken))
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The syllables of Chinese characters after sandhi, blanks between them.
pub fn spoken(tokens: &[Token]) -> String {
    let chinese = tokens.iter().filter(|token| !token.text.is_ascii());
    chinese.flat_map(|token| &token.surface).map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn reading(token: &Token) -> String {
    token.pinyin.iter().map(ToString::to_string).collect()
}

fn reading_at(tokens: &[Token], place: usize) -> String {
    tokens.iter().find(|token| token.span.start == place).map(reading).unwrap_or_default()
}

fn differ_by_lightness(a: &str, b: &str) -> bool {
    let base = |reading: &str| reading.trim_end_matches(char::is_numeric).to_owned();
    base(a) == base(b) && (a.ends_with('5') || b.ends_with('5'))
}
