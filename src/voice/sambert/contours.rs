//! Embedding of pitch and energy into the text vectors of the symbols.

use super::linear::add_scaled;
use super::weights::Weights;
use crate::error::Result;

/// Width of the convolution, in symbols.
const REACH: usize = 9;

/// Convolution of one contour into text vectors.
pub struct ContourNet {
    /// Weights `[REACH][width]`, the earliest neighbour first.
    taps: Vec<f32>,
    bias: Vec<f32>,
}

impl ContourNet {
    /// Weights of contour `name`, for text vectors of `width` numbers. Fails with `voice-corrupt` if they do not fit.
    pub fn read(weights: &Weights, name: &str, width: usize) -> Result<Self> {
        let rows = weights.values(&format!("{name}.weight"), &[width, REACH])?;
        let taps = (0..REACH).flat_map(|tap| rows.chunks_exact(REACH).map(move |row| row[tap])).collect();
        Ok(Self { taps, bias: weights.values(&format!("{name}.bias"), &[width])? })
    }

    /// Adds the contour, one value per symbol, to the text `[symbols][width]`.
    pub fn add(&self, text: &mut [f32], contour: &[f32]) {
        let width = self.bias.len();
        for (at, row) in text.chunks_exact_mut(width).enumerate() {
            add_scaled(row, 1.0, &self.bias);
            for (tap, weights) in self.taps.chunks_exact(width).enumerate() {
                let neighbour = (at + tap).checked_sub(REACH / 2).and_then(|i| contour.get(i));
                add_scaled(row, neighbour.copied().unwrap_or_default(), weights);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_reaches_four_symbols_on_each_side() {
        let net = ContourNet { taps: (1..=18).map(|i| i as f32).collect(), bias: vec![100.0, 200.0] };
        let mut text = vec![0.0; 2 * 7];
        net.add(&mut text, &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        let first: Vec<f32> = text.iter().step_by(2).copied().collect();
        assert_eq!(first, [100.0, 117.0, 115.0, 113.0, 111.0, 109.0, 107.0]);
        assert_eq!(text[11], 210.0);
    }
}
