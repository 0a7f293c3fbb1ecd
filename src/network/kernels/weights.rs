//! Weights times a panel of columns, in tiles whose sums stay in vector registers.

/// Columns of a panel: two registers of four lanes.
pub const COLUMNS: usize = 8;

/// Outputs of a tile. Its sums, two registers of inputs, a weight and a product take 12 registers of the 16 that x86-64
/// has. Tiles of 5, 6 and 8 outputs spill there: they reach 36, 32 and 29 GFLOP/s in V8 where this one reaches 44.
pub const OUTPUTS: usize = 4;

/// A value of each column.
pub type Lanes = [f32; COLUMNS];

/// Sums of a tile: the columns of each output.
pub type Tile = [Lanes; OUTPUTS];

/// A constant matrix, packed in the order that its tiles read it.
#[derive(Clone, Debug)]
pub struct Weights {
    inputs: usize,
    outputs: usize,
    /// The weights of a tile's outputs for every input, tile after tile; zeros fill the last one.
    packed: Vec<[f32; OUTPUTS]>,
}

impl Weights {
    /// The matrix with `weight(input, output)` at each place.
    pub fn new(inputs: usize, outputs: usize, weight: impl Fn(usize, usize) -> f32) -> Self {
        let packed = (0..outputs.div_ceil(OUTPUTS) * inputs).map(|place| {
            let (tile, input) = (place / inputs, place % inputs);
            std::array::from_fn(|i| match tile * OUTPUTS + i {
                output if output < outputs => weight(input, output),
                _ => 0.0,
            })
        });
        Self { inputs, outputs, packed: packed.collect() }
    }

    /// Numbers that a column has.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Numbers that a column gets.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The weights of a tile: a row for each input.
    #[inline(always)]
    pub fn tile(&self, tile: usize) -> &[[f32; OUTPUTS]] {
        &self.packed[tile * self.inputs..(tile + 1) * self.inputs]
    }
}

/// The products of a tile's weights with a panel, which has a row for each input too.
#[inline(always)]
pub fn product(weights: &[[f32; OUTPUTS]], panel: &[Lanes]) -> Tile {
    let mut sums = [[0.0; COLUMNS]; OUTPUTS];
    add_product(weights, panel, &mut sums);
    sums
}

/// Adds the products to the sums of a tile.
#[cfg(not(target_feature = "relaxed-simd"))]
#[inline(always)]
pub fn add_product(weights: &[[f32; OUTPUTS]], panel: &[Lanes], sums: &mut Tile) {
    for (weights, lanes) in weights.iter().zip(panel) {
        for output in 0..OUTPUTS {
            for column in 0..COLUMNS {
                sums[output][column] += weights[output] * lanes[column];
            }
        }
    }
}

/// The same by the instruction that multiplies and adds at once, which the compiler may not choose by itself: a host may
/// round between the two or not.
#[cfg(target_feature = "relaxed-simd")]
#[inline(always)]
pub fn add_product(weights: &[[f32; OUTPUTS]], panel: &[Lanes], sums: &mut Tile) {
    use std::arch::wasm32::{f32x4, f32x4_extract_lane as lane, f32x4_relaxed_madd, f32x4_splat};

    let halves = |[a, b, c, d, e, f, g, h]: Lanes| [f32x4(a, b, c, d), f32x4(e, f, g, h)];
    let mut registers = sums.map(halves);
    for (weights, lanes) in weights.iter().zip(panel) {
        let [left, right] = halves(*lanes);
        for (sums, weight) in registers.iter_mut().zip(weights) {
            let weight = f32x4_splat(*weight);
            sums[0] = f32x4_relaxed_madd(left, weight, sums[0]);
            sums[1] = f32x4_relaxed_madd(right, weight, sums[1]);
        }
    }
    let spread = |v| [lane::<0>(v), lane::<1>(v), lane::<2>(v), lane::<3>(v)];
    *sums = registers.map(|[left, right]| {
        let ([a, b, c, d], [e, f, g, h]) = (spread(left), spread(right));
        [a, b, c, d, e, f, g, h]
    });
}
