//! The kind on nets made of arithmetic.

use std::cell::RefCell;

use proptest::prelude::*;
use serde_json::json;
use tracing_subscriber::filter::LevelFilter;

use super::*;
use crate::event::tests::records;
use crate::vocoder::FrameWindow;
use crate::voice::manifest::{Manifest, Model};
use source_filter::{PARTS, bins};

const HOP: usize = 20;
const AUDIO: Audio = Audio { rate: 24_000, hop: HOP };
const CONTEXT: usize = 2;

struct Fake<F>(F);

impl<F: Fn(&[Tensor]) -> Vec<Tensor>> Network for Fake<F> {
    fn run(&self, inputs: Vec<Tensor>) -> Result<Vec<Tensor>> {
        Ok((self.0)(&inputs))
    }
}

fn net<F: Fn(&[Tensor]) -> Vec<Tensor> + 'static>(run: F) -> Box<dyn Network> {
    Box::new(Fake(run))
}

/// Change to a manifest.
type Change = fn(&mut serde_json::Value);

fn manifest(change: impl Fn(&mut serde_json::Value)) -> Result<Layout> {
    let symbols: serde_json::Map<_, _> = (1..=5).map(|id| (id.to_string(), json!(id))).collect();
    let mut json = json!({
        "format": 1, "id": "tiny", "kind": "student", "sample_rate": 24000, "hop": HOP, "symbols": symbols,
        "speakers": [{"name": "qing", "sex": "female", "style": [0.5, 1.0]}, {"name": "song", "sex": "male", "style": [1.0, 0.5]}],
        "limits": {"symbols": 50, "frames": 200}, "f0": {"min": 60, "max": 500}, "context": CONTEXT,
        "stages": {"encoder": {"file": "e"}, "curves": {"file": "c"}, "decoder": {"file": "d"}}, "files": []
    });
    change(&mut json);
    match Manifest::read(&json.to_string())?.model {
        Model::Student(layout) => Ok(layout),
        _ => unreachable!(),
    }
}

fn layout() -> Layout {
    manifest(|_| ()).unwrap()
}

/// Two frames a symbol.
fn encoder() -> Box<dyn Network> {
    net(|inputs| {
        let count = inputs[0].shape[1];
        let rows = |width: usize| {
            Tensor::f32(&[1, width, count], (0..width * count).map(|i| (i % 7) as f32 / 7.0).collect())
        };
        vec![rows(4), rows(3), Tensor::f32(&[1, count], vec![3f32.ln(); count])]
    })
}

/// A voice but for every third frame.
fn curves() -> Box<dyn Network> {
    net(|inputs| {
        let frames = 2 * inputs[0].shape[2];
        let f0 = (0..frames).map(|t| if t % 3 == 2 { 12.0 } else { 200.0 }).collect();
        vec![Tensor::f32(&[1, frames], f0), Tensor::f32(&[1, frames], vec![1.0; frames])]
    })
}

/// Each value of the spectrum from timbre, F0, energy and style of the frames up to [`CONTEXT`] away.
fn decoder() -> Box<dyn Network> {
    net(|inputs| {
        let (width, frames) = (inputs[0].shape[1], inputs[0].shape[2]);
        let values = |i: usize| inputs[i].clone().into_f32(&inputs[i].shape.clone(), "").unwrap();
        let (x, f0, energy, style) = (values(0), values(1), values(2), values(3));
        let own = |t: usize| {
            let timbre: f32 = (0..width).map(|w| x[w * frames + t]).sum();
            timbre + f0[t] / 300.0 + energy[t] + style[0]
        };
        let near =
            |t: usize| (t.saturating_sub(CONTEXT)..(t + CONTEXT + 1).min(frames)).map(own).sum::<f32>();
        let rows = PARTS * bins(HOP);
        let value = |i: usize| ((i / frames % 13) as f32 / 6.5 - 1.0) * near(i % frames).sin();
        vec![Tensor::f32(&[1, rows, frames], (0..rows * frames).map(value).collect())]
    })
}

fn student() -> Student {
    Student::new(&layout(), AUDIO, [encoder(), curves(), decoder()]).unwrap()
}

