//! Reads lines from standard input and prints the symbols that a `student` voice is given for them, a line for each
//! chunk: number of the line, number of the chunk in it, text of the chunk, symbols as `say --symbols` reads them.
//!
//!     cargo run --example symbols -- LEXICON SYMBOLS < lines.txt
//!
//! SYMBOLS is a JSON object of the symbols with their ids, or has one as its field `symbols` or `vocab`.

use std::collections::HashMap;
use std::error::Error;
use std::io::BufRead;

use hanvox::chunk::{chunks, places};
use hanvox::frontend::{Frontend, Lexicon};
use hanvox::voice::acoustic::Phonemizer;
use hanvox::voice::student::symbols::Symbols;
use hanvox::voice::symbol_lines;
use serde::Deserialize;
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [lexicon, map] = paths.as_slice() else {
        return Err("usage: symbols LEXICON SYMBOLS < LINES".into());
    };
    let frontend = Frontend::new(Lexicon::read(&std::fs::read(lexicon)?)?);
    let map: Value = serde_json::from_str(&std::fs::read_to_string(map)?)?;
    let map = ["symbols", "vocab"].iter().find_map(|field| map.get(field)).unwrap_or(&map);
    let symbols = Symbols::new(&HashMap::deserialize(map)?)?;
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line?;
        let mut tokens = frontend.analyze(&line)?;
        tokens.retain(|token| !token.surface.is_empty());
        let units: Vec<u16> = line.encode_utf16().collect();
        let chunks = chunks(tokens);
        for (i, (chunk, place)) in chunks.iter().zip(places(&chunks, &units)).enumerate() {
            let phonemes = symbols.phonemize(&chunk.tokens, &[])?;
            let text = String::from_utf16_lossy(&units[place.start..place.end]);
            let written = symbol_lines::write(phonemes.iter().map(|phoneme| phoneme.symbol.as_str()));
            println!("{number}\t{i}\t{text}\t{written}");
        }
    }
    Ok(())
}
