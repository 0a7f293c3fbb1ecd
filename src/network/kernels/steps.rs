//! Matrices of whole steps, as 8-bit weights are stored: multiplied as integers, two products at a time.
//!
//! A net's file has bytes and, for each output, the size of a step. Their products with inputs of 16 bits are summed up in
//! 32 bits without any rounding, so only the inputs are rounded: to the 32,767th part of the largest of their column,
//! which keeps some 80 dB.

use super::weights::{COLUMNS, Lanes, OUTPUTS, Tile};

/// Steps of the largest weight of an output.
const MOST_STEPS: f32 = 127.0;

/// How far a weight may be from a whole number of steps: what rounding to a float leaves, with room.
const TOLERANCE: f32 = 1e-3;

/// Adding this to a number leaves the nearest whole number in the last bits.
const ROUND: f32 = 12_582_912.0;

/// Two neighbouring inputs of each column, 16 bits each, the first one in the lower half.
pub type Pairs = [u32; COLUMNS];

/// A constant matrix of whole steps, packed in the order that its tiles read it.
#[derive(Clone, Debug)]
pub struct Steps {
    inputs: usize,
    outputs: usize,
    /// The steps of a tile's outputs for every two inputs, tile after tile; zeros fill the last ones.
    packed: Vec<[u32; OUTPUTS]>,
    /// Size of a step of each output.
    sizes: Vec<f32>,
    /// The largest input, in its own steps, with which no sum overflows.
    most: f32,
}

impl Steps {
    /// The matrix with `weight(input, output)` at each place if these are whole steps, of one size for each output or for
    /// all.
    pub fn new(inputs: usize, outputs: usize, weight: impl Fn(usize, usize) -> f32) -> Option<Self> {
        let mut largest = vec![0f32; outputs];
        for input in 0..inputs {
            for (output, most) in largest.iter_mut().enumerate() {
                let size = weight(input, output).abs();
                *most = if size > *most { size } else { *most };
            }
        }
        let own: Vec<f32> = largest.iter().map(|most| most / MOST_STEPS).collect();
        let all = vec![own.iter().copied().fold(0.0, f32::max); outputs];
        [own, all].into_iter().find_map(|sizes| Self::of_sizes(inputs, sizes, &weight))
    }

    /// The matrix if its weights are whole steps of these sizes.
    fn of_sizes(inputs: usize, sizes: Vec<f32>, weight: impl Fn(usize, usize) -> f32) -> Option<Self> {
        let (outputs, rows) = (sizes.len(), inputs.div_ceil(2));
        let factors: Vec<f32> = sizes.iter().map(|size| if *size > 0.0 { 1.0 / size } else { 0.0 }).collect();
        let mut packed = vec![[0; OUTPUTS]; outputs.div_ceil(OUTPUTS) * rows];
        let mut sums = vec![0i64; outputs];
        for input in 0..inputs {
            for (output, sum) in sums.iter_mut().enumerate() {
                let steps = whole(weight(input, output), factors[output])?;
                *sum += i64::from(steps.unsigned_abs());
                let pairs = &mut packed[output / OUTPUTS * rows + input / 2];
                pairs[output % OUTPUTS] |= u32::from(steps as u16) << (16 * (input % 2));
            }
        }
        let most = i64::from(i32::MAX) / sums.into_iter().max().unwrap_or_default().max(1) - 1;
        Some(Self { inputs, outputs, packed, sizes, most: most.min(i64::from(i16::MAX)) as f32 })
    }

    /// Numbers that a column has.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Numbers that a column gets.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Rows of a panel of [`Pairs`].
    pub fn rows(&self) -> usize {
        self.inputs.div_ceil(2)
    }

