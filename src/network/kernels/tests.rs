//! The kernels against plain loops.

use proptest::prelude::*;

use std::sync::Arc;

use super::depthwise::Depthwise;
use super::finish::{Activation, Added};
use super::layer::{Layer, Matrix};
use super::minimal::{DILATIONS, Minimal};
use super::norm::Norm;
use super::panel::{Layout, Taps};
use super::steps::Steps;
use super::upsample::Upsample;
use super::weights::Weights;

/// Numbers between -1 and 1 that look random.
pub fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// What a layer is made of.
#[derive(Clone, Debug)]
struct Plain {
    channels: usize,
    outputs: usize,
    taps: Taps,
    input: Layout,
    output: Layout,
    activation: Activation,
    /// `[outputs][channels][taps]`.
    weights: Vec<f32>,
    bias: Vec<f32>,
    scale: Vec<f32>,
    /// Whether something is added to the output.
    rest: bool,
}

/// The error function by its power series, exact enough between -4 and 4.
fn erf(x: f64) -> f64 {
    if x.abs() > 4.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, x);
    for n in 1..100 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    sum * std::f64::consts::FRAC_2_SQRT_PI
}

fn place(layout: Layout, channel: usize, step: usize, channels: usize, steps: usize) -> usize {
    match layout {
        Layout::ChannelsFirst => channel * steps + step,
        Layout::ChannelsLast => step * channels + channel,
    }
}

impl Plain {
    fn layer(&self) -> Layer {
        let weights = Weights::new(self.inputs(), self.outputs, self.weight());
        self.layer_of(Matrix::Floats(weights))
    }

    fn layer_of(&self, matrix: Matrix) -> Layer {
        let layer = Layer::new(Arc::new(matrix), self.taps, [self.input, self.output]);
        Layer { scale: self.scale.clone(), activation: self.activation, ..layer }
    }

    fn inputs(&self) -> usize {
        self.channels * self.taps.count
    }

    fn weight(&self) -> impl Fn(usize, usize) -> f32 {
        |input, output| self.weights[output * self.inputs() + input]
    }

    /// What is added to an output of this length.
    fn rest(&self, length: usize) -> Vec<f32> {
        if self.rest { noise(7, length) } else { Vec::new() }
    }

    /// What a layer gives, and what is expected of it.
    fn both(&self, layer: &Layer, x: &[f32], steps: usize) -> (Vec<f32>, Vec<(f64, f64)>) {
        let expected = self.run(x, steps);
        let rest = self.rest(expected.len());
        let mut y = vec![f32::NAN; expected.len()];
        layer.run(x, Added { bias: &self.bias, rest: &rest }, &mut y);
        (y, expected)
    }

    /// Every value of the output in its plain order, and the sum of what it was added up from, without signs.
    fn run(&self, x: &[f32], steps: usize) -> Vec<(f64, f64)> {
        let Self { channels, outputs, taps, .. } = self;
        let length = steps.checked_add_signed(taps.growth()).unwrap();
        let mut y = vec![(0.0, 0.0); length * outputs];
        let rest = self.rest(y.len());
        for output in 0..*outputs {
            for step in 0..length {
                let bias = f64::from(self.bias.get(output).copied().unwrap_or_default());
                let (mut sum, mut size) = (bias, bias.abs());
                for channel in 0..*channels {
                    for tap in 0..taps.count {
                        let Some(at) = (step + tap * taps.dilation).checked_sub(taps.before) else {
                            continue;
                        };
                        if at < steps {
                            let x = x[place(self.input, channel, at, *channels, steps)];
                            let weight = self.weights[(output * channels + channel) * taps.count + tap];
                            let product = f64::from(x) * f64::from(weight);
                            sum += product;
                            size += product.abs();
                        }
                    }
                }
                match self.activation {
                    Activation::Identity => {}
                    Activation::Gelu => sum *= 0.5 * (1.0 + erf(sum / std::f64::consts::SQRT_2)),
                    Activation::LeakyRelu(slope) => sum = sum.max(sum * f64::from(slope)),
                }
                let scale = self.scale.get(output).map_or(1.0, |scale| f64::from(*scale));
                let at = place(self.output, output, step, *outputs, length);
                let rest = rest.get(at).map_or(0.0, |rest| f64::from(*rest));
                y[at] = (sum * scale + rest, size * scale.abs() + rest.abs());
            }
        }
        y
    }
}

