//! Convolutions with fewer multiplications: minimal filtering (Winograd 1980; for nets Lavin & Gray 2016).
//!
//! Four steps of an output of a kernel with three taps need six multiplications instead of twelve: of six sums of the
//! inputs with six sums of the weights, which are prepared. Longer kernels are several of three taps. Steps as far apart
//! as the kernel's dilation belong together.

use std::array::from_fn;

use super::finish::Finish;
use super::panel::Taps;
use super::weights::{COLUMNS, Lanes, OUTPUTS, Tile, Weights, add_product};

/// Taps of a piece of the kernel.
const TAPS: usize = 3;

/// Steps of the output that are computed together.
const STEPS: usize = 4;

/// Multiplications for them.
const POINTS: usize = STEPS + TAPS - 1;

/// The most groups of such steps that are computed at a time.
const GROUPS: usize = 128;

/// Bytes of their panels, which must stay in the second cache.
const CACHED: usize = 512 * 1024;

/// With fewer channels there is no gain.
const LEAST_CHANNELS: usize = 16;

/// Dilations of the kernel that there is code for: those of which windows can begin at a whole group of steps
/// ([`Lengths::alignment`](crate::vocoder::Lengths)). With 7 as well they would have to begin at multiples of 252 frames.
pub const DILATIONS: [usize; 5] = [1, 3, 5, 9, 27];

/// The weights of a kernel.
#[derive(Clone, Debug)]
pub struct Minimal {
    points: [Weights; POINTS],
    channels: usize,
    /// Taps of the kernel.
    count: usize,
}

impl Minimal {
    /// Whether a convolution can be computed so, and faster than otherwise: sums of few numbers cost more than they save.
    pub fn gains(taps: &Taps, [channels, outputs]: [usize; 2]) -> bool {
        taps.count >= TAPS && DILATIONS.contains(&taps.dilation) && channels.min(outputs) >= LEAST_CHANNELS
    }

    /// The kernel with `weight(channel * count + tap, output)` at each place.
    pub fn new([channels, count]: [usize; 2], outputs: usize, weight: impl Fn(usize, usize) -> f32) -> Self {
        let pieces = count.div_ceil(TAPS);
        let point = |point: usize| {
            Weights::new(channels * pieces, outputs, |input, output| {
                let (channel, first) = (input / pieces, input % pieces * TAPS);
                let tap = |tap| match first + tap {
                    tap if tap < count => weight(channel * count + tap, output),
                    _ => 0.0,
                };
                kernel(point, from_fn(tap))
            })
        };
        Self { points: from_fn(point), channels, count }
    }

    /// Numbers that a column has.
    pub fn inputs(&self) -> usize {
        self.channels * self.count
    }

    /// Numbers that a column gets.
    pub fn outputs(&self) -> usize {
        self.points[0].outputs()
    }

    /// Runs it over a whole sequence; `y` has room for the output's steps.
    pub fn run(&self, x: &[f32], taps: &Taps, finish: Finish, y: &mut [f32]) {
        match taps.dilation {
            1 => self.run_with::<1>(x, taps.before, finish, y),
            3 => self.run_with::<3>(x, taps.before, finish, y),
            5 => self.run_with::<5>(x, taps.before, finish, y),
            9 => self.run_with::<9>(x, taps.before, finish, y),
            _ => self.run_with::<27>(x, taps.before, finish, y),
        }
    }

    fn run_with<const DILATION: usize>(&self, x: &[f32], before: usize, finish: Finish, y: &mut [f32]) {
        let (steps, length) = (x.len() / self.channels, y.len() / self.outputs());
        let span = STEPS * DILATION;
        let most = self.groups(DILATION).min(length.div_ceil(span)) * span;
        let mut stretch = Stretch::<DILATION>::new(most, self.pieces());
        let mut panels = vec![[0.0; COLUMNS]; blocks(most) * self.panels()];
        for start in (0..length).step_by(most) {
            let count = most.min((length - start).div_ceil(span) * span);
            for (channel, x) in x.chunks_exact(steps).enumerate() {
                stretch.read(x, start, before, count);
                self.fill(&stretch, channel, &mut panels, blocks(count));
            }
            let here = count.min(length - start);
            for tile in 0..self.outputs().div_ceil(OUTPUTS) {
                self.multiply(tile, &panels, blocks(count), &mut stretch.sums);
                for (output, sums) in (tile * OUTPUTS..self.outputs()).zip(&stretch.sums) {
                    join::<DILATION>(sums, &mut stretch.line[..count]);
                    let at = output * length + start;
                    finish.write(&stretch.line[..here], output, &mut y[at..at + here], at);
                }
            }
        }
    }

