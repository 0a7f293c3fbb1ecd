//! The vocoders of Sambert voices in windows against one run over the whole mel, both variants.
//!
//! `HANVOX_SAMBERT_PACKS` names a folder of voice packs; without it there is nothing to compare and the test says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // Clippy's exception for tests does not reach their helpers here.

mod common;

use std::path::{Path, PathBuf};

use common::worst;
use hanvox::network::{Network, Tensor, TractNetwork};
use hanvox::vocoder::{FrameWindow, Lengths, Mel, Vocoder};
use hanvox::voice::manifest::Manifest;

const ALIGNMENT: usize = Lengths::VOCODER.alignment;

/// Packs whose nets are small enough for a whole mel in a test.
fn packs() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("HANVOX_SAMBERT_PACKS") else {
        println!("skipped: HANVOX_SAMBERT_PACKS names no folder of packs");
        return Vec::new();
    };
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    folders.filter(|path| path.join("golden.safetensors").exists()).collect()
}

fn read(folder: &Path) -> (TractNetwork, Manifest) {
    let manifest = Manifest::read(&std::fs::read_to_string(folder.join("voice.json")).unwrap()).unwrap();
    let bytes = std::fs::read(folder.join(&manifest.mel().unwrap().vocoder.file)).unwrap();
    (TractNetwork::read("vocoder", &bytes).unwrap(), manifest)
}

/// A mel of noise, the same every time.
fn noise(bands: usize, frames: usize) -> Mel {
    let mut state = 1u32;
    let values = (0..bands * frames).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 22) as f32 - 2.0
    });
    Mel { bands, frames, values: values.collect() }
}

#[test]
fn windows_equal_the_whole() {
    let mut variants = Vec::new();
    for pack in packs() {
        let (net, manifest) = read(&pack);
        let (whole, _) = read(&pack);
        let (hop, mel) = (manifest.hop, manifest.mel().unwrap());
        let mels = mel.bands;
        let reach = mel.vocoder.reach();
        let least = mel.vocoder.min_frames;
        let vocoder = Vocoder::new(Box::new(net), hop, reach, least);
        let speak = |mel: &Mel| -> Vec<f32> {
            vocoder.windows(mel).flat_map(|window| vocoder.run(mel, &window).unwrap()).collect()
        };
        for frames in [1, 2, 17, 64, 96, 230] {
            let mel = noise(mels, frames);
            let input = Tensor::f32(&[1, mels, frames], mel.values.clone());
            let [audio] = whole.run(vec![input]).unwrap().try_into().unwrap();
            let audio = audio.into_f32(&[1, 1, hop * frames], "audio").unwrap();
            let error = worst(&speak(&mel), &audio);
            assert!(error <= 1e-5, "{}: {frames} frames, {error}", pack.display());
            if frames == 230 {
                let feed = ALIGNMENT..frames - ALIGNMENT;
                let keep = feed.start + reach.before / 2..feed.end - reach.after / 2;
                let expected = &audio[keep.start * hop..keep.end * hop];
                let cut = vocoder.run(&mel, &FrameWindow { feed, keep }).unwrap();
                assert!(worst(&cut, expected) > 1e-5, "{}: reach is not needed", pack.display());
            }
        }
        println!("{}: {reach:?}", pack.display());
        variants.push(reach.after == 0);
    }
    assert!(variants.is_empty() || (variants.contains(&true) && variants.contains(&false)), "one variant");
}
