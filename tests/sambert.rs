//! Sambert voices against the official implementation, on small packages with random weights.
//!
//! `HANVOX_SAMBERT_PACKS` names a folder of voice packs as `models/tests/golden_packs.py` makes it: those in f32 have
//! `golden.safetensors` and `symbols.txt` beside their files, and the same voices in f16 and int8 beside them. Without
//! it there is nothing to compare with and the tests say so. `--nocapture` shows all figures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Clippy's exception for tests does not reach their helpers here.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{snr, worst};
use hanvox::network::{self, Tensor, TractNetwork};
use hanvox::token::{Boundary, Span, Syllable, Token};
use hanvox::vocoder::Mel;
use hanvox::voice::Voice;
use hanvox::voice::acoustic::{Variances, durations};
use hanvox::voice::manifest::Model;
use hanvox::voice::symbol_lines;
use safetensors::SafeTensors;

/// A voice with what the official implementation makes of its symbol lines.
struct Pack {
    folder: PathBuf,
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
    let manifest: serde_json::Value = serde_json::from_str(&text("voice.json")).unwrap();
    let lines = text("symbols.txt");
    Pack {
        name: folder.file_name().unwrap().to_string_lossy().into_owned(),
        pinyin: serde_json::from_value(manifest["pinyin"].clone()).unwrap(),
        voice: voice(&folder),
        golden: std::fs::read(folder.join("golden.safetensors")).unwrap(),
        lines: lines
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .map(|(name, line)| (name.to_owned(), line.to_owned()))
            .collect(),
        folder,
    }
}

fn voice(folder: &Path) -> Voice {
    let manifest = std::fs::read_to_string(folder.join("voice.json")).unwrap();
    Voice::read(&manifest, |path| std::fs::read(folder.join(path)).ok()).unwrap()
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
            let written = symbol_lines::read(line, &symbols).unwrap();
            let symbols: Vec<String> = written.iter().map(|written| written.symbol.to_owned()).collect();
            check(&label, &pack, &symbols, &array);
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

/// A golden `[frames][bands]` as the voice's mel.
fn mel(columns: &[f32], bands: usize) -> Mel {
    let values = (0..bands).flat_map(|band| columns.iter().skip(band).step_by(bands).copied()).collect();
    Mel { bands, frames: columns.len() / bands, values }
}

#[test]
fn ids_are_equal() {
    each(|label, pack, symbols, golden| {
        let ids = pack.voice.phonemizer.ids(symbols).unwrap();
        for (row, name) in
            ids.into_rows().iter().zip(["sy", "tone", "syllable_flag", "word_segment", "emotion", "speaker"])
        {
            assert_eq!(*row, golden(&format!("ids_{name}")).ids, "{label}: {name}");
        }
    });
}

fn token(base: &str, tone: u8, boundary: Boundary) -> Token {
    let surface = vec![Syllable { base: base.to_owned(), tone }];
    let span = Span { start: 0, end: 1 };
    Token {
        text: "字".to_owned(),
        span,
        pinyin: surface.clone(),
        surface,
        phones: Vec::new(),
        boundary,
        mark: None,
        pause_ms: 0,
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
            let spelled = pack.voice.phonemizer.phonemize(&tokens, &[]).unwrap();
            let names: Vec<&str> =
                spelled.iter().map(|phoneme| phoneme.symbol.split('$').next().unwrap()).collect();
            assert_eq!(names[..names.len() - 1], phones[..], "{}: {key}", pack.name);
        }
        println!("{}: {} syllables", pack.name, pack.pinyin.len());
    }
}

/// Prints a figure and holds it to its bound.
#[track_caller]
fn at_most(label: &str, what: &str, value: f32, bound: f32) {
    println!("{label}: {what} {value:.1e} (at most {bound})");
    assert!(value <= bound, "{label}: {what} {value} is more than {bound}");
}

/// Prints how far, in dB, the difference of two sounds is below the one that is meant, and holds it to its bound.
#[track_caller]
fn at_least_db(label: &str, what: &str, ours: &[f32], meant: &[f32], bound: f32) {
    assert_eq!(ours.len(), meant.len(), "{label}: {what}");
    let ratio = snr(meant, ours);
    println!("{label}: {what} {ratio:.1} dB (at least {bound})");
    assert!(ratio >= bound, "{label}: {what} {ratio} dB");
}

fn logarithms(frames: &[f32]) -> Vec<f32> {
    frames.iter().map(|frames| frames.ln_1p()).collect()
}

