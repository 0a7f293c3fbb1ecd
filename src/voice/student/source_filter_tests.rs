use super::*;
use proptest::prelude::*;

const HOP: usize = 20;
const RATE: u32 = 24_000;

fn f0(frames: usize) -> Vec<f32> {
    (0..frames).map(|t| if t % 11 < 3 { 0.0 } else { 150.0 + 20.0 * (t as f32 / 3.0).sin() }).collect()
}

/// Spectra of `frames` columns, each part and bin as `value` says.
fn values(frames: usize, value: impl Fn(usize, usize, usize) -> f32) -> Vec<f32> {
    let bins = bins(HOP);
    let at = |i: usize| value(i / (bins * frames), i / frames % bins, i % frames);
    (0..PARTS * bins * frames).map(at).collect()
}

/// Any spectra.
fn rough(frames: usize) -> Vec<f32> {
    values(frames, |part, bin, frame| ((part * 131 + bin * 17 + frame * 7) % 23) as f32 / 11.5 - 1.0)
}

fn filter(frames: usize) -> SourceFilter {
    SourceFilter::new(Pulses::new(f0(frames), HOP, RATE), HOP, frames, 0)
}

/// Samples of `values`, given in parts that end where `cuts` say.
fn spoken(values: &[f32], frames: usize, cuts: &[usize]) -> Vec<f32> {
    let mut filter = filter(frames);
    let spectra = Spectra { values, frames };
    let mut start = 0;
    let parts = cuts.iter().chain([&frames]).map(|&end| {
        let columns = start..end.max(start);
        start = columns.end;
        filter.advance(&spectra, columns.clone(), &vec![1.0; columns.len()]).unwrap()
    });
    parts.collect::<Vec<_>>().concat()
}

#[test]
fn a_flat_mask_gives_the_pulses_back() {
    for frames in [1, 2, 3, 7, 40] {
        let flat = values(frames, |part, _, _| [(HOP as f32).ln(), 0.0, -99.0, -99.0, 0.0][part]);
        let samples = spoken(&flat, frames, &[]);
        let mut pulses = vec![0.0; frames * HOP];
        Pulses::new(f0(frames), HOP, RATE).fill(&mut pulses);
        assert_eq!(samples.len(), pulses.len());
        let worst = samples.iter().zip(&pulses).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 2e-3, "{frames} frames: {worst}");
    }
}

#[test]
fn noise_has_the_level_that_it_is_given() {
    let frames = 200;
    let hiss = values(frames, |part, _, _| [-99.0, 0.0, 0.0, -99.0, 0.0][part]);
    let samples = spoken(&hiss, frames, &[]);
    let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
    // Two parts of unit variance a bin; the squares of the windows that overlap add up to 1.5.
    let expected = 2.0 / (4 * HOP) as f32 / 1.5;
    assert!((power / expected - 1.0).abs() < 0.2, "{power} {expected}");
}

#[test]
fn loudness_is_a_ratio_of_all_parts() {
    let frames = 30;
    let values = rough(frames);
    let speak = |ratio: f32| {
        let spectra = Spectra { values: &values, frames };
        filter(frames).advance(&spectra, 0..frames, &vec![ratio; frames]).unwrap()
    };
    let (once, twice) = (speak(1.0), speak(2.0));
    assert!(once.iter().zip(&twice).all(|(a, b)| (2.0 * a - b).abs() < 1e-5));
    assert!(speak(0.0).iter().all(|sample| *sample == 0.0));
}

#[test]
fn what_is_not_a_number_is_not_hidden() {
    for part in 0..PARTS {
        let values = values(8, |p, bin, frame| if (p, bin, frame) == (part, 3, 5) { f32::NAN } else { 0.0 });
        let samples = spoken(&values, 8, &[]);
        assert!(samples.iter().any(|sample| sample.is_nan()), "part {part}");
    }
    assert_eq!(magnitude(1e9), magnitude(MOST_LOG));
    assert_eq!(magnitude(f32::NEG_INFINITY), 0.0);
}

proptest! {
    #[test]
    fn frames_in_any_number_at_a_time_give_the_same_samples(
        frames in 1usize..60, cuts in prop::collection::vec(0usize..60, 0..6)
    ) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(frames)).collect();
        cuts.sort_unstable();
        let values = rough(frames);
        let whole = spoken(&values, frames, &[]);
        prop_assert_eq!(whole.len(), frames * HOP);
        prop_assert_eq!(spoken(&values, frames, &cuts), whole);
    }
}
