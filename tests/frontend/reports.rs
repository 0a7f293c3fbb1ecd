//! Inputs as in bug reports: what is right of the normalized text, or of the readings of named characters.

use std::collections::BTreeMap;

use hanvox::error::Result;
use hanvox::frontend::Frontend;
use hanvox::token::Token;

/// Right answers, all questions, and a line for each miss.
#[derive(Default)]
pub struct Share {
    pub right: usize,
    pub all: usize,
    pub misses: Vec<String>,
}

impl Share {
    /// The share of right answers, in percent.
    pub fn percent(&self) -> f64 {
        100.0 * self.right as f64 / self.all.max(1) as f64
    }
}

/// Shares right by kind, verdict when collected, and fault.
pub fn measure(frontend: &Frontend, cases: &str) -> Result<BTreeMap<String, Share>> {
    let mut shares: BTreeMap<String, Share> = BTreeMap::new();
    for case in cases.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = case.split('\t').collect();
        let [id, kind @ ("a" | "b"), fault, input, wanted, verdict] = columns[..] else { continue };
        let (right, found) = match kind {
            "a" => normalized(frontend, input, wanted)?,
            _ => named(&frontend.analyze(input)?, input, wanted),
        };
        let miss = format!("{id} {fault}: {input}\n    wanted {wanted}\n    found  {found}");
        for name in [format!("{kind} {verdict}: all"), format!("{kind} {verdict}: {fault}")] {
            let share = shares.entry(name).or_default();
            share.all += 1;
            share.right += usize::from(right);
        }
        if !right {
            shares.entry(format!("{kind} {verdict}: {fault}")).or_default().misses.push(miss);
        }
    }
    Ok(shares)
}

/// Whether the text is one of the `|` alternatives, or has it as its telling part (`…` is a gap); marks do not count.
fn normalized(frontend: &Frontend, input: &str, wanted: &str) -> Result<(bool, String)> {
    let found = letters(&frontend.normalize(input)?);
    let right = wanted.split('|').any(|wanted| wanted.split('…').all(|part| found.contains(&letters(part))));
    Ok((right, found))
}

fn letters(text: &str) -> String {
    text.chars().filter(|ch| ch.is_alphanumeric()).collect()
}

/// Whether the named characters are read as wanted: `行 hang2; 一 =yi2`, the n-th entry of a character its n-th
/// occurrence, `=` and 一 and 不 as they are spoken, alternatives with `|`.
fn named(tokens: &[Token], input: &str, wanted: &str) -> (bool, String) {
    let mut from: BTreeMap<char, usize> = BTreeMap::new();
    let mut right = true;
    let mut found = Vec::new();
    for entry in wanted.split(';').map(str::trim) {
        let mut fields = entry.split_whitespace();
        let names: Vec<char> = fields.next().unwrap_or_default().chars().collect();
        for (name, reading) in names.into_iter().zip(fields) {
            let skip = from.entry(name).or_default();
            let token = occurrence(tokens, input, name, *skip);
            *skip += 1;
            let spoken = reading.starts_with('=') || matches!(name, '一' | '不');
            let said = token.map_or(String::new(), |token| {
                let syllables = if spoken { &token.surface } else { &token.pinyin };
                syllables.iter().map(ToString::to_string).collect()
            });
            right &= reading.trim_start_matches('=').split('|').any(|wanted| wanted == said);
            found.push(format!("{name} {said}"));
        }
    }
    (right, found.join("; "))
}

/// The token of the n-th occurrence of a character in the text as written.
fn occurrence<'a>(tokens: &'a [Token], input: &str, name: char, nth: usize) -> Option<&'a Token> {
    let mut at = 0;
    let mut places = Vec::new();
    for ch in input.chars() {
        if ch == name {
            places.push(at);
        }
        at += ch.len_utf16();
    }
    let place = *places.get(nth)?;
    tokens.iter().find(|token| token.span.start == place)
}
