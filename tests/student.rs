//! A tiny voice of the kind `student` against an independent implementation, `models/student/golden.py`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Clippy's exception for tests does not reach their helpers here.

mod common;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use common::{snr, worst};
use hanvox::error::ErrorKind;
use hanvox::frontend::{Frontend, Lexicon};
use hanvox::options::Options;
use hanvox::synthesizer::{AudioWindow, Synthesis};
use hanvox::voice::model::{Input, Prosody};
use hanvox::voice::{Loader, Voice};
use safetensors::SafeTensors;
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/student")
}

fn manifest() -> String {
    std::fs::read_to_string(folder().join("voice.json")).unwrap()
}

fn file(path: &str) -> Option<Vec<u8>> {
    std::fs::read(folder().join(path)).ok()
}

fn voice() -> Voice {
    Voice::read(&manifest(), file).unwrap()
}

/// A line of the golden and what it must give.
struct Case {
    line: String,
    speaker: String,
    lengths: f32,
    pitch: f32,
    loudness: f32,
    symbols: Vec<String>,
    durations: Vec<usize>,
    f0: Vec<f32>,
    energy: Vec<f32>,
    samples: Vec<f32>,
}

fn cases() -> Vec<Case> {
    let bytes = file("golden.safetensors").unwrap();
    let golden = SafeTensors::deserialize(&bytes).unwrap();
    let lines = std::fs::read_to_string(folder().join("lines.txt")).unwrap();
    let case = |(i, line): (usize, &str)| {
        let [speaker, lengths, pitch, loudness, symbols] =
            line.splitn(5, ' ').collect::<Vec<_>>().try_into().unwrap();
        let data = |name: &str| golden.tensor(&format!("{i}/{name}")).unwrap().data();
        let floats =
            |name: &str| data(name).as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        let whole = data("durations").as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b) as usize);
        Case {
            line: line.to_owned(),
            speaker: speaker.to_owned(),
            lengths: lengths.parse().unwrap(),
            pitch: pitch.parse().unwrap(),
            loudness: loudness.parse().unwrap(),
            symbols: symbols.split(' ').map(str::to_owned).collect(),
            durations: whole.collect(),
            f0: floats("f0"),
            energy: floats("energy"),
            samples: floats("samples"),
        }
    };
    lines.lines().enumerate().map(case).collect()
}

#[test]
fn durations_equal_f0_is_within_a_tenth_of_a_hertz_and_samples_within_60_db() {
    let voice = voice();
    for case in cases() {
        let input = Input {
            ids: voice.phonemizer.ids(&case.symbols).unwrap(),
            intensities: vec![0.0; case.symbols.len()],
            style: voice.speakers.style(Some(&case.speaker)).unwrap(),
        };
        let mut encoded = voice.model.encode(input).unwrap();
        let lengths: Vec<f32> = encoded.variances.frames.iter().map(|frames| frames * case.lengths).collect();
        let durations = voice.model.durations(&lengths).unwrap();
        // The golden counts frames of the symbols, two of the spectrum each.
        let golden: Vec<usize> = case.durations.iter().map(|frames| 2 * frames).collect();
        assert_eq!(durations, golden, "{}", case.line);
        let contour = voice.model.contour(&mut encoded, &durations).unwrap();
        let f0 = worst(&encoded.variances.f0, &case.f0);
        let energy = worst(&encoded.variances.energy, &case.energy);
        let values = contour.symbols.len();
        let (pitch, loudness) = (vec![case.pitch; values], vec![case.loudness; values]);
        let sound = voice.model.decode(encoded, Prosody { lengths, durations, pitch, loudness }).unwrap();
        let samples = sound.collect::<Result<Vec<_>, _>>().unwrap().concat();
        let snr = snr(&case.samples, &samples);
        println!(
            "{}: F0 within {f0:.5} Hz, energy {energy:.5}, {} samples, {snr:.1} dB",
            case.line,
            samples.len()
        );
        assert!(f0 < 0.1 && energy < 1e-3 && snr >= 60.0, "{}", case.line);
    }
}

fn windows(synthesis: &mut Synthesis) -> Vec<AudioWindow> {
    std::iter::from_fn(|| synthesis.next_window().unwrap()).collect()
}

#[test]
fn symbol_lines_are_spoken_window_by_window() {
    let voice = Rc::new(voice());
    // The engine shapes tones by itself (`src/synthesizer/tones.rs`), and the reference does not.
    let unshaped = |case: &Case| {
        case.loudness == 1.0 && case.lengths == 1.0 && !case.line.contains(['→', '↗', '↓', '↘'])
    };
    for case in cases().into_iter().filter(unshaped) {
        let line = case.symbols.iter().map(|symbol| format!("{{{symbol}}}")).collect::<Vec<_>>().join(" ");
        let options = Options { speaker: Some(case.speaker), ..Options::default() };
        let mut synthesis = Synthesis::of_lines(Rc::clone(&voice), &line, options, "").unwrap();
        assert_eq!(synthesis.lines().unwrap(), format!("0\t{line}"));
        let samples: Vec<f32> =
            windows(&mut synthesis).into_iter().flat_map(|window| window.samples).collect();
        // Five milliseconds fade at both ends; one line is hardly longer.
        if samples.len() <= 240 {
            continue;
        }
        let inside = 120..samples.len() - 120;
        let snr = snr(&case.samples[inside.clone()], &samples[inside]);
        assert!(snr >= 60.0, "{}: {snr}", case.line);
    }
}

