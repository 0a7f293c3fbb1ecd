//! How well the front end reads: the share of right readings on labelled sentences, and the misses.
//!
//!     cargo run --example accuracy -- cpp DIR        (dev.sent and dev.lb of the CPP set)
//!     cargo run --example accuracy -- running FILE   (lines of genre, text, pinyin)
//!
//! The table goes to standard output, a line for each miss to standard error.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use hanvox::frontend::{Frontend, Lexicon, Token};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let frontend = Frontend::new(Lexicon::read(&std::fs::read("www/pkg/lexicon.bin")?)?);
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["cpp", folder] => cpp(&frontend, Path::new(folder)),
        ["running", file] => running(&frontend, Path::new(file)),
        _ => Err("usage: accuracy cpp DIR | running FILE".into()),
    }
}

/// Right answers and all questions.
#[derive(Default)]
struct Score {
    right: usize,
    all: usize,
}

impl Score {
    fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.all += 1;
    }

    fn line(&self, name: &str) -> String {
        let percent = 100.0 * self.right as f64 / self.all.max(1) as f64;
        format!("{name:24} {:6} of {:6}  {percent:6.2} %", self.right, self.all)
    }
}

fn cpp(frontend: &Frontend, folder: &Path) -> Result<(), Failure> {
    let sentences = std::fs::read_to_string(folder.join("dev.sent"))?;
    let labels = std::fs::read_to_string(folder.join("dev.lb"))?;
    let (mut score, mut by_char) = (Score::default(), BTreeMap::<char, Score>::new());
    let start = Instant::now();
    for (sentence, label) in sentences.lines().zip(labels.lines()) {
        let Some((before, rest)) = sentence.split_once('▁') else { continue };
        let text = sentence.replace('▁', "");
        let tokens = frontend.analyze(&text)?;
        let found = reading_at(&tokens, before.encode_utf16().count());
        let wanted = label.replace("u:", "v");
        score.add(found == wanted);
        let target = rest.chars().next().unwrap_or(' ');
        by_char.entry(target).or_default().add(found == wanted);
        if found != wanted {
            eprintln!("{target} {found} for {wanted}: {sentence}");
        }
    }
    println!("{}", score.line("CPP polyphones"));
    println!("{:.2} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn running(frontend: &Frontend, file: &Path) -> Result<(), Failure> {
    let (mut all, mut lexical) = (Score::default(), Score::default());
    for line in std::fs::read_to_string(file)?.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.split('\t').skip(1);
        let (Some(text), Some(wanted)) = (parts.next(), parts.next()) else { continue };
        let tokens = frontend.analyze(text)?;
        let wanted: Vec<&str> = wanted.split(' ').collect();
        if tokens.len() != wanted.len() {
            return Err(format!("{} tokens for {} readings: {text}", tokens.len(), wanted.len()).into());
        }
        for (token, wanted) in tokens.iter().zip(wanted) {
            let found = token.pinyin.iter().map(ToString::to_string).collect::<String>();
            all.add(found == wanted);
            lexical.add(found == wanted || differ_by_lightness(&found, wanted));
            if found != wanted {
                eprintln!("{} {found} for {wanted}: {text}", token.text);
            }
        }
    }
    println!("{}", all.line("running, all syllables"));
    println!("{}", lexical.line("running, lexical only"));
    Ok(())
}

/// Whether two readings are the same but for one of them being light.
fn differ_by_lightness(a: &str, b: &str) -> bool {
    let base = |reading: &str| reading.trim_end_matches(char::is_numeric).to_owned();
    base(a) == base(b) && (a.ends_with('5') || b.ends_with('5'))
}

/// The reading of the token that starts at `place`.
fn reading_at(tokens: &[Token], place: usize) -> String {
    let token = tokens.iter().find(|token| token.span.start == place);
    token.map(|token| token.pinyin.iter().map(ToString::to_string).collect()).unwrap_or_default()
}
