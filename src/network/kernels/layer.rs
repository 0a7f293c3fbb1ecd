//! A dense layer or convolution over a sequence.

use std::sync::Arc;

use super::finish::{Activation, Added, Finish};
use super::gelu::gelu;
use super::minimal::Minimal;
use super::panel::{Layout, Sequence, Taps};
use super::steps::{Pairs, Steps};
use super::weights::{COLUMNS, Lanes, OUTPUTS, Tile, Weights, product};
use crate::network::Precision;

/// Bytes of the panels that go through one tile's weights after the other: they must stay in the first cache, and the
/// more there are, the less often all weights are fetched from the others.
const CACHED: usize = 32 * 1024;

/// Fewer inputs than these may be whole steps by chance.
const LEAST_INPUTS: usize = 16;

/// A constant matrix, as exact as its numbers allow.
#[derive(Clone, Debug)]
pub enum Matrix {
    /// Any numbers.
    Floats(Weights),
    /// Whole steps.
    Steps(Steps),
    /// Any numbers, for a convolution of a sequence with channels first.
    Minimal(Minimal),
}

impl Matrix {
    /// The matrix with `weight(input, output)` at each place.
    pub fn new(
        precision: Precision,
        inputs: usize,
        outputs: usize,
        weight: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let may_round = precision == Precision::Rounded && inputs >= LEAST_INPUTS;
        let steps = may_round.then(|| Steps::new(inputs, outputs, &weight)).flatten();
        match steps {
            Some(steps) => Self::Steps(steps),
            None => Self::Floats(Weights::new(inputs, outputs, weight)),
        }
    }

    /// Numbers that a column has.
    pub fn inputs(&self) -> usize {
        match self {
            Self::Floats(weights) => weights.inputs(),
            Self::Steps(steps) => steps.inputs(),
            Self::Minimal(minimal) => minimal.inputs(),
        }
    }

    /// Numbers that a column gets.
    pub fn outputs(&self) -> usize {
        match self {
            Self::Floats(weights) => weights.outputs(),
            Self::Steps(steps) => steps.outputs(),
            Self::Minimal(minimal) => minimal.outputs(),
        }
    }
}

/// `scale * activation(weights * x + bias) + rest` at every step of a sequence.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Their inputs are the taps of each channel.
    pub weights: Arc<Matrix>,
    /// A number for each output, or none.
    pub scale: Vec<f32>,
    /// What a step sees.
    pub taps: Taps,
    /// Order of the input.
    pub input: Layout,
    /// Order of the output.
    pub output: Layout,
    /// The last operation on the sums.
    pub activation: Activation,
}

impl Layer {
    /// The products alone, with these orders of the input and the output.
    pub fn new(weights: Arc<Matrix>, taps: Taps, [input, output]: [Layout; 2]) -> Self {
        Self { weights, scale: Vec::new(), taps, input, output, activation: Activation::Identity }
    }

    /// Numbers of a step of the input.
    pub fn channels(&self) -> usize {
        self.weights.inputs() / self.taps.count
    }

    /// Runs it over a whole sequence; `y` has room for the output's steps.
    pub fn run(&self, x: &[f32], added: Added, y: &mut [f32]) {
        match self.weights.as_ref() {
            Matrix::Floats(weights) => self.run_on(weights, x, added, y),
            Matrix::Steps(steps) => self.run_on(steps, x, added, y),
            Matrix::Minimal(minimal) => {
                let finish = Finish { scale: &self.scale, activation: self.activation, added };
                minimal.run(x, &self.taps, finish, y);
            }
        }
    }

    fn run_on<M: Packed>(&self, matrix: &M, x: &[f32], added: Added, y: &mut [f32]) {
        let sequence = Sequence { values: x, layout: self.input, channels: self.channels() };
        let (rows, outputs) = (matrix.rows(), self.weights.outputs());
        let steps = y.len() / outputs;
        let panels = steps.div_ceil(COLUMNS).min((CACHED / (rows * size_of::<M::Row>())).max(1));
        let mut scratch = vec![[0.0; COLUMNS]; self.weights.inputs()];
        let mut block = vec![M::Row::default(); panels * rows];
        let mut sizes = vec![[0.0; COLUMNS]; panels];
        for start in (0..steps).step_by(panels * COLUMNS) {
            let starts = (start..steps).step_by(COLUMNS);
            for ((start, panel), sizes) in starts.clone().zip(block.chunks_exact_mut(rows)).zip(&mut sizes) {
                let fill = |panel: &mut [Lanes]| sequence.fill(panel, &self.taps, start);
                *sizes = matrix.load(fill, &mut scratch, panel);
            }
            for tile in 0..outputs.div_ceil(OUTPUTS) {
                for ((start, panel), sizes) in starts.clone().zip(block.chunks_exact(rows)).zip(&sizes) {
                    let mut sums = matrix.product(tile, panel, sizes);
                    self.finish(&mut sums, tile * OUTPUTS, added.bias);
                    self.store(&sums, tile * OUTPUTS, start, added.rest, y);
                }
            }
        }
    }

