//! Runs the nets natively on the text on standard input and writes what each stage made into a folder:
//! `symbols.txt`, `mel.f32` (log-mel `[mels][frames]`) and `audio.f32` (the vocoder on that mel), floats
//! little-endian, of the first chunk. The tests give the same inputs to the wasm build.
//!
//! ```sh
//! echo 你好 | cargo run --example stages -- models/lexicon/lexicon.bin www/voices/baker target/stages
//! ```

use std::error::Error;
use std::io::Read;
use std::path::{Path, PathBuf};

use hanvox::chunk::chunks;
use hanvox::frontend::{Frontend, Lexicon};
use hanvox::voice::Voice;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let [lexicon, folder, out] = arguments.as_slice() else {
        return Err("usage: stages LEXICON VOICE_FOLDER OUT_FOLDER < TEXT".into());
    };
    let frontend = Frontend::new(Lexicon::read(&std::fs::read(lexicon)?)?);
    let manifest = std::fs::read_to_string(folder.join("voice.json"))?;
    let voice = Voice::read(&manifest, |path| std::fs::read(folder.join(path)).ok())?;

    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let chunks = chunks(frontend.analyze(&text)?);
    let first = chunks.first().ok_or("the text has nothing to speak")?;
    let spelled = voice.symbols.spell(&first.tokens, &[])?;
    let symbols: Vec<String> = spelled.into_iter().map(|(symbol, _)| symbol).collect();
    let mel = voice.mel(&symbols)?;
    std::fs::create_dir_all(out)?;
    std::fs::write(out.join("symbols.txt"), symbols.join(" "))?;
    write_floats(&out.join("mel.f32"), &mel.values)?;
    write_floats(&out.join("audio.f32"), &voice.vocode(&mel)?)?;
    Ok(())
}

fn write_floats(path: &Path, values: &[f32]) -> std::io::Result<()> {
    std::fs::write(path, values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>())
}
