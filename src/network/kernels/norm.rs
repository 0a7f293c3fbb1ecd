//! Layer normalisation (Ba, Kiros & Hinton 2016).

use super::panel::{Layout, Sequence, Taps};
use super::weights::{COLUMNS, Lanes};

/// `gain * (x - mean) / sqrt(variance + epsilon) + bias` over the numbers of every step.
#[derive(Clone, Debug)]
pub struct Norm {
    /// A factor for each number.
    pub gain: Vec<f32>,
    /// What is added to each number.
    pub bias: Vec<f32>,
    /// What is added to the variance.
    pub epsilon: f32,
    /// Order of the input and the output.
    pub layout: Layout,
}

impl Norm {
    /// Runs it over a whole sequence.
    pub fn run(&self, x: &[f32], y: &mut [f32]) {
        let channels = self.gain.len();
        let sequence = Sequence { values: x, layout: self.layout, channels };
        let mut panel = vec![[0.0; COLUMNS]; channels];
        for start in (0..sequence.steps()).step_by(COLUMNS) {
            sequence.fill(&mut panel, &Taps::ONE, start);
            self.apply(&mut panel);
            self.layout.store(&panel, channels, start, y);
        }
    }

    fn apply(&self, panel: &mut [Lanes]) {
        let share = 1.0 / panel.len() as f32;
        let mean = sums(panel, |x, _| x, [0.0; COLUMNS]).map(|sum| sum * share);
        let square = |x: f32, mean: f32| (x - mean) * (x - mean);
        let variance = sums(panel, square, mean).map(|sum| sum * share);
        let factor = variance.map(|variance| 1.0 / (variance + self.epsilon).sqrt());
        for ((lanes, gain), bias) in panel.iter_mut().zip(&self.gain).zip(&self.bias) {
            for column in 0..COLUMNS {
                lanes[column] = (lanes[column] - mean[column]) * (factor[column] * gain) + bias;
            }
        }
    }
}

/// The sum of something over each column.
#[inline(always)]
fn sums(panel: &[Lanes], value: impl Fn(f32, f32) -> f32, mean: Lanes) -> Lanes {
    let mut sums = [0.0; COLUMNS];
    for lanes in panel {
        for column in 0..COLUMNS {
            sums[column] += value(lanes[column], mean[column]);
        }
    }
    sums
}
