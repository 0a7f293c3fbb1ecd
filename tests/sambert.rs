//! Sambert voices against the official implementation, on small packages with random weights.
//!
//! `HANVOX_SAMBERT_PACKS` names a folder of voice packs, each with `golden.safetensors` and `symbols.txt` beside its
//! files; without it there is nothing to compare with and the tests say so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Clippy's exception for tests does not reach their helpers here.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hanvox::frontend::{Boundary, Span, Syllable, Token};
use hanvox::vocoder::Mel;
use hanvox::voice::Voice;
use hanvox::voice::acoustic::{Contours, durations};
use hanvox::voice::manifest::Model;
use safetensors::SafeTensors;

/// A voice with what the official implementation makes of its symbol lines.
struct Pack {
    name: String,
    /// Syllable to phones, as the official implementation lists them; those with 儿 end in r.
    pinyin: BTreeMap<String, Vec<String>>,
    voice: Voice,
    golden: Vec<u8>,
    /// Name and line of each case.
    lines: Vec<(String, String)>,
}

fn packs() -> Vec<Pack> {
    let Some(folder) = std::env::var_os("HANVOX_SAMBERT_PACKS") else {
        println!("skipped: HANVOX_SAMBERT_PACKS names no folder of packs");
        return Vec::new();
    };
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let packs: Vec<Pack> =
        folders.filter(|path| path.join("golden.safetensors").exists()).map(pack).collect();
    assert!(!packs.is_empty(), "no packs with goldens");
    packs
}

fn pack(folder: PathBuf) -> Pack {
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let voice = Voice::read(&text("voice.json"), |path| std::fs::read(folder.join(path)).ok()).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text("voice.json")).unwrap();
    let lines = text("symbols.txt");
    Pack {
        name: folder.file_name().unwrap().to_string_lossy().into_owned(),
        pinyin: serde_json::from_value(manifest["pinyin"].clone()).unwrap(),
        voice,
        golden: std::fs::read(folder.join("golden.safetensors")).unwrap(),
        lines: lines
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .map(|(name, line)| (name.to_owned(), line.to_owned()))
            .collect(),
    }
}

/// Runs `check` on every case of every pack.
fn each(check: impl Fn(&str, &Pack, &[String], &dyn Fn(&str) -> Array)) {
    for pack in packs() {
        let golden = SafeTensors::deserialize(&pack.golden).unwrap();
        let Model::Sambert(layout) = &pack.voice.manifest.model else {
            panic!("{} is no sambert", pack.name)
        };
        let symbols = layout.symbols().unwrap();
        for (case, line) in &pack.lines {
            let label = format!("{}/{case}", pack.name);
            let array = |name: &str| Array::read(&golden, &format!("{case}/{name}"));
            check(&label, &pack, &symbols.read_line(line).unwrap(), &array);
        }
    }
}

/// The numbers of a golden array, whole ones too.
struct Array {
    floats: Vec<f32>,
    ids: Vec<i64>,
}

impl Array {
    fn read(golden: &SafeTensors, name: &str) -> Self {
        let tensor = golden.tensor(name).unwrap();
        match tensor.dtype() {
            safetensors::Dtype::I64 => {
                let ids = tensor.data().as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b)).collect();
                Self { floats: Vec::new(), ids }
            }
            _ => {
                let floats =
                    tensor.data().as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
                Self { floats, ids: Vec::new() }
            }
        }
    }
}

