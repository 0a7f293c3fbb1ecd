//! Speaks the text on standard input natively and writes what it made into a folder: `lines.txt` (the symbol lines) and
//! `samples.f32` (their samples). Of a voice that works by way of a mel it also writes the first chunk's `symbols.txt`,
//! `mel.f32` (log-mel `[mels][frames]`) and `audio.f32` (the vocoder on that mel). Floats are little-endian. The tests
//! give the same inputs to the wasm build.
//!
//! ```sh
//! echo 你好 | cargo run --example stages -- models/lexicon/lexicon.bin www/voices/han target/stages
//! ```

use std::error::Error;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use hanvox::chunk::chunks;
use hanvox::frontend::{Frontend, Lexicon};
use hanvox::options::Options;
use hanvox::synthesizer::Synthesis;
use hanvox::voice::Voice;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let [lexicon, folder, out] = arguments.as_slice() else {
        return Err("usage: stages LEXICON VOICE_FOLDER OUT_FOLDER < TEXT".into());
    };
    let frontend = Frontend::new(Lexicon::read(&std::fs::read(lexicon)?)?);
    let manifest = std::fs::read_to_string(folder.join("voice.json"))?;
    let voice = Rc::new(Voice::read(&manifest, |path| std::fs::read(folder.join(path)).ok())?);

    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    std::fs::create_dir_all(out)?;
    write_sound(&frontend, &voice, &text, out)?;
    if voice.mel_model().is_ok() {
        write_stages(&frontend, &voice, &text, out)?;
    }
    Ok(())
}

fn write_sound(frontend: &Frontend, voice: &Rc<Voice>, text: &str, out: &Path) -> Result<(), Box<dyn Error>> {
    let lines = Synthesis::new(frontend, Rc::clone(voice), text, Options::default(), "")?.lines()?;
    let mut synthesis = Synthesis::of_lines(Rc::clone(voice), &lines, Options::default(), "")?;
    let mut samples = Vec::new();
    while let Some(window) = synthesis.next_window()? {
        samples.extend(window.samples);
    }
    std::fs::write(out.join("lines.txt"), lines)?;
    Ok(write_floats(&out.join("samples.f32"), &samples)?)
}

fn write_stages(frontend: &Frontend, voice: &Voice, text: &str, out: &Path) -> Result<(), Box<dyn Error>> {
    let chunks = chunks(frontend.analyze(text)?);
    let first = chunks.first().ok_or("the text has nothing to speak")?;
    let spelled = voice.phonemizer.phonemize(&first.tokens, &[])?;
    let symbols: Vec<String> = spelled.into_iter().map(|phoneme| phoneme.symbol).collect();
    let mel = voice.mel(&symbols)?;
    std::fs::write(out.join("symbols.txt"), symbols.join(" "))?;
    write_floats(&out.join("mel.f32"), &mel.values)?;
    Ok(write_floats(&out.join("audio.f32"), &voice.vocode(&mel)?)?)
}

fn write_floats(path: &Path, values: &[f32]) -> std::io::Result<()> {
    std::fs::write(path, values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>())
}
