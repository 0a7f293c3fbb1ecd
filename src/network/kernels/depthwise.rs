//! A convolution of each channel with a kernel of its own.

use super::panel::{Layout, Taps};

/// `kernel * x + bias` for every channel.
#[derive(Clone, Debug)]
pub struct Depthwise {
    /// In the order of `layout`: `[channels][taps]` or `[taps][channels]`.
    kernels: Vec<f32>,
    /// Taps of each kernel.
    pub taps: Taps,
    layout: Layout,
}

impl Depthwise {
    /// The convolution with `kernels` `[channels][taps]`, of sequences in this order.
    pub fn new(kernels: &[f32], taps: Taps, layout: Layout) -> Self {
        let channels = kernels.len() / taps.count;
        let across = |i: usize| kernels[i % channels * taps.count + i / channels];
        let kernels = match layout {
            Layout::ChannelsFirst => kernels.to_vec(),
            Layout::ChannelsLast => (0..kernels.len()).map(across).collect(),
        };
        Self { kernels, taps, layout }
    }

    /// Numbers of a step.
    pub fn channels(&self) -> usize {
        self.kernels.len() / self.taps.count
    }

    /// Runs it over a whole sequence. `bias` has a number for each channel, `y` room for the output's steps.
    pub fn run(&self, x: &[f32], bias: &[f32], y: &mut [f32]) {
        match self.layout {
            Layout::ChannelsFirst => self.run_channels(x, bias, y),
            Layout::ChannelsLast => self.run_steps(x, bias, y),
        }
    }

    fn run_channels(&self, x: &[f32], bias: &[f32], y: &mut [f32]) {
        let (steps, length) = (x.len() / self.channels(), y.len() / self.channels());
        let kernels = self.kernels.chunks_exact(self.taps.count).zip(bias);
        for ((x, y), (kernel, bias)) in x.chunks_exact(steps).zip(y.chunks_exact_mut(length)).zip(kernels) {
            y.fill(*bias);
            for (tap, weight) in kernel.iter().enumerate() {
                self.add(tap, *weight, x, y);
            }
        }
    }

    /// Adds what a tap sees, times its weight, to the steps where that is not beyond the ends.
    fn add(&self, tap: usize, weight: f32, x: &[f32], y: &mut [f32]) {
        let (ahead, before) = (tap * self.taps.dilation, self.taps.before);
        let start = before.saturating_sub(ahead);
        let end = (x.len() + before).saturating_sub(ahead).min(y.len());
        if start < end {
            let x = &x[start + ahead - before..end + ahead - before];
            y[start..end].iter_mut().zip(x).for_each(|(y, x)| *y += weight * x);
        }
    }

    fn run_steps(&self, x: &[f32], bias: &[f32], y: &mut [f32]) {
        let channels = self.channels();
        for (step, y) in y.chunks_exact_mut(channels).enumerate() {
            y.copy_from_slice(bias);
            for (tap, weights) in self.kernels.chunks_exact(channels).enumerate() {
                let Some(at) = self.taps.seen(step, tap) else { continue };
                let Some(x) = x.get(at * channels..(at + 1) * channels) else { continue };
                y.iter_mut().zip(weights).zip(x).for_each(|((y, weight), x)| *y += weight * x);
            }
        }
    }
}
