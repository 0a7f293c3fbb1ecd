//! Speaks a text natively and writes a WAV file.
//!
//! ```sh
//! cargo run --release --example speak -- "你好，世界。" hello.wav
//! cargo run --release --example speak -- "你好，世界。" hello.wav '{"speaker": "song", "speed": 1.2}'
//! ```
//!
//! It needs the voice `han`, which `npm start` puts into `www/voices`.

use std::error::Error;
use std::path::Path;
use std::rc::Rc;

use hanvox::audio;
use hanvox::frontend::{Frontend, Lexicon};
use hanvox::options::Options;
use hanvox::synthesizer::Synthesis;
use hanvox::voice::Voice;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (text, out, options) = match arguments.as_slice() {
        [text, out] => (text, out, "{}"),
        [text, out, options] => (text, out, options.as_str()),
        _ => return Err("usage: speak TEXT OUT.wav [OPTIONS]".into()),
    };
    let frontend = Frontend::new(Lexicon::read(&std::fs::read("models/lexicon/lexicon.bin")?)?);
    let voice = Rc::new(read_voice(Path::new("www/voices/han"))?);
    let rate = voice.manifest.sample_rate;

    let mut synthesis = Synthesis::new(&frontend, voice, text, Options::read(options)?, "")?;
    let mut samples = Vec::new();
    while let Some(window) = synthesis.next_window()? {
        samples.extend(window.samples);
    }
    let header = audio::wav_header(rate, Some(samples.len() as u64))?;
    std::fs::write(out, [header, audio::pcm16(&samples)].concat())?;
    Ok(())
}

fn read_voice(folder: &Path) -> Result<Voice, Box<dyn Error>> {
    let manifest = std::fs::read_to_string(folder.join("voice.json"))?;
    Ok(Voice::read(&manifest, |path| std::fs::read(folder.join(path)).ok())?)
}