prop_compose! {
    fn plain()(
        channels in 1usize..40,
        outputs in 1usize..40,
        taps in prop_oneof![
            Just(Taps::ONE),
            (1usize..8, 1usize..4, 0usize..12, 0usize..12)
                .prop_map(|(count, dilation, before, after)| Taps { count, dilation, before, after }),
        ],
        [input, output] in [any::<bool>(), any::<bool>()],
        activation in prop_oneof![
            Just(Activation::Identity), Just(Activation::Gelu), Just(Activation::LeakyRelu(0.2))
        ],
        [bias, scale, rest] in [any::<bool>(), any::<bool>(), any::<bool>()],
        seed in any::<u64>(),
    ) -> Plain {
        let layout = |first| if first { Layout::ChannelsFirst } else { Layout::ChannelsLast };
        Plain {
            channels,
            outputs,
            taps,
            input: layout(input),
            output: layout(output),
            activation,
            weights: noise(seed, outputs * channels * taps.count),
            bias: if bias { noise(!seed, outputs) } else { Vec::new() },
            scale: if scale { noise(seed ^ 5, outputs) } else { Vec::new() },
            rest,
        }
    }
}

proptest! {
    #[test]
    fn a_layer_gives_what_a_plain_loop_gives(plain in plain(), steps in 22usize..60, seed in any::<u64>()) {
        let x = noise(seed, plain.channels * steps);
        let (y, expected) = plain.both(&plain.layer(), &x, steps);
        for (y, (expected, size)) in y.iter().zip(&expected) {
            prop_assert!((f64::from(*y) - expected).abs() <= 1e-5 * size, "{} {} {}", y, expected, size);
        }
    }

    #[test]
    fn a_layer_of_whole_steps_gives_nearly_that(
        mut plain in plain(), one_size in any::<bool>(), steps in 22usize..60, seed in any::<u64>()
    ) {
        // Every output has a weight of all its steps, as the files of voices have.
        let inputs = plain.inputs();
        for (output, weights) in plain.weights.chunks_exact_mut(inputs).enumerate() {
            let size = if one_size { 0.003 } else { 0.001 * (output + 1) as f32 };
            weights[0] = 1.0;
            weights.iter_mut().for_each(|weight| *weight = (*weight * 127.0).round() * size);
        }
        let matrix = Steps::new(inputs, plain.outputs, plain.weight()).unwrap();
        let x = noise(seed, plain.channels * steps);
        let (y, expected) = plain.both(&plain.layer_of(Matrix::Steps(matrix)), &x, steps);
        for (y, (expected, size)) in y.iter().zip(&expected) {
            // Half a step of each input is the worst that rounding does.
            let bound = 1e-5 * size + 2e-5 * f64::from(0.127 * (plain.outputs * inputs) as f32);
            prop_assert!((f64::from(*y) - expected).abs() <= bound, "{} {} {}", y, expected, size);
        }
    }

    #[test]
    fn minimal_filtering_gives_what_a_plain_loop_gives(
        mut plain in plain(),
        (count, dilation) in (3usize..12, prop::sample::select(&DILATIONS[..])),
        (before, after) in (0usize..12, 0usize..12),
        (steps, seed) in (1usize..600, any::<u64>()),
    ) {
        plain.taps = Taps { count, dilation, before, after };
        prop_assume!(steps as isize + plain.taps.growth() > 0);
        (plain.input, plain.output) = (Layout::ChannelsFirst, Layout::ChannelsFirst);
        plain.weights = noise(seed, plain.outputs * plain.inputs());
        let matrix = Minimal::new([plain.channels, count], plain.outputs, plain.weight());
        let x = noise(!seed, plain.channels * steps);
        let (y, expected) = plain.both(&plain.layer_of(Matrix::Minimal(matrix)), &x, steps);
        // Neighbours are computed from common sums, so what is small is as exact as what is large beside it.
        let size = expected.iter().map(|(_, size)| *size).fold(0.0, f64::max);
        for (y, (expected, _)) in y.iter().zip(&expected) {
            prop_assert!((f64::from(*y) - expected).abs() <= 1e-6 * size, "{} {} {}", y, expected, size);
        }
    }

    #[test]
    fn normalised_steps_have_no_mean_and_unit_variance(
        channels in 1usize..40, steps in 1usize..30, first in any::<bool>(), seed in any::<u64>()
    ) {
        let layout = if first { Layout::ChannelsFirst } else { Layout::ChannelsLast };
        let (x, gain, bias) = (noise(seed, channels * steps), noise(!seed, channels), noise(seed ^ 1, channels));
        let mut y = vec![f32::NAN; x.len()];
        Norm { gain: gain.clone(), bias: bias.clone(), epsilon: 1e-5, layout }.run(&x, &mut y);
        for step in 0..steps {
            let at = |channel| place(layout, channel, step, channels, steps);
            let mean = (0..channels).map(|c| f64::from(x[at(c)])).sum::<f64>() / channels as f64;
            let variance = (0..channels).map(|c| (f64::from(x[at(c)]) - mean).powi(2)).sum::<f64>() / channels as f64;
            for c in 0..channels {
                let unit = (f64::from(x[at(c)]) - mean) / (variance + 1e-5).sqrt();
                let expected = unit * f64::from(gain[c]) + f64::from(bias[c]);
                prop_assert!((f64::from(y[at(c)]) - expected).abs() <= 1e-4, "{} {}", y[at(c)], expected);
            }
        }
    }
}