fn repeats(golden: &Array) -> Vec<usize> {
    golden.ids.iter().map(|&frames| frames as usize).collect()
}

#[test]
fn the_encoder_gives_what_the_official_one_gives() {
    each(|label, pack, symbols, golden| {
        let file = pack.folder.join("encoder.onnx");
        let net = TractNetwork::read("encoder.onnx", &std::fs::read(file).unwrap()).unwrap();
        let ids = pack.voice.phonemizer.ids(symbols).unwrap();
        let inputs = ids.into_rows().into_iter().map(|row| Tensor::i64(&[1, row.len()], row)).collect();
        let [text, _emotion, _speaker] = network::run(&net, "encoder", inputs).unwrap();
        let shape = text.shape.clone();
        let text = text.into_f32(&shape, "text").unwrap();
        at_most(label, "encoder", worst(&text, &golden("text_hid").floats), 1e-4);
    });
}

#[test]
fn contours_and_mel_are_those_of_the_official_implementation() {
    each(|label, pack, symbols, golden| {
        let voice = &pack.voice;
        let encoded =
            voice.mel_model().unwrap().acoustic.encode(voice.phonemizer.ids(symbols).unwrap()).unwrap();
        let variances = &encoded.variances;
        at_most(label, "pitch", worst(&variances.f0, &golden("pitch").floats), 1e-4);
        at_most(label, "energy", worst(&variances.energy, &golden("energy").floats), 1e-4);
        let length = worst(&logarithms(&variances.frames), &golden("log_duration").floats);
        at_most(label, "log duration", length, 1e-4);
        let durations = durations(&variances.frames).unwrap();
        assert_eq!(durations, repeats(&golden("repeats")), "{label}: repeats");
        let ours = voice.mel_model().unwrap().acoustic.decode(encoded, &durations).unwrap();
        at_most(label, "mel", worst(&ours.values, &mel(&golden("mel").floats, ours.bands).values), 1e-3);
    });
}

#[test]
fn sound_is_within_60_db_of_the_official_implementation() {
    each(|label, pack, symbols, golden| {
        let (voice, meant) = (&pack.voice, golden("audio").floats);
        let from_golden =
            voice.vocode(&mel(&golden("mel").floats, voice.manifest.mel().unwrap().bands)).unwrap();
        at_least_db(label, "vocoder", &from_golden, &meant, 60.0);
        let from_symbols = voice.vocode(&voice.mel(symbols).unwrap()).unwrap();
        at_least_db(label, "symbols to sound", &from_symbols, &meant, 60.0);
    });
}

/// What a storage may change of the figures of f32, on these small nets with random weights.
struct Loss {
    storage: &'static str,
    contour: f32,
    log_duration: f32,
    mel: f32,
    vocoder_db: f32,
}

#[test]
fn packs_in_f16_and_int8_lose_no_more_than_is_stated() {
    for loss in [
        Loss { storage: "f16", contour: 0.02, log_duration: 0.02, mel: 0.02, vocoder_db: 55.0 },
        Loss { storage: "int8", contour: 0.2, log_duration: 0.15, mel: 0.25, vocoder_db: 26.0 },
    ] {
        each(|label, pack, symbols, golden| {
            let label = format!("{label} in {}", loss.storage);
            let folder = pack.folder.with_file_name(format!("{}-{}", pack.name, loss.storage));
            let voice = voice(&folder);
            let encoded =
                voice.mel_model().unwrap().acoustic.encode(voice.phonemizer.ids(symbols).unwrap()).unwrap();
            let variances = &encoded.variances;
            at_most(&label, "pitch", worst(&variances.f0, &golden("pitch").floats), loss.contour);
            at_most(&label, "energy", worst(&variances.energy, &golden("energy").floats), loss.contour);
            let length = worst(&logarithms(&variances.frames), &golden("log_duration").floats);
            at_most(&label, "log duration", length, loss.log_duration);
            let meant = mel(&golden("mel").floats, voice.manifest.mel().unwrap().bands);
            let ours =
                voice.mel_model().unwrap().acoustic.decode(encoded, &repeats(&golden("repeats"))).unwrap();
            at_most(&label, "mel", worst(&ours.values, &meant.values), loss.mel);
            let sound = voice.vocode(&meant).unwrap();
            at_least_db(&label, "vocoder", &sound, &golden("audio").floats, loss.vocoder_db);
        });
    }
}