fn input(count: usize) -> Input {
    let ids: Vec<_> = (0..count as i64).map(|i| i % 5 + 1).collect();
    Input { ids: ids.into(), intensities: vec![0.0; count], style: vec![0.5, 1.0] }
}

/// Everything up to the decoder, with these ratios of pitch and loudness.
fn prepared(student: &Student, count: usize, pitch: f32, loudness: f32) -> (EncoderOutput, Prosody) {
    let mut encoded = student.encode(input(count)).unwrap();
    let lengths = encoded.variances.frames.clone();
    let durations = student.durations(&lengths).unwrap();
    let values = student.contour(&mut encoded, &durations).unwrap().symbols.len();
    let prosody =
        Prosody { lengths, durations, pitch: vec![pitch; values], loudness: vec![loudness; values] };
    (encoded, prosody)
}

fn spoken(student: &Student, count: usize, pitch: f32) -> Vec<f32> {
    let (encoded, prosody) = prepared(student, count, pitch, 1.0);
    student.decode(encoded, prosody).unwrap().collect::<Result<Vec<_>>>().unwrap().concat()
}

#[test]
fn a_symbol_lasts_as_long_as_its_logarithm_says_and_a_frame_at_least() {
    let student = student();
    let encoded = student.encode(input(3)).unwrap();
    assert!(encoded.variances.frames.iter().all(|frames| (frames - 4.0).abs() < 1e-5));
    assert_eq!(student.durations(&[-1.0, 0.0, 0.8, 2.8, 5.2]).unwrap(), [2, 2, 2, 2, 6]);
    for length in [f32::NAN, f32::INFINITY, 1e30] {
        assert_eq!(student.durations(&[length]).unwrap_err().kind(), ErrorKind::OutputInvalid);
    }
    assert_eq!(spoken(&student, 40, 1.0).len(), 40 * 4 * student.frame_samples());
}

#[test]
fn every_value_of_the_contour_has_its_symbol_and_pitch_where_there_is_a_voice() {
    let student = student();
    let mut encoded = student.encode(input(2)).unwrap();
    let contour = student.contour(&mut encoded, &[2, 4]).unwrap();
    assert_eq!(contour.symbols, [0, 0, 1, 1, 1, 1]);
    assert_eq!(contour.lengths, [1.0; 6]);
    let hz = |semitones: &Option<f32>| semitones.map(|semitones| (semitones / 12.0).exp2().round());
    let voiced = Some(200.0);
    assert_eq!(
        contour.semitones.iter().map(hz).collect::<Vec<_>>(),
        [voiced, voiced, None, voiced, voiced, None]
    );
}

#[test]
fn curves_are_fitted_to_symbols_of_any_number_of_frames() {
    let student = student();
    let mut encoded = student.encode(input(4)).unwrap();
    let contour = student.contour(&mut encoded, &[1, 3, 2, 4]).unwrap();
    assert_eq!(contour.symbols, [0, 1, 1, 1, 2, 2, 3, 3, 3, 3]);
    assert_eq!((contour.semitones.len(), encoded.variances.energy.len()), (10, 10));
    let curve: Vec<f32> = (0..12).map(|value| value as f32).collect();
    let fitted = fitted(&curve, &[1, 2, 1, 2], &[1, 3, 2, 4]);
    assert_eq!(fitted, [1.0, 2.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]);
}

#[test]
fn the_decoder_is_given_pitch_that_it_knows_and_the_pulses_what_is_asked_for() {
    let given: Rc<RefCell<Vec<f32>>> = Rc::default();
    let seen = Rc::clone(&given);
    let spectrum = decoder();
    let decoder = net(move |inputs| {
        seen.borrow_mut().extend(inputs[1].clone().into_f32(&inputs[1].shape.clone(), "").unwrap());
        spectrum.run(inputs.to_vec()).unwrap()
    });
    let student = Student::new(&layout(), AUDIO, [encoder(), curves(), decoder]).unwrap();
    for (pitch, expected) in [(0.1, 60.0), (0.25, 60.0), (0.5, 100.0), (2.0, 400.0), (4.0, 500.0)] {
        given.borrow_mut().clear();
        assert!(spoken(&student, 20, pitch).iter().all(|sample| sample.is_finite()));
        assert!(given.borrow().iter().all(|&hz| hz == expected || hz == 12.0), "{pitch}: {given:?}");
    }
    assert_eq!(shifted(&[200.0, 12.0], &[0.1, 0.1]), [LEAST_HZ, 12.0]);
    assert_eq!(shifted(&[200.0, 12.0], &[9.0, 9.0]), [MOST_HZ, 12.0]);
}

