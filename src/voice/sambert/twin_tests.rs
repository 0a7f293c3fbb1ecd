//! The plain steps against their ONNX twins on tract, over the weights of the packs in `HANVOX_SAMBERT_PACKS`.

use std::path::{Path, PathBuf};

use super::layout::DecoderGeometry;
use super::*;
use crate::network::TractNetwork;
use crate::voice::manifest::{Manifest, Model};

const TOLERANCE: f32 = 1e-5;

/// A pack that was made with twins.
struct Pack {
    folder: PathBuf,
    layout: Layout,
    mels: usize,
    steps: Vec<u8>,
}

fn packs() -> Vec<Pack> {
    let Some(folder) = std::env::var_os("HANVOX_SAMBERT_PACKS") else {
        println!("skipped: HANVOX_SAMBERT_PACKS names no folder of packs");
        return Vec::new();
    };
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let packs: Vec<Pack> = folders.filter(|path| path.join("step.onnx").exists()).map(pack).collect();
    assert!(!packs.is_empty(), "no packs with twins");
    packs
}

fn pack(folder: PathBuf) -> Pack {
    let manifest = Manifest::read(&std::fs::read_to_string(folder.join("voice.json")).unwrap()).unwrap();
    let Model::Sambert(layout) = manifest.model else { panic!("{} is no sambert", folder.display()) };
    let steps = std::fs::read(folder.join("steps.safetensors")).unwrap();
    Pack { folder, mels: layout.mels, layout, steps }
}

impl Pack {
    fn net(&self, file: &str) -> TractNetwork {
        TractNetwork::read(file, &std::fs::read(self.folder.join(file)).unwrap()).unwrap()
    }

    fn widths(&self) -> Widths {
        let Geometry { text, emotion, speaker, .. } = self.layout.acoustic;
        Widths { text, emotion, speaker }
    }
}

/// Numbers of about -1 to 1 that are the same in every run.
fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i as f32 * 12.9898).sin() * 437.585).sin()).collect()
}

fn run<const OUTPUTS: usize>(net: &TractNetwork, inputs: Vec<Tensor>) -> [Tensor; OUTPUTS] {
    network::run(net, "twin", inputs).unwrap()
}

fn floats(tensor: Tensor) -> Vec<f32> {
    let shape = tensor.shape.clone();
    tensor.into_f32(&shape, "twin").unwrap()
}

#[track_caller]
fn assert_close(what: &str, folder: &Path, ours: &[f32], twins: &[f32]) {
    assert_eq!(ours.len(), twins.len());
    let worst = ours.iter().zip(twins).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    println!("{}: {what} {worst:.1e}", folder.display());
    assert!(worst <= TOLERANCE, "{}: {what} {worst}", folder.display());
}

#[test]
fn the_duration_steps_equal_their_twin() {
    for pack in packs() {
        let weights = Weights::read(&pack.steps).unwrap();
        let condition = pack.widths().condition();
        let conditions = numbers(20 * condition);
        let ours = DurationNet::read(&weights, condition).unwrap().predict(&conditions);

        let net = pack.net("duration_step.onnx");
        let hidden = weights.rows("duration.lstm.0.w_ih").unwrap() / 4;
        let mut states = vec![Tensor::f32(&[1, hidden], vec![0.0; hidden]); 4];
        let mut last = Tensor::f32(&[1, 1], vec![0.0]);
        let mut twins = Vec::new();
        for row in conditions.chunks_exact(condition) {
            let mut inputs = vec![last, Tensor::f32(&[1, condition], row.to_vec())];
            inputs.append(&mut states);
            let [predicted, after @ ..] = run::<5>(&net, inputs);
            states = after.to_vec();
            twins.extend(floats(predicted.clone()));
            last = predicted;
        }
        assert_close("duration steps", &pack.folder, &ours, &twins);
    }
}

#[test]
fn the_decoder_steps_equal_their_twin() {
    for pack in packs() {
        let geometry = pack.layout.acoustic.decoder;
        let frames = pack.layout.acoustic.frames_per_step;
        let memory = pack.widths().memory(frames);
        let shape = Shape { geometry, memory, frames, mels: pack.mels };
        let decoder = Decoder::read(&Weights::read(&pack.steps).unwrap(), shape).unwrap();
        let rows = numbers(17 * memory);
        for band in [0, 1, 5, 40] {
            let twins = twin_frames(&pack, shape, &rows, band);
            assert_close(&format!("decoder, band {band}"), &pack.folder, &decoder.run(&rows, band), &twins);
        }
    }
}

/// What `prepare.onnx` and `step.onnx` make of a memory.
fn twin_frames(pack: &Pack, shape: Shape, memory: &[f32], band: usize) -> Vec<f32> {
    let Shape { geometry: DecoderGeometry { width, layers, .. }, mels, .. } = shape;
    let steps = memory.len() / shape.memory;
    let [keys, values] =
        run(&pack.net("prepare.onnx"), vec![Tensor::f32(&[1, steps, shape.memory], memory.to_vec())]);
    let (keys, values) = (floats(keys), floats(values));
    let net = pack.net("step.onnx");
    // Of each step so far, [layers, 1, width].
    let (mut own_keys, mut own_values): (Vec<Vec<f32>>, Vec<Vec<f32>>) = (Vec::new(), Vec::new());
    let mut frames = vec![0.0; mels];
    for (step, row) in memory.chunks_exact(shape.memory).enumerate() {
        let past = step.saturating_sub(band)..step;
        let own = |rows: &[Vec<f32>]| {
            let rows = &rows[past.clone()];
            let layer = |layer: usize| {
                rows.iter().flat_map(move |row| row[layer * width..(layer + 1) * width].to_vec())
            };
            Tensor::f32(&[layers, rows.len(), width], (0..layers).flat_map(layer).collect())
        };
        let ahead = step..(step + band).min(steps - 1) + 1;
        let far = |rows: &[f32]| {
            let reach = ahead.start * width..ahead.end * width;
            let cut = rows.chunks_exact(steps * width).flat_map(|layer| layer[reach.clone()].to_vec());
            Tensor::f32(&[layers, ahead.len(), width], cut.collect())
        };
        let last = frames[frames.len() - mels..].to_vec();
        let [made, key, value] = run(
            &net,
            vec![
                Tensor::f32(&[1, mels], last),
                Tensor::f32(&[1, shape.memory], row.to_vec()),
                own(&own_keys),
                own(&own_values),
                far(&keys),
                far(&values),
            ],
        );
        frames.extend(floats(made));
        own_keys.push(floats(key));
        own_values.push(floats(value));
    }
    frames.split_off(mels)
}