    /// Rounds a panel to steps; the size of a step of each column. In a column with something that is not a number, that
    /// is none either.
    pub fn round(&self, panel: &[Lanes], rows: &mut [Pairs]) -> Lanes {
        let mut most = [0u32; COLUMNS];
        for lanes in panel {
            // The order of their bits is that of the sizes, and what is no number comes last.
            most.iter_mut().zip(lanes).for_each(|(most, x)| *most = (*most).max(x.abs().to_bits()));
        }
        let most = most.map(f32::from_bits);
        let factors = most.map(|most| self.most / most);
        for (row, pair) in rows.iter_mut().zip(panel.chunks(2)) {
            let second = pair.get(1).copied().unwrap_or_default();
            for column in 0..COLUMNS {
                let low = (pair[0][column] * factors[column] + ROUND).to_bits() & 0xFFFF;
                let high = (second[column] * factors[column] + ROUND).to_bits() << 16;
                row[column] = low | high;
            }
        }
        most.map(|most| most / self.most)
    }

    /// The products of a tile's weights with a panel whose columns have steps of these sizes.
    #[inline(always)]
    pub fn product(&self, tile: usize, rows: &[Pairs], sizes: &Lanes) -> Tile {
        let weights = &self.packed[tile * self.rows()..(tile + 1) * self.rows()];
        let sums = sums(weights, rows);
        let mut tile_of = [[0.0; COLUMNS]; OUTPUTS];
        let own = self.sizes[tile * OUTPUTS..].iter().chain([0.0; OUTPUTS].iter());
        for ((lanes, sums), own) in tile_of.iter_mut().zip(&sums).zip(own) {
            for column in 0..COLUMNS {
                lanes[column] = sums[column] as f32 * (sizes[column] * own);
            }
        }
        tile_of
    }
}

/// A weight in steps, of which `factor` make one, if it is a whole number of them.
#[inline(always)]
fn whole(weight: f32, factor: f32) -> Option<i16> {
    let steps = weight * factor;
    let rounded = steps + ROUND;
    let is_whole = (steps - (rounded - ROUND)).abs() <= TOLERANCE && (factor > 0.0 || weight == 0.0);
    is_whole.then(|| rounded.to_bits() as i16)
}

/// Sums of the products of a tile's weights with a panel.
#[cfg(not(target_arch = "wasm32"))]
#[inline(always)]
fn sums(weights: &[[u32; OUTPUTS]], rows: &[Pairs]) -> [[i32; COLUMNS]; OUTPUTS] {
    let halves = |pair: u32| [i32::from(pair as u16 as i16), i32::from((pair >> 16) as u16 as i16)];
    let mut sums = [[0; COLUMNS]; OUTPUTS];
    for (weights, row) in weights.iter().zip(rows) {
        for (sums, weight) in sums.iter_mut().zip(weights) {
            let weight = halves(*weight);
            for (sum, x) in sums.iter_mut().zip(row) {
                let x = halves(*x);
                *sum += weight[0] * x[0] + weight[1] * x[1];
            }
        }
    }
    sums
}

/// The same by the instruction that multiplies eight numbers and adds up the products of neighbours, which the compiler
/// does not find by itself.
#[cfg(target_arch = "wasm32")]
#[inline(always)]
fn sums(weights: &[[u32; OUTPUTS]], rows: &[Pairs]) -> [[i32; COLUMNS]; OUTPUTS] {
    use std::arch::wasm32::{i32x4_add, i32x4_dot_i16x8, i32x4_extract_lane as lane, u32x4, u32x4_splat};

    let mut sums = [[u32x4_splat(0); 2]; OUTPUTS];
    for (weights, [a, b, c, d, e, f, g, h]) in weights.iter().zip(rows) {
        let x = [u32x4(*a, *b, *c, *d), u32x4(*e, *f, *g, *h)];
        for (sums, weight) in sums.iter_mut().zip(weights) {
            let weight = u32x4_splat(*weight);
            sums[0] = i32x4_add(sums[0], i32x4_dot_i16x8(x[0], weight));
            sums[1] = i32x4_add(sums[1], i32x4_dot_i16x8(x[1], weight));
        }
    }
    let spread = |v| [lane::<0>(v), lane::<1>(v), lane::<2>(v), lane::<3>(v)];
    sums.map(|[left, right]| {
        let ([a, b, c, d], [e, f, g, h]) = (spread(left), spread(right));
        [a, b, c, d, e, f, g, h]
    })
}
