//! How many inputs of public bug reports are read right, by fault; the wrong ones on standard error.
//!
//!     cargo run --example reports -- CASES.tsv
//!
//! Columns: id, kind (`a`: normalized text, `b`: readings of named characters; others are passed over), fault, input,
//! what is right, verdict when collected.

#[path = "../frontend/reports.rs"]
mod reports;

use hanvox::frontend::{Frontend, Lexicon};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a file of cases")?;
    let frontend = Frontend::new(Lexicon::read(&std::fs::read("models/lexicon/lexicon.bin")?)?);
    let shares = reports::measure(&frontend, &std::fs::read_to_string(path)?)?;
    for (name, share) in &shares {
        println!("{name:40} {:4} of {:4}  {:6.2} %", share.right, share.all, share.percent());
    }
    shares.values().flat_map(|share| &share.misses).for_each(|miss| eprintln!("{miss}"));
    Ok(())
}
