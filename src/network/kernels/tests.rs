//! The layers against a plain loop, and whole nets against tract's own operators.

use proptest::prelude::*;

use super::depthwise::Depthwise;
use super::layer::{Activation, Layer};
use super::panel::{Layout, Taps};
use super::weights::Weights;
use crate::network::{Network, Tensor, TractNetwork, Values};

/// Numbers between -1 and 1 that look random.
fn noise(seed: u64, count: usize) -> Vec<f32> {
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
        let inputs = self.channels * self.taps.count;
        Layer {
            weights: Weights::new(inputs, self.outputs, |input, output| {
                self.weights[output * inputs + input]
            }),
            taps: self.taps,
            input: self.input,
            output: self.output,
            activation: self.activation,
        }
    }

    /// Every value of the output in its plain order, and the sum of what it was added up from, without signs.
    fn run(&self, x: &[f32], steps: usize) -> Vec<(f64, f64)> {
        let Self { channels, outputs, taps, .. } = self;
        let length = steps.checked_add_signed(taps.growth()).unwrap();
        let mut y = vec![(0.0, 0.0); length * outputs];
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
                if self.activation == Activation::Gelu {
                    sum *= 0.5 * (1.0 + erf(sum / std::f64::consts::SQRT_2));
                }
                y[place(self.output, output, step, *outputs, length)] = (sum, size);
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
        activation in prop_oneof![Just(Activation::Identity), Just(Activation::Gelu)],
        bias in any::<bool>(),
        seed in any::<u64>(),
    ) -> Plain {
        let layout = |first| if first { Layout::ChannelsFirst } else { Layout::ChannelsLast };
        Plain {
            channels,
            outputs,
            taps,
            input: layout(input || taps != Taps::ONE),
            output: layout(output),
            activation,
            weights: noise(seed, outputs * channels * taps.count),
            bias: if bias { noise(!seed, outputs) } else { Vec::new() },
        }
    }
}

proptest! {
    #[test]
    fn a_layer_gives_what_a_plain_loop_gives(plain in plain(), steps in 22usize..60, seed in any::<u64>()) {
        let x = noise(seed, plain.channels * steps);
        let expected = plain.run(&x, steps);
        let mut y = vec![f32::NAN; expected.len()];
        plain.layer().run(&x, &plain.bias, &mut y);
        for (y, (expected, size)) in y.iter().zip(&expected) {
            prop_assert!((f64::from(*y) - expected).abs() <= 1e-5 * size, "{} {} {}", y, expected, size);
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
        let mut plain = Plain {
            channels,
            outputs: channels,
            taps,
            input: Layout::ChannelsFirst,
            output: Layout::ChannelsFirst,
            activation: Activation::Identity,
            weights: vec![0.0; channels * channels * count],
            bias: noise(!seed, channels),
        };
        for (channel, kernel) in kernels.chunks_exact(count).enumerate() {
            let at = (channel * channels + channel) * count;
            plain.weights[at..at + count].copy_from_slice(kernel);
        }
        let x = noise(seed ^ 1, channels * steps);
        let expected = plain.run(&x, steps);
        let mut y = vec![f32::NAN; expected.len()];
        Depthwise { kernels, taps }.run(&x, &plain.bias, &mut y);
        for (y, (expected, size)) in y.iter().zip(&expected) {
            prop_assert!((f64::from(*y) - expected).abs() <= 1e-5 * size, "{} {}", y, expected);
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
        };
        let x = noise(3, 3 * steps);
        let mut y = vec![f32::NAN; 5 * steps];
        plain.layer().run(&x, &plain.bias, &mut y);
        for (y, (expected, size)) in y.iter().zip(plain.run(&x, steps)) {
            assert!((f64::from(*y) - expected).abs() <= 1e-5 * size, "{steps}");
        }
    }
}

#[test]
fn what_is_not_a_number_stays_so() {
    for activation in [Activation::Identity, Activation::Gelu] {
        let layer = Layer {
            weights: Weights::new(1, 1, |_, _| 1.0),
            taps: Taps::ONE,
            input: Layout::ChannelsFirst,
            output: Layout::ChannelsFirst,
            activation,
        };
        let mut y = [0.0; 3];
        layer.run(&[f32::NAN, f32::INFINITY, 1e30], &[], &mut y);
        assert!(y[0].is_nan() && y[1] == f32::INFINITY && y[2] == 1e30, "{y:?}");
    }
}

/// How much louder `expected` is than the difference of `given`, in decibels.
fn snr(expected: &Tensor, given: &Tensor) -> f64 {
    let (Values::F32(a), Values::F32(b)) = (&expected.values, &given.values) else { panic!("numbers") };
    assert_eq!(expected.shape, given.shape);
    let power = |values: &mut dyn Iterator<Item = f32>| values.map(|v| f64::from(v).powi(2)).sum::<f64>();
    let noise = power(&mut a.iter().zip(b).map(|(a, b)| a - b));
    10.0 * (power(&mut a.iter().copied()) / noise.max(1e-30)).log10()
}

/// The net of a file of `tests`, on our layers and on tract's.
fn both(path: &str) -> [TractNetwork; 2] {
    let bytes = std::fs::read(format!("{}/tests/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    [TractNetwork::read(path, &bytes).unwrap(), TractNetwork::plain(path, &bytes).unwrap()]
}

#[test]
fn whole_nets_give_what_they_give_on_tract_alone() {
    let row = |shape: &[usize], seed| Tensor::f32(shape, noise(seed, shape.iter().product()));
    for steps in [1, 7, 8, 50] {
        let curves = vec![row(&[1, 6, steps], 1), row(&[1, 4], 2)];
        let decoder = vec![row(&[1, 5, steps], 1), row(&[1, steps], 2), row(&[1, steps], 3), row(&[1, 4], 4)];
        let encoder =
            vec![Tensor::i64(&[1, steps], (0..steps).map(|i| i as i64 % 5).collect()), row(&[1, 4], 2)];
        let mel = vec![row(&[1, 80, steps], 1)];
        let nets = [
            ("golden/student/encoder.onnx", encoder),
            ("golden/student/curves.onnx", curves),
            ("golden/student/decoder.onnx", decoder),
            ("voices/tone/vocoder.onnx", mel.clone()),
            ("voices/moods/vocoder.onnx", mel),
            ("voices/slow/decoder.onnx", vec![row(&[1, 2, steps], 1), row(&[1, 2, steps], 2)]),
        ];
        for (path, inputs) in nets {
            let [ours, plain] = both(path);
            let expected = plain.run(inputs.clone()).unwrap();
            for (expected, given) in expected.iter().zip(ours.run(inputs).unwrap()) {
                let snr = snr(expected, &given);
                assert!(snr >= 60.0, "{path} with {steps} steps: {snr}");
            }
        }
    }
}
