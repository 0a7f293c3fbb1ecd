//! A dense layer or convolution over a sequence.

use super::gelu::gelu;
use super::panel::{Layout, Sequence, Taps};
use super::weights::{COLUMNS, Lanes, OUTPUTS, Tile, Weights, product};

/// Bytes of the panels that go through one tile's weights after the other: they must stay in the first cache, and the
/// more there are, the less often all weights are fetched from the others.
const CACHED: usize = 32 * 1024;

/// What the sums go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// Nothing.
    Identity,
    /// The Gaussian error linear unit.
    Gelu,
}

/// `activation(weights * x + bias)` at every step of a sequence.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Their inputs are the taps of each channel.
    pub weights: Weights,
    /// What a step sees; more than one only with channels first.
    pub taps: Taps,
    /// Order of the input.
    pub input: Layout,
    /// Order of the output.
    pub output: Layout,
    /// The last operation.
    pub activation: Activation,
}

impl Layer {
    /// Numbers of a step of the input.
    pub fn channels(&self) -> usize {
        self.weights.inputs() / self.taps.count
    }

    /// Runs it over a whole sequence. `bias` has a number for each output or none, `y` room for the output's steps.
    pub fn run(&self, x: &[f32], bias: &[f32], y: &mut [f32]) {
        let sequence = Sequence { values: x, layout: self.input, channels: self.channels() };
        let inputs = self.weights.inputs();
        let steps = y.len() / self.weights.outputs();
        let panels = steps.div_ceil(COLUMNS).min((CACHED / (inputs * size_of::<Lanes>())).max(1));
        let mut block = vec![[0.0; COLUMNS]; panels * inputs];
        for start in (0..steps).step_by(panels * COLUMNS) {
            let starts = (start..steps).step_by(COLUMNS);
            for (start, panel) in starts.clone().zip(block.chunks_exact_mut(inputs)) {
                sequence.fill(panel, &self.taps, start);
            }
            for (number, weights) in self.weights.tiles().enumerate() {
                let output = number * OUTPUTS;
                let bias = bias.get(output..).unwrap_or_default();
                for (start, panel) in starts.clone().zip(block.chunks_exact(inputs)) {
                    let mut tile = product(weights, panel);
                    add(&mut tile, bias);
                    if self.activation == Activation::Gelu {
                        gelu(&mut tile);
                    }
                    self.store(&tile, output, start, y);
                }
            }
        }
    }

    /// Writes a tile that begins at an output and a step.
    fn store(&self, tile: &Tile, output: usize, start: usize, y: &mut [f32]) {
        let outputs = self.weights.outputs();
        let steps = y.len() / outputs;
        let (height, width) = (OUTPUTS.min(outputs - output), COLUMNS.min(steps - start));
        match self.output {
            Layout::ChannelsFirst => {
                for (row, lanes) in tile.iter().take(height).enumerate() {
                    let at = (output + row) * steps + start;
                    y[at..at + width].copy_from_slice(&lanes[..width]);
                }
            }
            Layout::ChannelsLast => {
                for column in 0..width {
                    let at = (start + column) * outputs + output;
                    y[at..at + height].iter_mut().zip(tile).for_each(|(y, lanes)| *y = lanes[column]);
                }
            }
        }
    }
}

/// Adds the bias of each output.
fn add(tile: &mut Tile, bias: &[f32]) {
    for (lanes, bias) in tile.iter_mut().zip(bias) {
        lanes.iter_mut().for_each(|lane| *lane += bias);
    }
}