    fn pieces(&self) -> usize {
        self.count.div_ceil(TAPS)
    }

    /// Rows of a block's panels.
    fn panels(&self) -> usize {
        POINTS * self.points[0].inputs()
    }

    /// How many steps that are a dilation's length apart make a stretch.
    fn groups(&self, dilation: usize) -> usize {
        let blocks = (CACHED / (self.panels() * size_of::<Lanes>())).max(1);
        (GROUPS.min(blocks * COLUMNS) / dilation).max(1)
    }

    /// Writes the sums of a channel's inputs to its rows of the panels.
    fn fill<const DILATION: usize>(
        &self,
        stretch: &Stretch<DILATION>,
        channel: usize,
        panels: &mut [Lanes],
        blocks: usize,
    ) {
        let rows = self.points[0].inputs();
        for (block, panels) in panels.chunks_exact_mut(self.panels()).take(blocks).enumerate() {
            for piece in 0..self.pieces() {
                let values = inputs(from_fn(|i| stretch.lanes(block, piece * TAPS + i)));
                let row = channel * self.pieces() + piece;
                panels.iter_mut().skip(row).step_by(rows).zip(values).for_each(|(row, values)| *row = values);
            }
        }
    }

    /// Multiplies the panels by a tile's weights.
    fn multiply(&self, tile: usize, panels: &[Lanes], blocks: usize, sums: &mut [Rows; OUTPUTS]) {
        let rows = self.points[0].inputs();
        for (block, panels) in panels.chunks_exact(self.panels()).take(blocks).enumerate() {
            let mut products = [[[0.0; COLUMNS]; OUTPUTS]; POINTS];
            for ((products, weights), panel) in
                products.iter_mut().zip(&self.points).zip(panels.chunks_exact(rows))
            {
                add_product(weights.tile(tile), panel, products);
            }
            for (output, sums) in sums.iter_mut().enumerate() {
                for (row, values) in sums.iter_mut().zip(outputs(&products, output)) {
                    row[block * COLUMNS..(block + 1) * COLUMNS].copy_from_slice(&values);
                }
            }
        }
    }
}

/// Steps of a sequence: the first of each group, the second of each and so on.
type Rows = [Vec<f32>; STEPS];

/// A part of a sequence that is computed at a time.
struct Stretch<const DILATION: usize> {
    /// Its steps in their order.
    line: Vec<f32>,
    /// The same in groups.
    rows: Rows,
    /// What becomes of them.
    sums: [Rows; OUTPUTS],
    /// Steps after it that the kernel sees.
    after: usize,
}

impl<const DILATION: usize> Stretch<DILATION> {
    fn new(steps: usize, pieces: usize) -> Self {
        let after = ((pieces - 1) * TAPS + POINTS - 1) / STEPS * DILATION;
        let width = blocks(steps) * COLUMNS;
        let rows = |width: usize| from_fn(|_| vec![0.0; width]);
        Self {
            line: vec![0.0; steps + STEPS * after],
            rows: rows(width + after),
            sums: from_fn(|_| rows(width)),
            after: STEPS * after,
        }
    }

    /// Takes this many steps of a channel, and those after it.
    fn read(&mut self, x: &[f32], start: usize, before: usize, count: usize) {
        let line = &mut self.line[..count + self.after];
        read(x, start, before, line);
        part::<DILATION>(line, &mut self.rows);
    }

    /// The same step of eight groups.
    #[inline(always)]
    fn lanes(&self, block: usize, step: usize) -> Lanes {
        let at = block * COLUMNS + step / STEPS * DILATION;
        let row = self.rows[step % STEPS].get(at..).and_then(|row| row.first_chunk());
        row.copied().unwrap_or_default()
    }
}

/// Panels for this many steps.
fn blocks(steps: usize) -> usize {
    (steps / STEPS).div_ceil(COLUMNS)
}

/// The steps from `start - before` on, zeros beyond the ends.
fn read(x: &[f32], start: usize, before: usize, line: &mut [f32]) {
    let zeros = before.saturating_sub(start).min(line.len());
    let (ahead, line) = line.split_at_mut(zeros);
    ahead.fill(0.0);
    let x = x.get((start + zeros).saturating_sub(before)..).unwrap_or_default();
    let there = x.len().min(line.len());
    line[..there].copy_from_slice(&x[..there]);
    line[there..].fill(0.0);
}

