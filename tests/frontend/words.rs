//! Words of the dictionary as the front end reads them, alone and inside sentences.

use hanvox::error::Result;
use hanvox::frontend::Frontend;
use hanvox::token::Token;

/// Sentences that a word is put into: one where it is named, one where it stands among other words.
const CARRIERS: [(&str, &str); 2] = [("他们说的是", "这个词"), ("关于", "，他们没有说")];

/// How many words are read otherwise than the dictionary says.
#[derive(Default)]
pub struct Words {
    /// Of words of two, three, and four and more characters: those tried.
    pub tried: [usize; 3],
    /// Those of them that differ, alone or in a carrier.
    pub differ: [usize; 3],
    /// A line for each: the word, its syllables, and what was read alone and in the carriers.
    pub differing: Vec<String>,
}

impl std::fmt::Display for Words {
    fn fmt(&self, out: &mut std::fmt::Formatter) -> std::fmt::Result {
        for (class, name) in ["two", "three", "four and more"].iter().enumerate() {
            let (tried, differ, equal) = (self.tried[class], self.differ[class], self.equal()[class]);
            writeln!(out, "words of {name} characters: {tried} tried, {differ} differ, {equal:.2} % equal")?;
        }
        Ok(())
    }
}

impl Words {
    /// The share of words that are read as the dictionary says, in percent, by class.
    pub fn equal(&self) -> [f64; 3] {
        let share = |class: usize| {
            100.0 * (self.tried[class] - self.differ[class]) as f64 / self.tried[class].max(1) as f64
        };
        [share(0), share(1), share(2)]
    }
}

/// Reads words, lines of a word and its syllables, alone and in the carriers.
pub fn read(frontend: &Frontend, lines: &str) -> Result<Words> {
    let mut report = Words::default();
    for (word, wanted) in lines.lines().filter_map(|line| line.split_once('\t')) {
        // Traditional characters become others, which are read by themselves.
        if frontend.normalize(word)? != word {
            continue;
        }
        let length = word.chars().count();
        let mut found = vec![middle(&frontend.analyze(word)?, 0, length)];
        for (before, after) in CARRIERS {
            let tokens = frontend.analyze(&format!("{before}{word}{after}"))?;
            found.push(middle(&tokens, before.chars().count(), length));
        }
        let class = length.clamp(2, 4) - 2;
        report.tried[class] += 1;
        if found.iter().any(|found| found != wanted) {
            report.differ[class] += 1;
            report.differing.push(format!("{word}\t{wanted}\t{}", found.join("\t")));
        }
    }
    Ok(report)
}

/// The syllables of `length` tokens from `start` on.
fn middle(tokens: &[Token], start: usize, length: usize) -> String {
    tokens.iter().skip(start).take(length).map(reading).collect::<Vec<_>>().join(" ")
}

fn reading(token: &Token) -> String {
    token.pinyin.iter().map(ToString::to_string).collect()
}