proptest! {
    #[test]
    fn a_depthwise_convolution_is_a_dense_one_with_zeros(
        channels in 1usize..12,
        (count, dilation, before, after) in (1usize..8, 1usize..4, 0usize..12, 0usize..12),
        steps in 22usize..60,
        seed in any::<u64>(),
    ) {
        let taps = Taps { count, dilation, before, after };
        let kernels = noise(seed, channels * count);
        for layout in [Layout::ChannelsFirst, Layout::ChannelsLast] {
            let mut plain = Plain {
                channels,
                outputs: channels,
                taps,
                input: layout,
                output: layout,
                activation: Activation::Identity,
                weights: vec![0.0; channels * channels * count],
                bias: noise(!seed, channels),
                scale: Vec::new(),
                rest: false,
            };
            for (channel, kernel) in kernels.chunks_exact(count).enumerate() {
                let at = (channel * channels + channel) * count;
                plain.weights[at..at + count].copy_from_slice(kernel);
            }
            let x = noise(seed ^ 1, channels * steps);
            let expected = plain.run(&x, steps);
            let mut y = vec![f32::NAN; expected.len()];
            Depthwise::new(&kernels, taps, layout).run(&x, &plain.bias, &mut y);
            for (y, (expected, size)) in y.iter().zip(&expected) {
                prop_assert!((f64::from(*y) - expected).abs() <= 1e-5 * size, "{} {}", y, expected);
            }
        }
    }
}

