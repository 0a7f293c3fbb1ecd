//! Attention of one decoder layer: one query over the layer's own last steps and over the memory ahead.

use super::layout::DecoderGeometry;
use super::linear::{Linear, add, add_scaled, dot, softmax};
use super::weights::Weights;
use crate::error::Result;

/// Weights of the attention of one layer.
pub struct Attention {
    /// Projection of a step to query, key and value.
    own: Linear,
    /// Projection of a row of memory to key and value.
    memory: Linear,
    own_out: Linear,
    memory_out: Linear,
    heads: usize,
}

/// Keys and values, `[rows][width]` each.
struct KeyValueRows {
    keys: Vec<f32>,
    values: Vec<f32>,
}

/// Keys and values that one layer attends to in one utterance.
pub struct Past {
    band: usize,
    /// Ring buffer of the last `band` steps and the current one.
    own: KeyValueRows,
    /// Rows of the whole memory.
    memory: KeyValueRows,
}

impl Attention {
    /// Weights of layer `index`, for `memory` numbers per row of memory. Fails with `voice-corrupt` if they do not fit.
    pub fn read(weights: &Weights, index: usize, geometry: DecoderGeometry, memory: usize) -> Result<Self> {
        let DecoderGeometry { width, heads, .. } = geometry;
        let linear = |part: &str, inputs, outputs| {
            weights.linear_to(&format!("decoder.{index}.{part}"), inputs, outputs)
        };
        Ok(Self {
            own: linear("x_qkv", width, 3 * width)?,
            memory: linear("h_kv", memory, 2 * width)?,
            own_out: linear("x_out", width, width)?,
            memory_out: linear("h_out", width, width)?,
            heads,
        })
    }

    /// State before the first step, for a memory `[steps][memory_width]`.
    pub fn start(&self, memory: &[f32], memory_width: usize, band: usize) -> Past {
        let width = self.own.inputs();
        let steps = memory.len() / memory_width.max(1);
        let band = band.min(steps);
        let ring = || vec![0.0; (band + 1) * width];
        let mut rows = KeyValueRows { keys: Vec::new(), values: Vec::new() };
        for row in memory.chunks_exact(memory_width.max(1)) {
            let both = self.memory.run(row);
            rows.keys.extend_from_slice(&both[..width]);
            rows.values.extend_from_slice(&both[width..]);
        }
        Past { band, own: KeyValueRows { keys: ring(), values: ring() }, memory: rows }
    }

    /// Sum to add to the input of step `step`, from the normalised input `x`. Steps must be run in order.
    pub fn run(&self, x: &[f32], step: usize, past: &mut Past) -> Vec<f32> {
        let width = x.len();
        let all = self.own.run(x);
        let (query, rest) = all.split_at(width);
        let (key, value) = rest.split_at(width);
        let slot = step % (past.band + 1) * width;
        past.own.keys[slot..slot + width].copy_from_slice(key);
        past.own.values[slot..slot + width].copy_from_slice(value);

        let seen = (step + 1).min(past.band + 1);
        let own = self.attend(query, &past.own, 0, seen * width);
        let end = ((step + past.band + 1) * width).min(past.memory.keys.len());
        let ahead = self.attend(query, &past.memory, step * width, end);
        let mut sum = self.own_out.run(&own);
        add(&mut sum, &self.memory_out.run(&ahead));
        sum
    }

    /// Values of `rows` from `start` to `end`, weighted per head by the softmax of query times keys.
    fn attend(&self, query: &[f32], rows: &KeyValueRows, start: usize, end: usize) -> Vec<f32> {
        let (keys, values) = (&rows.keys[start..end], &rows.values[start..end]);
        let width = query.len();
        let size = width / self.heads;
        let scale = 1.0 / (size as f32).sqrt();
        let mut attended = vec![0.0; width];
        for (head, sum) in attended.chunks_exact_mut(size).enumerate() {
            let part = head * size..(head + 1) * size;
            let score = |key: &[f32]| dot(&query[part.clone()], &key[part.clone()]) * scale;
            let mut weights: Vec<f32> = keys.chunks_exact(width).map(score).collect();
            softmax(&mut weights);
            for (weight, value) in weights.iter().zip(values.chunks_exact(width)) {
                add_scaled(sum, *weight, &value[part.clone()]);
            }
        }
        attended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One head of one number. Queries and keys are 0, so that all that is seen weighs the same; the value of a step
    /// is its input, that of a row of memory a hundred times the row.
    fn attention() -> Attention {
        let one = || Linear::new(vec![1.0], vec![0.0]);
        Attention {
            own: Linear::new(vec![0.0, 0.0, 1.0], vec![0.0; 3]),
            memory: Linear::new(vec![0.0, 100.0], vec![0.0; 2]),
            own_out: one(),
            memory_out: one(),
            heads: 1,
        }
    }

    #[test]
    fn a_step_sees_the_band_before_it_and_the_band_of_memory_ahead() {
        let memory = [1.0, 2.0, 4.0, 8.0, 16.0];
        let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
        for band in [0, 1, 2, 3, 4, 9] {
            let attention = attention();
            let mut past = attention.start(&memory, 1, band);
            for step in 0..memory.len() {
                let sum = attention.run(&[memory[step]], step, &mut past);
                let own = mean(&memory[step.saturating_sub(band)..=step]);
                let ahead = mean(&memory[step..=(step + band).min(memory.len() - 1)]);
                assert!((sum[0] - own - 100.0 * ahead).abs() < 1e-3, "band {band}, step {step}: {sum:?}");
            }
        }
    }

    #[test]
    fn heads_weigh_for_themselves() {
        let attention = Attention { heads: 2, ..attention() };
        let rows = KeyValueRows { keys: vec![0.0, 9.0, 0.0, -9.0], values: vec![1.0, 10.0, 3.0, 30.0] };
        let attended = attention.attend(&[1.0, 1.0], &rows, 0, 4);
        assert!((attended[0] - 2.0).abs() < 1e-6 && (attended[1] - 10.0).abs() < 1e-3, "{attended:?}");
    }
}
