//! PNCA decoder. Each step makes a few frames of the mel and attends to a band of its own past and of the memory ahead.

use super::attention::{Attention, Past};
use super::layout::DecoderGeometry;
use super::linear::{Linear, Norm, add, relu};
use super::weights::Weights;
use crate::error::Result;

/// Size of a decoder.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Size of its layers.
    pub geometry: DecoderGeometry,
    /// Numbers per row of memory.
    pub memory: usize,
    /// Frames per step.
    pub frames: usize,
    /// Mel bands per frame.
    pub mels: usize,
}

/// Decoder with its weights.
pub struct Decoder {
    prenet: [Linear; 3],
    input: Linear,
    layers: Vec<Layer>,
    norm: Norm,
    out: Linear,
    shape: Shape,
}

struct Layer {
    norm: Norm,
    attention: Attention,
    inner_norm: Norm,
    inner: [Linear; 2],
}

impl Decoder {
    /// Decoder from its weights. Fails with `voice-corrupt` if they do not have this shape.
    pub fn read(weights: &Weights, shape: Shape) -> Result<Self> {
        let Shape { geometry, memory, frames, mels } = shape;
        let DecoderGeometry { width, layers, .. } = geometry;
        let first = weights.linear("decoder.prenet.0", mels)?;
        let second = weights.linear("decoder.prenet.1", first.outputs())?;
        let third = weights.linear("decoder.prenet.2", second.outputs())?;
        Ok(Self {
            input: weights.linear_to("decoder.in", memory + third.outputs(), width)?,
            prenet: [first, second, third],
            layers: (0..layers).map(|i| Layer::read(weights, i, shape)).collect::<Result<_>>()?,
            norm: weights.norm("decoder.norm", width)?,
            out: weights.linear_to("decoder.out", width, frames * mels)?,
            shape,
        })
    }

    /// Mel `[frames][mels]` of a memory with one row per step. Each step sees the next `band` rows of memory and the
    /// last `band` steps.
    pub fn run(&self, memory: &[f32], band: usize) -> Vec<f32> {
        let mut pasts: Vec<Past> =
            self.layers.iter().map(|layer| layer.attention.start(memory, self.shape.memory, band)).collect();
        let mut frames = vec![0.0; self.shape.mels];
        for (step, row) in memory.chunks_exact(self.shape.memory).enumerate() {
            let last = &frames[frames.len() - self.shape.mels..];
            let mut x = self.embed(row, last);
            for (layer, past) in self.layers.iter().zip(&mut pasts) {
                layer.run(&mut x, step, past);
            }
            frames.extend(self.out.run(&self.norm.run(&x)));
        }
        frames.split_off(self.shape.mels)
    }

    fn embed(&self, row: &[f32], last: &[f32]) -> Vec<f32> {
        let [first, second, third] = &self.prenet;
        let seen = third.run(&relu(second.run(&relu(first.run(last)))));
        self.input.run(&[row, &seen].concat())
    }
}

impl Layer {
    fn read(weights: &Weights, index: usize, shape: Shape) -> Result<Self> {
        let Shape { geometry, memory, .. } = shape;
        let name = |part: &str| format!("decoder.{index}.{part}");
        let opening = weights.linear(&name("ffn.0"), geometry.width)?;
        let closing = weights.linear_to(&name("ffn.1"), opening.outputs(), geometry.width)?;
        Ok(Self {
            norm: weights.norm(&name("norm"), geometry.width)?,
            attention: Attention::read(weights, index, geometry, memory)?,
            inner_norm: weights.norm(&name("ffn_norm"), geometry.width)?,
            inner: [opening, closing],
        })
    }

    fn run(&self, x: &mut [f32], step: usize, past: &mut Past) {
        add(x, &self.attention.run(&self.norm.run(x), step, past));
        let [opening, closing] = &self.inner;
        add(x, &closing.run(&relu(opening.run(&self.inner_norm.run(x)))));
    }
}
