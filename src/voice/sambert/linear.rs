//! Linear algebra of the step nets, on flat row-major slices.
//!
//! Sums run over [`LANES`] partial sums, so that the compiler can keep them in vector registers (SSE, AVX, NEON, wasm
//! simd128) without being allowed to reorder floating point arithmetic.

/// Partial sums of a dot product: four registers of four lanes.
const LANES: usize = 16;

/// Constant that layer norms add to the variance, as in KAN-TTS.
const EPSILON: f32 = 1e-6;

/// Linear layer `y = W x + b`, with `W` row-major.
#[derive(Clone, Debug)]
pub struct Linear {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Linear {
    /// Layer with `weight` `[outputs][inputs]` and `bias` `[outputs]`; both must not be empty.
    pub fn new(weight: Vec<f32>, bias: Vec<f32>) -> Self {
        debug_assert!(!bias.is_empty() && !weight.is_empty() && weight.len().is_multiple_of(bias.len()));
        Self { weight, bias }
    }

    /// Number of inputs.
    pub fn inputs(&self) -> usize {
        self.weight.len() / self.bias.len()
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Output for one vector.
    pub fn run(&self, x: &[f32]) -> Vec<f32> {
        debug_assert_eq!(x.len(), self.inputs());
        let rows = self.weight.chunks_exact(self.inputs());
        rows.zip(&self.bias).map(|(row, bias)| dot(row, x) + bias).collect()
    }
}

/// Dot product of two vectors of the same length.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a_chunks, a_rest) = a.as_chunks::<LANES>();
    let (b_chunks, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// Adds in place: `y += factor * x`.
pub fn add_scaled(y: &mut [f32], factor: f32, x: &[f32]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += factor * x);
}

/// Adds in place: `y += x`.
pub fn add(y: &mut [f32], x: &[f32]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += x);
}

/// Rectifier: negative values become 0.
pub fn relu(mut x: Vec<f32>) -> Vec<f32> {
    x.iter_mut().for_each(|x| *x = x.max(0.0));
    x
}

/// Softmax in place: scores become weights with a sum of 1.
pub fn softmax(scores: &mut [f32]) {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    scores.iter_mut().for_each(|score| *score = (*score - most).exp());
    let sum: f32 = scores.iter().sum();
    scores.iter_mut().for_each(|score| *score /= sum);
}

/// Layer normalisation with learned scale and shift.
#[derive(Clone, Debug)]
pub struct Norm {
    /// Scale of each number.
    pub weight: Vec<f32>,
    /// Shift of each number.
    pub bias: Vec<f32>,
}

impl Norm {
    /// Output for one vector.
    pub fn run(&self, x: &[f32]) -> Vec<f32> {
        let count = x.len() as f32;
        let mean = x.iter().sum::<f32>() / count;
        let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / count;
        let scale = 1.0 / (variance + EPSILON).sqrt();
        x.iter().zip(&self.weight).zip(&self.bias).map(|((x, w), b)| (x - mean) * scale * w + b).collect()
    }
}

/// Long short-term memory cell (Hochreiter and Schmidhuber 1997). Gates are in the order input, forget, cell, output.
#[derive(Clone, Debug)]
pub struct Lstm {
    /// Layer from the input to the four gates; its bias is the only one.
    pub input: Linear,
    /// Weights from the last output to the four gates, `[4 * width][width]`.
    pub hidden: Vec<f32>,
}

/// State of an [`Lstm`] between steps.
#[derive(Clone, Debug)]
pub struct LstmState {
    output: Vec<f32>,
    cell: Vec<f32>,
}

impl Lstm {
    /// State before the first step.
    pub fn start(&self) -> LstmState {
        let width = self.input.outputs() / 4;
        LstmState { output: vec![0.0; width], cell: vec![0.0; width] }
    }

    /// Output of one step, which updates the state.
    pub fn step<'a>(&self, x: &[f32], state: &'a mut LstmState) -> &'a [f32] {
        let width = state.output.len();
        let mut gates = self.input.run(x);
        let recurrent = self.hidden.chunks_exact(width.max(1));
        gates.iter_mut().zip(recurrent).for_each(|(gate, row)| *gate += dot(row, &state.output));
        for i in 0..width {
            let gate = |number: usize| gates[number * width + i];
            state.cell[i] = sigmoid(gate(1)) * state.cell[i] + sigmoid(gate(0)) * gate(2).tanh();
            state.output[i] = sigmoid(gate(3)) * state.cell[i].tanh();
        }
        &state.output
    }
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(a: &[f32], b: &[f32]) {
        assert_eq!(a.len(), b.len());
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6), "{a:?} {b:?}");
    }

    #[test]
    fn a_linear_layer_multiplies_and_adds() {
        let layer = Linear::new(vec![1.0, 2.0, 3.0, 4.0], vec![10.0, 20.0]);
        assert_close(&layer.run(&[1.0, -1.0]), &[9.0, 19.0]);
    }

    #[test]
    fn a_dot_product_counts_every_lane_and_the_rest() {
        for count in [0, 1, 15, 16, 17, 50] {
            let x: Vec<f32> = (1..=count).map(|i| i as f32).collect();
            let expected = (count * (count + 1) * (2 * count + 1) / 6) as f32;
            assert_eq!(dot(&x, &x), expected, "{count}");
        }
    }

    #[test]
    fn weights_of_a_softmax_sum_to_one() {
        let mut scores = [88.0, 88.0 + 3f32.ln()];
        softmax(&mut scores);
        assert!((scores[0] - 0.25).abs() < 1e-5 && (scores[1] - 0.75).abs() < 1e-5, "{scores:?}");
        let mut large = [1e9, 0.0];
        softmax(&mut large);
        assert_eq!(large, [1.0, 0.0]);
    }

    #[test]
    fn a_norm_centres_and_scales() {
        let norm = Norm { weight: vec![1.0, 2.0], bias: vec![0.0, 1.0] };
        assert_close(&norm.run(&[3.0, 5.0]), &[-0.9999995, 2.999999]);
    }

    #[test]
    fn an_lstm_step_by_hand() {
        // One unit, every gate 0 + 1 * x + 1 * output: with x = 0 and no state all gates are at 0.
        let lstm = Lstm { input: Linear::new(vec![1.0; 4], vec![0.0; 4]), hidden: vec![1.0; 4] };
        let mut state = lstm.start();
        assert_close(lstm.step(&[0.0], &mut state), &[0.0]);
        let cell = sigmoid(1.0) * 1f32.tanh();
        let output = sigmoid(1.0) * cell.tanh();
        assert_close(lstm.step(&[1.0], &mut state), &[output]);
        let gate = output;
        let cell = sigmoid(gate) * cell + sigmoid(gate) * gate.tanh();
        assert_close(lstm.step(&[0.0], &mut state), &[sigmoid(gate) * cell.tanh()]);
    }
}