#[test]
fn pitch_that_is_held_is_logged_once() {
    let held = |pitch: f32| {
        let records = records(LevelFilter::DEBUG, || drop(spoken(&student(), 20, pitch)));
        records
            .iter()
            .filter(|record| record["message"].as_str().unwrap_or_default().contains("is held"))
            .count()
    };
    assert_eq!((held(0.1), held(1.0), held(9.0)), (1, 0, 1));
}

#[test]
fn nets_that_do_not_fit_are_corrupt() {
    let one = |value: f32| net(move |_| vec![Tensor::f32(&[1, 1], vec![value])]);
    let without_numbers = net(|inputs| {
        let frames = 2 * inputs[0].shape[2];
        let row = |value| Tensor::f32(&[1, frames], vec![value; frames]);
        vec![row(f32::NAN), row(1.0)]
    });
    let silent = net(|inputs| {
        let rows = PARTS * bins(HOP);
        let frames = inputs[0].shape[2];
        vec![Tensor::f32(&[1, rows, frames], vec![f32::NAN; rows * frames])]
    });
    for nets in [
        [one(1.0), curves(), decoder()],
        [encoder(), one(1.0), decoder()],
        [encoder(), curves(), one(1.0)],
        [encoder(), without_numbers, decoder()],
        [encoder(), curves(), silent],
    ] {
        let error = Student::new(&layout(), AUDIO, nets).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::VoiceCorrupt);
    }
}

#[test]
fn a_manifest_that_can_not_be_true_is_corrupt() {
    let changes: [(&str, Change); 11] = [
        ("speakers", |json| json["speakers"] = json!([])),
        ("speakers", |json| json["speakers"][1]["style"] = json!([1.0])),
        ("speakers", |json| json["speakers"][1]["name"] = json!("qing")),
        ("limits.symbols", |json| json["limits"]["symbols"] = json!(0)),
        ("limits.frames", |json| json["limits"]["frames"] = json!(0)),
        ("f0", |json| json["f0"] = json!({"min": 0, "max": 500})),
        ("f0", |json| json["f0"] = json!({"min": 600, "max": 500})),
        ("context", |json| json["context"] = json!(5000)),
        ("hop", |json| json["hop"] = json!(0)),
        ("hop", |json| json["hop"] = json!(600)),
        ("not a manifest", |json| json["symbols"] = json!(["a"])),
    ];
    for (told, change) in changes {
        let error = manifest(change).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::VoiceCorrupt, "{told}");
        assert!(error.message().contains(told), "{error}");
    }
}

/// The samples of an utterance whose windows end where `cuts` say.
fn cut(student: &Student, count: usize, cuts: &[usize]) -> Vec<f32> {
    let (encoded, prosody) = prepared(student, count, 1.0, 1.0);
    let frames = student.frames(encoded, prosody).unwrap();
    let total = frames.symbols.len();
    let mut start = 0;
    let window = |end: usize| {
        let keep = start..end;
        start = end;
        FrameWindow { feed: keep.start.saturating_sub(CONTEXT)..(keep.end + CONTEXT).min(total), keep }
    };
    let mut ends: Vec<usize> = cuts.iter().map(|end| *end.min(&total)).chain([total]).collect();
    ends.sort_unstable();
    ends.dedup();
    ends.retain(|end| *end > 0);
    let windows = ends.into_iter().map(window).collect();
    let windows = windows::Windows::of(Rc::clone(&student.decoder), frames, windows);
    windows.collect::<Result<Vec<_>>>().unwrap().concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_windows_give_the_same_samples(count in 1usize..30, cuts in prop::collection::vec(1usize..120, 0..6)) {
        let student = student();
        let whole = cut(&student, count, &[]);
        prop_assert_eq!(whole.len(), count * 4 * HOP);
        let parts = cut(&student, count, &cuts);
        prop_assert_eq!(parts.len(), whole.len());
        let worst = whole.iter().zip(&parts).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        prop_assert!(worst <= 1e-5, "{}", worst);
    }
}
