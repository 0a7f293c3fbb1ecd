//! Reads lines from standard input and prints how they are read: words, readings, what is spoken.
//!
//!     cargo run --example readings < lines.txt

use std::io::BufRead;

use hanvox::frontend::{Frontend, Lexicon};
use hanvox::token::{Boundary, Syllable, Token};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lexicon = Lexicon::read(&std::fs::read("models/lexicon/lexicon.bin")?)?;
    let frontend = Frontend::new(lexicon);
    for line in std::io::stdin().lock().lines() {
        let tokens = frontend.analyze(&line?)?;
        println!("{}", joined(&tokens, |token| token.text.clone()));
        println!("{}", joined(&tokens, |token| syllables(&token.pinyin)));
        println!("{}", joined(&tokens, |token| syllables(&token.surface)));
    }
    Ok(())
}

fn joined(tokens: &[Token], part: impl Fn(&Token) -> String) -> String {
    tokens.iter().map(|token| part(token) + sign(token.boundary)).collect()
}

fn syllables(syllables: &[Syllable]) -> String {
    syllables.iter().map(Syllable::to_string).collect::<Vec<_>>().join("-")
}

fn sign(boundary: Boundary) -> &'static str {
    match boundary {
        Boundary::Syllable => "_",
        Boundary::Word => " ",
        Boundary::Phrase => " | ",
        Boundary::Clause => " , ",
        Boundary::Sentence => " . ",
    }
}
