//! A transposed convolution, as one convolution for each of the steps that an input's step becomes.

use std::sync::Arc;

use super::finish::Added;
use super::layer::{Layer, Matrix};
use super::panel::{Layout, Taps};
use super::weights::Weights;

/// A transposed convolution of a sequence with channels first.
#[derive(Clone, Debug)]
pub struct Upsample {
    /// Its outputs are those of the convolution, `stride` times each.
    pub layer: Layer,
    stride: usize,
    /// Steps of the whole output that are cut off before it.
    before: usize,
}

impl Upsample {
    /// The convolution with `kernel` `[outputs][channels][width]`; `None` if more is cut off than a step's width.
    pub fn new(
        kernel: &[f32],
        [outputs, channels]: [usize; 2],
        stride: usize,
        before: usize,
    ) -> Option<Self> {
        let width = kernel.len() / (outputs * channels);
        let count = width.div_ceil(stride);
        let taps = Taps { count, dilation: 1, before: (count - 1).checked_sub(before / stride)?, after: 0 };
        let weight = |input: usize, output: usize| {
            let (channel, tap) = (input / count, input % count);
            let place = output % stride + stride * (count - 1 - tap);
            if place < width { kernel[(output / stride * channels + channel) * width + place] } else { 0.0 }
        };
        let weights = Arc::new(Matrix::Floats(Weights::new(channels * count, outputs * stride, weight)));
        Some(Self { layer: Layer::new(weights, taps, [Layout::ChannelsFirst; 2]), stride, before })
    }

    /// Numbers of a step of the output.
    pub fn outputs(&self) -> usize {
        self.layer.weights.outputs() / self.stride
    }

    /// Runs it over a whole sequence. `bias` has a number for each output or one for all, `y` room for the output's steps.
    pub fn run(&self, x: &[f32], bias: &[f32], y: &mut [f32]) {
        let (stride, length) = (self.stride, y.len() / self.outputs());
        let first = self.before / stride;
        let count = (length + self.before).div_ceil(stride) - first;
        let mut phases = vec![0.0; self.outputs() * stride * count];
        let times = self.layer.weights.outputs() / bias.len().max(1);
        let bias: Vec<f32> = bias.iter().flat_map(|bias| std::iter::repeat_n(*bias, times)).collect();
        self.layer.run(x, Added { bias: &bias, rest: &[] }, &mut phases);
        for (y, phases) in y.chunks_exact_mut(length).zip(phases.chunks_exact(stride * count)) {
            for (phase, values) in phases.chunks_exact(count).enumerate() {
                let skipped = usize::from(phase < self.before % stride);
                let start = (first + skipped) * stride + phase - self.before;
                let places = y.iter_mut().skip(start).step_by(stride);
                places.zip(&values[skipped..]).for_each(|(y, value)| *y = *value);
            }
        }
    }
}
