//! Speaks standard input natively into a WAV file, and prints where the time went.
//!
//!     cargo run --release --example speak -- LEXICON VOICE_FOLDER OUT.wav [OPTIONS] < TEXT
//!
//! OPTIONS is a JSON object as `hanvox::options::Options` reads it: `{"speaker": "song", "speed": 1.2}`.

use std::error::Error;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

use hanvox::audio;
use hanvox::frontend::{Frontend, Lexicon};
use hanvox::options::Options;
use hanvox::synthesizer::Synthesis;
use hanvox::voice::Voice;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [lexicon, folder, out, options @ ..] = arguments.as_slice() else {
        return Err("usage: speak LEXICON VOICE_FOLDER OUT.wav [OPTIONS] < TEXT".into());
    };
    let frontend = Frontend::new(Lexicon::read(&std::fs::read(lexicon)?)?);
    let folder = Path::new(folder);
    let manifest = std::fs::read_to_string(folder.join("voice.json"))?;
    let voice = Voice::read(&manifest, |path| std::fs::read(folder.join(path)).ok())?;
    let rate = voice.manifest.sample_rate;
    let options = Options::read(options.first().map_or("{}", String::as_str))?;

    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let mut synthesis = Synthesis::new(&frontend, Rc::new(voice), &text, options, "")?;
    let mut samples = Vec::new();
    while let Some(piece) = synthesis.next_piece()? {
        samples.extend(piece.samples);
    }
    std::fs::write(out, audio::wav(rate, &samples)?)?;
    println!("{:?}", synthesis.stats());
    Ok(())
}
