//! Speaks each line of standard input with each emotion that rules shape, natively, for `tests/bench/emotions.py`:
//! `OUT/EMOTION/LINE.wav`, and `OUT/spoken.json` with name, role, frames and tone of each symbol. `control` is
//! neutral speech a twentieth slower: what is measured of it is the error of measuring.
//!
//! ```sh
//! cargo run --example emotions -- models/lexicon/lexicon.bin www/voices/han target/emotions < tests/bench/emotions.txt
//! ```

use std::error::Error;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use hanvox::audio;
use hanvox::chunk::{Chunk, chunks};
use hanvox::frontend::{Frontend, Lexicon};
use hanvox::options::Options;
use hanvox::synthesizer::prosody_control::ProsodyControl;
use hanvox::synthesizer::shape;
use hanvox::synthesizer::symbol::Symbol;
use hanvox::voice::Voice;
use hanvox::voice::emotion::PRESETS;
use hanvox::voice::model::Input;
use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let [lexicon, folder, out, wanted @ ..] = arguments.as_slice() else {
        return Err("usage: emotions LEXICON VOICE_FOLDER OUT_FOLDER [EMOTION...] < LINES".into());
    };
    let frontend = Frontend::new(Lexicon::read(&fs::read(lexicon)?)?);
    let manifest = fs::read_to_string(folder.join("voice.json"))?;
    let voice = Voice::read(&manifest, |path| fs::read(folder.join(path)).ok())?;
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();

    let mut spoken = Vec::new();
    let preset =
        |name: &'static str| (name, Options { emotion: Some(name.to_owned()), ..Options::default() });
    let control = ("control", Options { speed: 0.95, ..Options::default() });
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|path| path == Path::new(name));
    let controls = PRESETS.iter().map(|row| preset(row.name)).chain([control]);
    for (name, options) in controls.filter(|(name, _)| is_wanted(name)) {
        fs::create_dir_all(out.join(name))?;
        for (index, line) in lines.iter().enumerate() {
            let path = out.join(name).join(format!("{index}.wav"));
            let symbols = speak(&voice, &chunks(frontend.analyze(line)?), &options, &path)?;
            spoken.push(json!({"emotion": name, "text": line, "path": path, "symbols": symbols}));
        }
    }
    let all = json!({"hop": voice.model.frame_samples(), "voice": voice.manifest.id, "spoken": spoken});
    fs::write(out.join("spoken.json"), all.to_string())?;
    Ok(())
}

/// Writes the sound of a line, and gives the name, role, frames and tone of its symbols.
fn speak(voice: &Voice, chunks: &[Chunk], options: &Options, path: &Path) -> Outcome<Vec<Value>> {
    let (mut samples, mut symbols, styles) = (Vec::new(), Vec::new(), Vec::new());
    for chunk in chunks {
        let control = |token| ProsodyControl::new(voice.phonemizer.as_ref(), options, &styles, token);
        let controls: Vec<ProsodyControl> = chunk.tokens.iter().map(control).collect();
        let phonemes = voice.phonemizer.phonemize(&chunk.tokens, &[])?;
        let parts: Vec<Symbol> =
            phonemes.iter().map(|phoneme| Symbol::of(phoneme, voice.phonemizer.as_ref())).collect();
        let names: Vec<String> = phonemes.into_iter().map(|phoneme| phoneme.symbol).collect();
        let input = Input {
            ids: voice.phonemizer.ids(&names)?,
            intensities: vec![0.0; names.len()],
            style: voice.speakers.style(None)?,
        };
        let mut encoded = voice.model.encode(input)?;
        let rate = voice.manifest.sample_rate;
        let prosody = shape::prosody(voice.model.as_ref(), &mut encoded, &parts, &controls, rate, true)?
            .ok_or("the line is too long for the voice")?;
        let described: Vec<_> = names.iter().zip(parts).zip(prosody.durations.clone()).collect();
        for window in voice.model.decode(encoded, prosody)? {
            samples.extend(window?);
        }
        symbols.extend(described.into_iter().map(|((name, part), frames)| {
            let tone = part.tone.or_else(|| name.chars().last()?.to_digit(10)?.try_into().ok());
            json!([name, format!("{:?}", part.role), frames, tone])
        }));
    }
    let mut bytes = audio::wav_header(voice.manifest.sample_rate, Some(samples.len() as u64))?.to_vec();
    bytes.extend(audio::pcm16(&samples));
    fs::write(path, bytes)?;
    Ok(symbols)
}
