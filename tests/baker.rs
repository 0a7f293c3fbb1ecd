//! The voice `baker` against the original model files, as an independent interpreter ran them.
//!
//! `HANVOX_BAKER_PACK` names the folder of the voice, as `npm run import-baker` makes it (`www/voices/baker`). Without
//! it there is nothing to compare with and the tests say so.
//!
//! The goldens are made by `models/baker/golden.py`; see `tests/golden/baker/README.md`.
#![allow(clippy::unwrap_used)] // Clippy's exception for tests does not reach their helpers here.

mod common;

use std::path::{Path, PathBuf};

use common::{snr, worst};
use hanvox::vocoder::{FrameWindow, Mel};
use hanvox::voice::Voice;
use hanvox::voice::acoustic::durations;
use safetensors::SafeTensors;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn voice() -> Option<Voice> {
    let Some(folder) = std::env::var_os("HANVOX_BAKER_PACK").map(PathBuf::from) else {
        println!("skipped: HANVOX_BAKER_PACK names no voice");
        return None;
    };
    let manifest = std::fs::read_to_string(folder.join("voice.json")).unwrap();
    Some(Voice::read(&manifest, |path| std::fs::read(folder.join(path)).ok()).unwrap())
}

fn goldens() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = root().join("tests/golden/baker");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "safetensors"));
    paths.sort();
    assert!(paths.len() >= 5, "at least five goldens");
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

fn floats(golden: &SafeTensors, name: &str) -> Vec<f32> {
    let bytes = golden.tensor(name).unwrap().data();
    bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
}

fn ids(golden: &SafeTensors) -> Vec<i64> {
    let bytes = golden.tensor("ids").unwrap().data();
    bytes.as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b)).collect()
}

fn frames(golden: &SafeTensors, name: &str) -> Vec<usize> {
    let bytes = golden.tensor(name).unwrap().data();
    bytes.as_chunks::<4>().0.iter().map(|b| i32::from_le_bytes(*b) as usize).collect()
}

fn mel(golden: &SafeTensors, bands: usize) -> Mel {
    let values = floats(golden, "mel");
    Mel { bands, frames: values.len() / bands, values }
}

fn mean_error(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f32>() / a.len() as f32
}

#[test]
fn durations_equal_and_mel_is_within_0_05_of_the_original() {
    let Some(voice) = voice() else { return };
    for (path, bytes) in goldens() {
        let golden = SafeTensors::deserialize(&bytes).unwrap();
        let encoded = voice.mel_model().unwrap().acoustic.encode(ids(&golden).into()).unwrap();
        assert!(mean_error(&encoded.variances.f0, &floats(&golden, "f0")) < 1e-3, "{}", path.display());
        assert!(
            mean_error(&encoded.variances.energy, &floats(&golden, "energy")) < 1e-3,
            "{}",
            path.display()
        );
        let durations = durations(&encoded.variances.frames).unwrap();
        assert_eq!(durations, frames(&golden, "frames"), "{}", path.display());
        let ours = voice.mel_model().unwrap().acoustic.decode(encoded, &durations).unwrap();
        let error = mean_error(&ours.values, &mel(&golden, ours.bands).values);
        println!("{}: {} frames, mel mean error {error:.6}", path.display(), ours.frames);
        assert!(error <= 0.05, "{}: mel mean error {error}", path.display());
    }
}

#[test]
fn the_vocoder_is_within_40_db_of_the_original() {
    let Some(voice) = voice() else { return };
    let mut heard = 0;
    for (path, bytes) in goldens() {
        let golden = SafeTensors::deserialize(&bytes).unwrap();
        if golden.tensor("audio").is_err() {
            continue;
        }
        let mel = mel(&golden, voice.manifest.mel().unwrap().bands);
        let ours = voice.vocode(&mel).unwrap();
        let snr = snr(&floats(&golden, "audio"), &ours);
        println!("{}: {} samples, {snr:.1} dB", path.display(), ours.len());
        assert!(snr >= 40.0, "{}: {snr} dB", path.display());
        heard += 1;
    }
    assert!(heard >= 3, "at least three goldens with sound");
}

#[test]
fn vocoder_windows_equal_the_whole() {
    let Some(voice) = voice() else { return };
    for (path, bytes) in goldens() {
        let mel = mel(&SafeTensors::deserialize(&bytes).unwrap(), voice.manifest.mel().unwrap().bands);
        let whole = FrameWindow { feed: 0..mel.frames, keep: 0..mel.frames };
        if mel.frames < voice.manifest.mel().unwrap().vocoder.min_frames {
            continue;
        }
        let whole = voice.mel_model().unwrap().vocoder.run(&mel, &whole).unwrap();
        let parts = voice.vocode(&mel).unwrap();
        let worst = worst(&whole, &parts);
        assert!(worst <= 1e-5, "{}: {worst}", path.display());
    }
}
