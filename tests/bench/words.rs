//! Whether the front end reads the words of a dictionary as it does, alone and inside sentences.
//!
//!     cargo run --example words -- WORDS.tsv
//!
//! Each line of the file is a word, a tab and its syllables. A word that is read otherwise somewhere goes to standard
//! error: the word, its syllables, and what was read alone and in each carrier.

#[path = "../frontend/words.rs"]
mod words;

use hanvox::frontend::{Frontend, Lexicon};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a file of words")?;
    let frontend = Frontend::new(Lexicon::read(&std::fs::read("models/lexicon/lexicon.bin")?)?);
    let report = words::read(&frontend, &std::fs::read_to_string(path)?)?;
    report.differing.iter().for_each(|line| eprintln!("{line}"));
    print!("{report}");
    Ok(())
}
