//! Speaks the text on standard input natively and writes the samples, 32-bit float little-endian, to standard
//! output. The tests compare them with those of the wasm build.
//!
//! ```sh
//! echo 你好 | cargo run --example speak -- www/pkg/lexicon.bin www/voices/baker > samples.f32
//! ```

use std::io::{Read, Write};
use std::path::PathBuf;
use std::rc::Rc;

use hanvox::frontend::{Frontend, Lexicon};
use hanvox::options::Options;
use hanvox::synthesizer::Synthesis;
use hanvox::voice::Voice;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(lexicon), Some(folder)) = (arguments.next(), arguments.next().map(PathBuf::from)) else {
        return Err("usage: speak LEXICON VOICE_FOLDER < TEXT > SAMPLES".into());
    };
    let frontend = Frontend::new(Lexicon::read(&std::fs::read(lexicon)?)?);
    let manifest = std::fs::read_to_string(folder.join("voice.json"))?;
    let voice = Rc::new(Voice::read(&manifest, |path| std::fs::read(folder.join(path)).ok())?);

    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let mut synthesis = Synthesis::new(&frontend, voice, &text, Options::default())?;
    let mut out = std::io::stdout().lock();
    while let Some(piece) = synthesis.next_piece()? {
        let bytes: Vec<u8> = piece.samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        out.write_all(&bytes)?;
    }
    Ok(())
}