    /// What the sums of a tile that begins at an output go through.
    #[inline(always)]
    fn finish(&self, tile: &mut Tile, output: usize, bias: &[f32]) {
        for (lanes, bias) in tile.iter_mut().zip(bias.get(output..).unwrap_or_default()) {
            lanes.iter_mut().for_each(|lane| *lane += bias);
        }
        match self.activation {
            Activation::Identity => {}
            Activation::Gelu => tile.as_flattened_mut().iter_mut().for_each(|x| *x = gelu(*x)),
            Activation::LeakyRelu(slope) => {
                tile.as_flattened_mut().iter_mut().for_each(|x| *x = if *x < 0.0 { *x * slope } else { *x });
            }
        }
        for (lanes, scale) in tile.iter_mut().zip(self.scale.get(output..).unwrap_or_default()) {
            lanes.iter_mut().for_each(|lane| *lane *= scale);
        }
    }

    /// Writes a tile that begins at an output and a step, with what is added to it.
    #[inline(always)]
    fn store(&self, tile: &Tile, output: usize, start: usize, rest: &[f32], y: &mut [f32]) {
        let outputs = self.weights.outputs();
        let steps = y.len() / outputs;
        let (height, width) = (OUTPUTS.min(outputs - output), COLUMNS.min(steps - start));
        match self.output {
            Layout::ChannelsFirst => {
                let places = std::array::from_fn(|row| (output + row) * steps + start);
                put(tile, places, [height, width], rest, y);
            }
            Layout::ChannelsLast => {
                let turned: [[f32; OUTPUTS]; COLUMNS] =
                    std::array::from_fn(|column| tile.map(|lanes| lanes[column]));
                let places = std::array::from_fn(|column| (start + column) * outputs + output);
                put(&turned, places, [width, height], rest, y);
            }
        }
    }
}

/// Writes the first `rows` rows of `width` values to their places, with what is added there. Whole ones go through vector
/// registers.
#[inline(always)]
fn put<const WIDTH: usize, const ROWS: usize>(
    values: &[[f32; WIDTH]; ROWS],
    places: [usize; ROWS],
    [rows, width]: [usize; 2],
    rest: &[f32],
    y: &mut [f32],
) {
    if rows < ROWS || width < WIDTH {
        for (values, at) in values.iter().zip(places).take(rows) {
            let rest = rest.get(at..).unwrap_or_default().iter().chain(&[0.0; WIDTH]);
            let sums = y[at..at + width].iter_mut().zip(values).zip(rest);
            sums.for_each(|((y, value), rest)| *y = value + rest);
        }
        return;
    }
    for row in 0..ROWS {
        let Some(y) = y.get_mut(places[row]..).and_then(|y| y.first_chunk_mut::<WIDTH>()) else { return };
        *y = values[row];
        if let Some(rest) = rest.get(places[row]..).and_then(|rest| rest.first_chunk::<WIDTH>()) {
            y.iter_mut().zip(rest).for_each(|(y, rest)| *y += rest);
        }
    }
}

/// A matrix whose tiles multiply panels of its own kind.
trait Packed {
    /// What a panel has for each row.
    type Row: Clone + Default;

    /// Rows of a panel.
    fn rows(&self) -> usize;

    /// Makes a panel of what `fill` puts into a panel of floats; the size of a step of each column.
    fn load(&self, fill: impl FnOnce(&mut [Lanes]), scratch: &mut [Lanes], panel: &mut [Self::Row]) -> Lanes;

    /// The products of a tile with a panel.
    fn product(&self, tile: usize, panel: &[Self::Row], sizes: &Lanes) -> Tile;
}

impl Packed for Weights {
    type Row = Lanes;

    fn rows(&self) -> usize {
        self.inputs()
    }

    fn load(&self, fill: impl FnOnce(&mut [Lanes]), _: &mut [Lanes], panel: &mut [Lanes]) -> Lanes {
        fill(panel);
        [1.0; COLUMNS]
    }

    #[inline(always)]
    fn product(&self, tile: usize, panel: &[Lanes], _: &Lanes) -> Tile {
        product(self.tile(tile), panel)
    }
}

impl Packed for Steps {
    type Row = Pairs;

    fn rows(&self) -> usize {
        self.rows()
    }

    fn load(&self, fill: impl FnOnce(&mut [Lanes]), scratch: &mut [Lanes], panel: &mut [Pairs]) -> Lanes {
        fill(scratch);
        self.round(scratch, panel)
    }

    #[inline(always)]
    fn product(&self, tile: usize, panel: &[Pairs], sizes: &Lanes) -> Tile {
        self.product(tile, panel, sizes)
    }
}
