//! Whole nets against tract's own operators.

use super::tests::noise;
use crate::network::{Network, Precision, Tensor, TractNetwork, Values, operations};

/// How much louder `expected` is than the difference of `given`, in decibels.
fn snr(expected: &Tensor, given: &Tensor) -> f64 {
    let (Values::F32(a), Values::F32(b)) = (&expected.values, &given.values) else { panic!("numbers") };
    assert_eq!(expected.shape, given.shape);
    let power = |values: &mut dyn Iterator<Item = f32>| values.map(|v| f64::from(v).powi(2)).sum::<f64>();
    let noise = power(&mut a.iter().zip(b).map(|(a, b)| a - b));
    10.0 * (power(&mut a.iter().copied()) / noise.max(1e-30)).log10()
}

/// The net of a file, on our layers and on tract's.
fn both(precision: Precision, path: &str) -> [TractNetwork; 2] {
    let bytes = std::fs::read(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    [TractNetwork::read_as(precision, path, &bytes).unwrap(), TractNetwork::plain(path, &bytes).unwrap()]
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
            ("tests/golden/student/encoder.onnx", encoder),
            ("tests/golden/student/curves.onnx", curves),
            ("tests/golden/student/decoder.onnx", decoder),
            ("tests/voices/tone/vocoder.onnx", mel.clone()),
            ("tests/voices/moods/vocoder.onnx", mel),
            ("tests/voices/slow/decoder.onnx", vec![row(&[1, 2, steps], 1), row(&[1, 2, steps], 2)]),
        ];
        for (path, inputs) in nets {
            let [ours, plain] = both(Precision::Floats, path);
            let expected = plain.run(inputs.clone()).unwrap();
            for (expected, given) in expected.iter().zip(ours.run(inputs).unwrap()) {
                let snr = snr(expected, &given);
                assert!(snr >= 60.0, "{path} with {steps} steps: {snr}");
            }
        }
    }
}

#[test]
fn the_decoder_of_han_keeps_80_db_where_it_is_rounded() {
    let row = |shape: &[usize], seed| Tensor::f32(shape, noise(seed, shape.iter().product()));
    let (steps, mut style) = (60, vec![0.0; 16]);
    style[0] = 1.0;
    let inputs = vec![
        row(&[1, 128, steps], 1),
        Tensor::f32(&[1, steps], (0..steps).map(|step| 150.0 + step as f32).collect()),
        row(&[1, steps], 3),
        Tensor::f32(&[1, 16], style),
    ];
    let [ours, plain] = both(Precision::Rounded, "models/student/pack/decoder.onnx");
    let snr = snr(&plain.run(inputs.clone()).unwrap()[0], &ours.run(inputs).unwrap()[0]);
    assert!(snr >= 80.0, "{snr}");
}

#[test]
fn the_passes_of_the_encoder_of_han_run_on_our_layers() {
    let (symbols, mut style) = (40, vec![0.0; 16]);
    style[0] = 1.0;
    let ids = (0..symbols as i64).map(|i| i * 4).collect();
    let inputs = vec![Tensor::i64(&[1, symbols], ids), Tensor::f32(&[1, 16], style)];
    let [ours, plain] = both(Precision::Floats, "models/student/pack/encoder.onnx");
    let expected = plain.run(inputs.clone()).unwrap();
    let before = operations();
    let given = ours.run(inputs).unwrap();
    for (expected, given) in expected.iter().zip(&given) {
        let snr = snr(expected, given);
        assert!(snr >= 90.0, "{snr}");
    }
    // Four dense layers in each pass: to queries, keys and values, out, wider, narrower.
    let pass = |width: usize, inner: usize| width * (3 * width + width + 2 * inner);
    let passes = 2 * symbols * (6 * pass(192, 384) + 4 * pass(128, 256));
    assert!(operations() - before >= passes as u64);
}
