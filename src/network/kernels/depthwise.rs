//! A convolution of each channel with a kernel of its own.

use super::panel::Taps;

/// `kernel * x + bias` for every channel, channels first.
#[derive(Clone, Debug)]
pub struct Depthwise {
    /// `[channels][taps]`.
    pub kernels: Vec<f32>,
    /// What a step sees.
    pub taps: Taps,
}

impl Depthwise {
    /// Numbers of a step.
    pub fn channels(&self) -> usize {
        self.kernels.len() / self.taps.count
    }

    /// Runs it over a whole sequence. `bias` has a number for each channel, `y` room for the output's steps.
    pub fn run(&self, x: &[f32], bias: &[f32], y: &mut [f32]) {
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
}