/// Takes groups of steps apart: the first step of each group, the second of each and so on.
fn part<const DILATION: usize>(line: &[f32], rows: &mut Rows) {
    if DILATION == 1 {
        let [a, b, c, d] = rows.each_mut().map(|row| row.as_chunks_mut::<4>().0.iter_mut());
        for ((((a, b), c), d), line) in a.zip(b).zip(c).zip(d).zip(line.as_chunks::<16>().0) {
            (*a, *b, *c, *d) = (
                from_fn(|i| line[4 * i]),
                from_fn(|i| line[4 * i + 1]),
                from_fn(|i| line[4 * i + 2]),
                from_fn(|i| line[4 * i + 3]),
            );
        }
        let done = line.len() / 16 * 4;
        for (at, group) in line.as_chunks::<4>().0.iter().enumerate().skip(done) {
            rows.iter_mut().zip(group).for_each(|(row, value)| row[at] = *value);
        }
        return;
    }
    let parts = line.as_chunks::<DILATION>().0;
    for (step, row) in rows.iter_mut().enumerate() {
        let places = row.as_chunks_mut::<DILATION>().0.iter_mut();
        places.zip(parts.iter().skip(step).step_by(STEPS)).for_each(|(place, values)| *place = *values);
    }
}

/// The opposite.
fn join<const DILATION: usize>(rows: &Rows, line: &mut [f32]) {
    if DILATION == 1 {
        let [a, b, c, d] = rows.each_ref().map(|row| row.as_chunks::<4>().0.iter());
        let all = a.zip(b).zip(c).zip(d);
        let done = line.len() / 16 * 4;
        for ((((a, b), c), d), line) in all.zip(line.as_chunks_mut::<16>().0) {
            *line = from_fn(|i| [a, b, c, d][i % 4][i / 4]);
        }
        for (at, group) in line.as_chunks_mut::<4>().0.iter_mut().enumerate().skip(done) {
            rows.iter().zip(group).for_each(|(row, value)| *value = row[at]);
        }
        return;
    }
    let parts = line.as_chunks_mut::<DILATION>().0;
    for (step, row) in rows.iter().enumerate() {
        let places = parts.iter_mut().skip(step).step_by(STEPS);
        places.zip(row.as_chunks::<DILATION>().0).for_each(|(place, values)| *place = *values);
    }
}

/// The sum of the weights for one of the points 0, 1, -1, 2, -2 and infinity.
fn kernel(point: usize, weights: [f32; TAPS]) -> f32 {
    let [a, b, c] = weights.map(f64::from);
    let sum = match point {
        0 => a / 4.0,
        1 => -(a + b + c) / 6.0,
        2 => -(a - b + c) / 6.0,
        3 => (a + 2.0 * b + 4.0 * c) / 24.0,
        4 => (a - 2.0 * b + 4.0 * c) / 24.0,
        _ => c,
    };
    sum as f32
}

/// The six sums of the inputs.
#[inline(always)]
fn inputs([a, b, c, d, e, f]: [Lanes; POINTS]) -> [Lanes; POINTS] {
    let mut sums = [[0.0; COLUMNS]; POINTS];
    for i in 0..COLUMNS {
        let (even, odd) = (e[i] - 4.0 * c[i], d[i] - 4.0 * b[i]);
        let (near, far) = (e[i] - c[i], 2.0 * (d[i] - b[i]));
        sums[0][i] = 4.0 * a[i] - 5.0 * c[i] + e[i];
        sums[1][i] = even + odd;
        sums[2][i] = even - odd;
        sums[3][i] = near + far;
        sums[4][i] = near - far;
        sums[5][i] = 4.0 * b[i] - 5.0 * d[i] + f[i];
    }
    sums
}

/// Four steps of an output of the six products.
#[inline(always)]
fn outputs(products: &[Tile; POINTS], output: usize) -> [Lanes; STEPS] {
    let [a, b, c, d, e, f] = products.each_ref().map(|tile| &tile[output]);
    let mut steps = [[0.0; COLUMNS]; STEPS];
    for i in 0..COLUMNS {
        let (even, odd) = (b[i] + c[i], b[i] - c[i]);
        let (far, odd_far) = (d[i] + e[i], d[i] - e[i]);
        steps[0][i] = a[i] + even + far;
        steps[1][i] = odd + 2.0 * odd_far;
        steps[2][i] = even + 4.0 * far;
        steps[3][i] = odd + 8.0 * odd_far + f[i];
    }
    steps
}