/// The largest difference.
fn worst(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// A golden `[frames][bands]` as the voice's mel.
fn mel(columns: &[f32], bands: usize) -> Mel {
    let values = (0..bands).flat_map(|band| columns.iter().skip(band).step_by(bands).copied()).collect();
    Mel { bands, frames: columns.len() / bands, values }
}

#[test]
fn ids_are_equal() {
    each(|label, pack, symbols, golden| {
        let ids = pack.voice.symbols.ids(symbols).unwrap();
        for (row, name) in
            ids.iter().zip(["sy", "tone", "syllable_flag", "word_segment", "emotion", "speaker"])
        {
            assert_eq!(*row, golden(&format!("ids_{name}")).ids, "{label}: {name}");
        }
    });
}

fn token(base: &str, tone: u8, boundary: Boundary) -> Token {
    let surface = vec![Syllable { base: base.to_owned(), tone }];
    let span = Span { start: 0, end: 1 };
    Token {
        text: "字".to_owned(), span, pinyin: surface.clone(), surface, boundary, mark: None, pause_ms: 0
    }
}

#[test]
fn syllables_are_spelled_as_the_official_map_lists_them() {
    for pack in packs() {
        for (key, phones) in &pack.pinyin {
            let tokens = match key.strip_suffix('r').filter(|_| key != "er") {
                Some(base) => vec![token(base, 1, Boundary::Syllable), token("er", 5, Boundary::Sentence)],
                None => vec![token(key, 1, Boundary::Sentence)],
            };
            let spelled = pack.voice.symbols.spell(&tokens, &[]).unwrap();
            let names: Vec<&str> =
                spelled.iter().map(|(symbol, _)| symbol.split('$').next().unwrap()).collect();
            assert_eq!(names[..names.len() - 1], phones[..], "{}: {key}", pack.name);
        }
        println!("{}: {} syllables", pack.name, pack.pinyin.len());
    }
}

#[test]
fn contours_and_mel_are_those_of_the_official_implementation() {
    each(|label, pack, symbols, golden| {
        let voice = &pack.voice;
        let encoded = voice.acoustic.encode(voice.symbols.ids(symbols).unwrap()).unwrap();
        let contours = &encoded.contours;
        let pitch = worst(&contours.f0, &golden("pitch").floats);
        let energy = worst(&contours.energy, &golden("energy").floats);
        let logarithms: Vec<f32> = contours.frames.iter().map(|frames| frames.ln_1p()).collect();
        let length = worst(&logarithms, &golden("log_duration").floats);
        let durations = durations(&contours.frames).unwrap();
        let repeats: Vec<i64> = durations.iter().map(|&frames| frames as i64).collect();
        assert_eq!(repeats, golden("repeats").ids, "{label}");
        let ours = voice.acoustic.decode(encoded, &durations).unwrap();
        let error = worst(&ours.values, &mel(&golden("mel").floats, ours.bands).values);
        println!(
            "{label}: pitch {pitch:.1e}, energy {energy:.1e}, log duration {length:.1e}, mel {error:.1e}"
        );
        assert!(pitch <= 1e-4 && energy <= 1e-4 && length <= 1e-4, "{label}");
        assert!(error <= 1e-3, "{label}: mel {error}");
    });
}

#[test]
fn sound_is_within_60_db_of_the_official_implementation() {
    each(|label, pack, _, golden| {
        let ours = pack.voice.vocode(&mel(&golden("mel").floats, pack.voice.manifest.mels)).unwrap();
        let meant = golden("audio").floats;
        assert_eq!(ours.len(), meant.len(), "{label}");
        let power = |values: &mut dyn Iterator<Item = f32>| values.map(|value| value * value).sum::<f32>();
        let noise = power(&mut meant.iter().zip(&ours).map(|(a, b)| a - b));
        let snr = 10.0 * (power(&mut meant.iter().copied()) / noise).log10();
        println!("{label}: {snr:.1} dB");
        assert!(snr >= 60.0, "{label}: {snr} dB");
    });
}

#[test]
fn a_trained_emotion_comes_by_degrees() {
    each(|label, pack, symbols, _| {
        let voice = &pack.voice;
        let Model::Sambert(layout) = &voice.manifest.model else { panic!("{label} is no sambert") };
        let spoken_as = |emotion: usize| -> Vec<String> {
            let name = &layout.emotions[emotion].symbol;
            let fields = |symbol: &String| -> Vec<String> { symbol.split('$').map(str::to_owned).collect() };
            let renamed = symbols.iter().map(fields).map(|mut fields| {
                if !fields[0].starts_with('#') {
                    fields[4] = name.clone();
                }
                fields.join("$")
            });
            renamed.collect()
        };
        let contours = |emotion: usize, intensity: f32| {
            let ids = voice.symbols.ids(&spoken_as(emotion)).unwrap();
            voice.acoustic.encode_at(ids, &vec![intensity; symbols.len()]).unwrap().contours
        };
        let whole = |emotion: usize| {
            voice.acoustic.encode(voice.symbols.ids(&spoken_as(emotion)).unwrap()).unwrap().contours
        };
        let (neutral, emotional) = (whole(0), whole(layout.emotions.len() - 1));
        let at = |intensity: f32| contours(layout.emotions.len() - 1, intensity);
        assert_eq!(at(1.0), emotional, "{label}");
        let away = |some: &Contours, from: &Contours| worst(&some.f0, &from.f0);
        assert!(away(&at(1e-6), &neutral) <= 1e-4, "{label}");
        assert!(away(&at(0.999_999), &emotional) <= 1e-4, "{label}");
        let all = away(&emotional, &neutral);
        let half = at(0.5);
        assert!(all > 0.0 && away(&half, &neutral) > 0.0 && away(&half, &emotional) > 0.0, "{label}");
        assert!(away(&half, &neutral) < all && away(&half, &emotional) < all, "{label}");
        println!("{label}: neutral to emotional {all:.1e}, half way {:.1e}", away(&half, &neutral));
    });
}