#[test]
fn a_line_beyond_the_limits_is_spoken_in_parts() {
    let line = format!("{{$}} {} {{.}} {{$}}", "{m} {a} {→} {_}".repeat(40).replace("}{", "} {"));
    let mut synthesis = Synthesis::of_lines(Rc::new(voice()), &line, Options::default(), "").unwrap();
    let windows = windows(&mut synthesis);
    assert!(windows.len() > 2 && windows[0].first && windows[windows.len() - 1].last);
}

#[test]
fn an_overlong_run_of_letters_is_spoken_to_its_end() {
    let lexicon =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/lexicon/lexicon.bin")).unwrap();
    let frontend = Frontend::new(Lexicon::read(&lexicon).unwrap());
    for letters in ["a".repeat(500), "xyz".repeat(200)] {
        let text = format!("{letters}好");
        let mut synthesis =
            Synthesis::new(&frontend, Rc::new(voice()), &text, Options::default(), "").unwrap();
        let windows = windows(&mut synthesis);
        let words: Vec<(usize, usize)> =
            windows.iter().flat_map(|window| &window.words).map(|word| (word.from, word.to)).collect();
        assert!(words.len() > 10 && words.last() == Some(&(letters.len(), letters.len() + 1)), "{words:?}");
        assert!(words.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[1].0 <= pair[0].1), "{words:?}");
    }
}

/// The voice with `change` in its manifest and `path` replaced by `bytes`.
fn changed(change: impl Fn(&mut Value), path: &str, bytes: impl Fn(Vec<u8>) -> Vec<u8>) -> Option<ErrorKind> {
    let mut manifest: Value = serde_json::from_str(&manifest()).unwrap();
    change(&mut manifest);
    let read = |wanted: &str| file(wanted).map(|found| if wanted == path { bytes(found) } else { found });
    Voice::read(&manifest.to_string(), read).err().map(|error| error.kind())
}

#[test]
fn a_loader_takes_the_files_in_any_order_and_names_what_is_missing_or_not_needed() {
    let loader = || Loader::new(&manifest()).unwrap();
    assert_eq!(loader().files(), ["encoder.onnx", "curves.onnx", "decoder.onnx"]);
    let mut whole = loader();
    for path in loader().files().iter().rev() {
        whole.add(path, &file(path).unwrap()).unwrap();
    }
    assert!(whole.finish().is_ok());
    let missing = loader().finish().err().unwrap();
    assert_eq!((missing.kind(), missing.stage()), (ErrorKind::VoiceMissing, Some("load")));
    assert!(missing.message().contains("encoder.onnx"), "{missing}");
    for path in ["golden.safetensors", "nothing.onnx"] {
        let other = loader().add(path, &[]).unwrap_err();
        assert_eq!(other.kind(), ErrorKind::VoiceCorrupt);
        assert!(other.message().contains(path), "{other}");
    }
}

#[test]
fn a_damaged_voice_is_an_error_when_it_is_loaded() {
    let same = |bytes| bytes;
    assert_eq!(changed(|_| (), "", same), None);
    for path in ["encoder.onnx", "curves.onnx", "decoder.onnx"] {
        let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
        assert_eq!(changed(|_| (), path, half), Some(ErrorKind::VoiceCorrupt), "{path}");
        let zeros = |bytes: Vec<u8>| vec![0; bytes.len()];
        assert_eq!(changed(|_| (), path, zeros), Some(ErrorKind::VoiceCorrupt), "{path}");
    }
    let changes: [fn(&mut Value); 6] = [
        |json| drop(json["symbols"].as_object_mut().unwrap().remove("ꭧ")),
        |json| json["symbols"]["a"] = json!(10_000),
        |json| json["symbols"]["a"] = json!(-10_000),
        |json| json["hop"] = json!(30),
        |json| json["speakers"][0]["style"] = json!([1.0]),
        |json| {
            json["speakers"]
                .as_array_mut()
                .unwrap()
                .iter_mut()
                .for_each(|speaker| speaker["style"] = json!([1.0]))
        },
    ];
    for (i, change) in changes.into_iter().enumerate() {
        assert_eq!(changed(change, "", same), Some(ErrorKind::VoiceCorrupt), "change {i}");
    }
    let swapped = |json: &mut Value| json["stages"]["curves"]["file"] = json!("decoder.onnx");
    assert_eq!(changed(swapped, "", same), Some(ErrorKind::VoiceCorrupt));
    let missing = |json: &mut Value| json["stages"]["curves"]["file"] = json!("other.onnx");
    assert_eq!(changed(missing, "", same), Some(ErrorKind::VoiceCorrupt));
}

#[test]
fn weights_that_are_not_numbers_are_an_error_when_the_voice_is_loaded() {
    for path in ["encoder.onnx", "curves.onnx", "decoder.onnx"] {
        // A float of these bytes is not a number, wherever it begins.
        let spoiled = |mut bytes: Vec<u8>| {
            let middle = bytes.len() / 2;
            bytes[middle..middle + 64].fill(0xFF);
            bytes
        };
        let kind = changed(|_| (), path, spoiled);
        assert_eq!(kind, Some(ErrorKind::VoiceCorrupt), "{path}");
    }
}
