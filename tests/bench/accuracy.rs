//! How well the front end reads: a table of accuracy on labelled text, and the misses on standard error.
//!
//!     cargo run --example accuracy

#[path = "../frontend/measure.rs"]
mod measure;

use hanvox::frontend::{Frontend, Lexicon};
use measure::Score;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let frontend = Frontend::new(Lexicon::read(&std::fs::read("models/lexicon/lexicon.bin")?)?);
    let sets = [
        ("running text", "running"),
        ("other genres", "genres"),
        ("everyday", "everyday"),
        ("by others", "unseen"),
    ];
    for (name, file) in sets {
        let sentences = std::fs::read_to_string(format!("tests/frontend/{file}.tsv"))?;
        let (all, lexical) = measure::running(&frontend, &sentences)?;
        report(&format!("{name}, all syllables"), &all);
        report(&format!("{name}, lexical only"), &lexical);
    }
    report("sandhi", &measure::sandhi(&frontend, &std::fs::read_to_string("tests/frontend/sandhi.tsv")?)?);
    let (places, broken) =
        measure::phrases(&frontend, &std::fs::read_to_string("tests/frontend/phrases.txt")?)?;
    report("pauses where a person pauses", &places);
    report("long clauses with a pause", &broken);
    let [sentences, labels] = measure::CPP;
    report("CPP polyphones (dev)", &measure::cpp(&frontend, sentences, labels)?);
    Ok(())
}

fn report(name: &str, score: &Score) {
    println!("{name:30} {:6} of {:6}  {:6.2} %", score.right, score.all, score.percent());
    score.misses.iter().for_each(|miss| eprintln!("{name}: {miss}"));
}