/// Names beyond the rows of a table are not among them: the net itself would stop the engine.
#[test]
fn a_manifest_that_does_not_fit_its_nets_never_panics() {
    let changes = r##"[
        {"hop": 1}, {"hop": 8192}, {"mels": 1}, {"mels": 81}, {"limits": {"symbols": 0}}, {"speaker": "F8"},
        {"emotions": []}, {"emotions": [{"name": "neutral", "symbol": "emotion_bored"}]},
        {"f0": {"mean": 1e39, "std": 1e39}}, {"energy": {"mean": 0, "std": 0}},
        {"acoustic": {"text": 1}}, {"acoustic": {"text": 4096}}, {"acoustic": {"emotion": 1}},
        {"acoustic": {"speaker": 4096}}, {"acoustic": {"frames_per_step": 1}},
        {"acoustic": {"frames_per_step": 64}}, {"acoustic": {"decoder": {"width": 1}}},
        {"acoustic": {"decoder": {"width": 8192}}}, {"acoustic": {"decoder": {"heads": 0}}},
        {"acoustic": {"decoder": {"heads": 3}}}, {"acoustic": {"decoder": {"heads": 1000}}},
        {"acoustic": {"decoder": {"layers": 256}}}, {"symbols": {"sy": ["a_c"]}}, {"symbols": {"speaker": []}},
        {"stages": {"vocoder": {"context": 0}}}, {"stages": {"vocoder": {"min_frames": 4096}}},
        {"stages": {"encoder": {"file": "variance.onnx"}}}, {"stages": {"variance": {"file": "encoder.onnx"}}},
        {"stages": {"postnet": {"file": "vocoder.onnx"}}}, {"stages": {"vocoder": {"file": "postnet.onnx"}}},
        {"stages": {"steps": {"file": "encoder.onnx"}}}, {"stages": {"steps": {"file": "CARD.md"}}}
    ]"##;
    let changes: Vec<serde_json::Value> = serde_json::from_str(changes).unwrap();
    for pack in packs().iter().take(1) {
        let text = std::fs::read_to_string(pack.folder.join("voice.json")).unwrap();
        for change in &changes {
            let mut manifest = serde_json::from_str(&text).unwrap();
            merge(&mut manifest, change);
            println!("{change}: {:?}", spoken(pack, &manifest).map_err(|error| error.kind()));
        }
    }
}

/// Puts the members of `change` in the place of those of `document`, at any depth.
fn merge(document: &mut serde_json::Value, change: &serde_json::Value) {
    match change.as_object() {
        None => *document = change.clone(),
        Some(members) => members.iter().for_each(|(name, value)| merge(&mut document[name], value)),
    }
}

/// Samples of the shortest case, spoken with another manifest.
fn spoken(pack: &Pack, manifest: &serde_json::Value) -> hanvox::error::Result<usize> {
    let voice = Voice::read(&manifest.to_string(), |path| std::fs::read(pack.folder.join(path)).ok())?;
    let (_, line) = pack.lines.iter().min_by_key(|(_, line)| line.len()).unwrap();
    let symbols: Vec<String> = line.split(' ').map(|symbol| symbol[1..symbol.len() - 1].to_owned()).collect();
    Ok(voice.vocode(&voice.mel(&symbols)?)?.len())
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
        let variances = |emotion: usize, intensity: f32| {
            let ids = voice.phonemizer.ids(&spoken_as(emotion)).unwrap();
            voice
                .mel_model()
                .unwrap()
                .acoustic
                .encode_at(ids, &vec![intensity; symbols.len()])
                .unwrap()
                .variances
        };
        let whole = |emotion: usize| {
            voice
                .mel_model()
                .unwrap()
                .acoustic
                .encode(voice.phonemizer.ids(&spoken_as(emotion)).unwrap())
                .unwrap()
                .variances
        };
        let (neutral, emotional) = (whole(0), whole(layout.emotions.len() - 1));
        let at = |intensity: f32| variances(layout.emotions.len() - 1, intensity);
        assert_eq!(at(1.0), emotional, "{label}");
        let away = |some: &Variances, from: &Variances| worst(&some.f0, &from.f0);
        assert!(away(&at(1e-6), &neutral) <= 1e-4, "{label}");
        assert!(away(&at(0.999_999), &emotional) <= 1e-4, "{label}");
        let all = away(&emotional, &neutral);
        let half = at(0.5);
        assert!(all > 0.0 && away(&half, &neutral) > 0.0 && away(&half, &emotional) > 0.0, "{label}");
        assert!(away(&half, &neutral) < all && away(&half, &emotional) < all, "{label}");
        println!("{label}: neutral to emotional {all:.1e}, half way {:.1e}", away(&half, &neutral));
    });
}