proptest! {
    #[test]
    fn a_transposed_convolution_spreads_every_step(
        (channels, outputs, stride) in (1usize..6, 1usize..9, 1usize..6),
        (more, steps) in (0usize..8, 1usize..20),
        cut in any::<prop::sample::Index>(),
        (adjustment, seed) in (0usize..3, any::<u64>()),
    ) {
        let width = stride + more;
        let before = cut.index(width);
        let whole = (steps - 1) * stride + width + adjustment;
        prop_assume!(before < whole);
        let (kernel, x) = (noise(seed, outputs * channels * width), noise(!seed, channels * steps));
        let bias = noise(seed ^ 1, outputs);
        let mut expected: Vec<f64> = bias.iter().flat_map(|bias| vec![f64::from(*bias); whole]).collect();
        for (i, weight) in kernel.iter().enumerate() {
            let (output, channel, place) = (i / width / channels, i / width % channels, i % width);
            for step in 0..steps {
                let product = f64::from(*weight) * f64::from(x[channel * steps + step]);
                expected[output * whole + step * stride + place] += product;
            }
        }
        let Some(upsample) = Upsample::new(&kernel, [outputs, channels], stride, before) else {
            return Ok(());
        };
        let length = whole - before;
        let mut y = vec![f32::NAN; outputs * length];
        upsample.run(&x, &bias, &mut y);
        for (i, y) in y.iter().enumerate() {
            let expected = expected[i / length * whole + before + i % length];
            prop_assert!((f64::from(*y) - expected).abs() <= 1e-4, "{} {}", y, expected);
        }
    }
}

#[test]
fn sequences_shorter_than_a_panel_or_the_kernel_are_whole() {
    for steps in 1..9 {
        let plain = Plain {
            channels: 3,
            outputs: 5,
            taps: Taps { count: 7, dilation: 1, before: 3, after: 3 },
            input: Layout::ChannelsFirst,
            output: Layout::ChannelsFirst,
            activation: Activation::Identity,
            weights: noise(1, 5 * 3 * 7),
            bias: noise(2, 5),
            scale: Vec::new(),
            rest: true,
        };
        let (y, expected) = plain.both(&plain.layer(), &noise(3, 3 * steps), steps);
        for (y, (expected, size)) in y.iter().zip(expected) {
            assert!((f64::from(*y) - expected).abs() <= 1e-5 * size, "{steps}");
        }
    }
}

#[test]
fn what_is_not_a_number_stays_so() {
    for activation in [Activation::Identity, Activation::Gelu, Activation::LeakyRelu(0.1)] {
        let weights = Matrix::Floats(Weights::new(1, 1, |_, _| 1.0));
        let layer = Layer::new(Arc::new(weights), Taps::ONE, [Layout::ChannelsFirst; 2]);
        let mut y = [0.0; 3];
        let x = [f32::NAN, f32::INFINITY, 1e30];
        Layer { activation, ..layer }.run(&x, Added::default(), &mut y);
        assert!(y[0].is_nan() && y[1] == f32::INFINITY && y[2] == 1e30, "{y:?}");
    }
}

#[test]
fn whole_steps_hide_nothing_that_is_not_a_number() {
    let steps = Steps::new(2, 1, |input, _| [127.0, 3.0][input]).unwrap();
    let layer = Layer::new(Arc::new(Matrix::Steps(steps)), Taps::ONE, [Layout::ChannelsFirst; 2]);
    let mut y = [0.0; 4];
    let x = [f32::NAN, f32::INFINITY, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0];
    layer.run(&x, Added::default(), &mut y);
    assert!(!y[0].is_finite() && !y[1].is_finite(), "{y:?}");
    assert!(y[2] == 0.0 && (y[3] - 127.0).abs() < 1e-2, "{y:?}");
}

#[test]
fn only_whole_steps_are_steps() {
    assert!(
        Steps::new(3, 2, |input, output| (input + 125 * (input / 2)) as f32 * 0.1 * (output + 1) as f32)
            .is_some()
    );
    assert!(Steps::new(3, 2, |input, _| input as f32 * 0.123).is_none());
    assert!(Steps::new(3, 2, |_, _| f32::NAN).is_none());
}
