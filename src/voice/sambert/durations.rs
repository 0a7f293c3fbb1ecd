//! Duration predictor: one step per symbol, fed with the length of the symbol before it.

use super::linear::{Linear, Lstm, relu};
use super::weights::Weights;
use crate::error::Result;

/// Duration predictor: two small layers over the last length, two LSTMs, one output.
pub struct DurationNet {
    prenet: [Linear; 2],
    lstms: [Lstm; 2],
    out: Linear,
    condition: usize,
}

impl DurationNet {
    /// Predictor from its weights, for `condition` numbers per symbol. Fails with `voice-corrupt` if they do not fit.
    pub fn read(weights: &Weights, condition: usize) -> Result<Self> {
        let first = weights.linear("duration.prenet.0", 1)?;
        let second = weights.linear("duration.prenet.1", first.outputs())?;
        let (lower, width) = weights.lstm("duration.lstm.0", second.outputs() + condition)?;
        let (upper, width) = weights.lstm("duration.lstm.1", width)?;
        let out = weights.linear_to("duration.out", width, 1)?;
        Ok(Self { prenet: [first, second], lstms: [lower, upper], out, condition })
    }

    /// Predicted `ln(frames + 1)` of each symbol, at least 0. `conditions` is `[symbols][condition]`.
    pub fn predict(&self, conditions: &[f32]) -> Vec<f32> {
        let [lower, upper] = &self.lstms;
        let [mut below, mut above] = self.lstms.each_ref().map(Lstm::start);
        let mut last = 0.0;
        let mut predicted = Vec::with_capacity(conditions.len() / self.condition.max(1));
        for condition in conditions.chunks_exact(self.condition.max(1)) {
            let mut input = self.embed(last);
            input.extend_from_slice(condition);
            let hidden = upper.step(lower.step(&input, &mut below), &mut above);
            last = relu(self.out.run(hidden)).first().copied().unwrap_or_default();
            predicted.push(last);
        }
        predicted
    }

    fn embed(&self, last: f32) -> Vec<f32> {
        self.prenet.iter().fold(vec![last], |x, layer| relu(layer.run(&x)))
    }
}

/// Frames, not rounded, of a predicted `ln(frames + 1)`.
pub fn frames(logarithm: f32) -> f32 {
    logarithm.exp() - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One unit everywhere: the LSTMs are a chain of gates that all see input plus output.
    fn net() -> DurationNet {
        let one = || Linear::new(vec![1.0], vec![0.0]);
        let lstm = |inputs: usize| Lstm {
            input: Linear::new(vec![1.0; 4 * inputs], vec![0.0; 4]),
            hidden: vec![0.0; 4],
        };
        DurationNet { prenet: [one(), one()], lstms: [lstm(2), lstm(1)], out: one(), condition: 1 }
    }

    fn gate(x: f32) -> f32 {
        1.0 / (1.0 + (-x).exp())
    }

    /// One LSTM unit without recurrence of its output.
    fn unit(x: f32, cell: &mut f32) -> f32 {
        *cell = gate(x) * (*cell + x.tanh());
        gate(x) * cell.tanh()
    }

    #[test]
    fn each_step_sees_the_length_before_it() {
        let (mut below, mut above, mut last) = (0.0, 0.0, 0.0);
        let expected: Vec<f32> = [0.5, 2.0, -3.0]
            .iter()
            .map(|condition| {
                let lower = unit(last + condition, &mut below);
                last = unit(lower, &mut above).max(0.0);
                last
            })
            .collect();
        let predicted = net().predict(&[0.5, 2.0, -3.0]);
        assert!(
            predicted.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-6),
            "{predicted:?} {expected:?}"
        );
        assert!(predicted[1] > 0.0);
    }

    #[test]
    fn a_logarithm_of_nothing_is_no_frame() {
        assert_eq!(frames(0.0), 0.0);
        assert!((frames(11f32.ln()) - 10.0).abs() < 1e-5);
    }
}
