//! Comparisons of sounds, shared by the tests of voices.
#![allow(dead_code)] // Not every one of them uses all of it.

/// Signal to noise in decibels of `heard` against `meant`.
#[track_caller]
pub fn snr(meant: &[f32], heard: &[f32]) -> f32 {
    assert_eq!(meant.len(), heard.len());
    let power = |values: &mut dyn Iterator<Item = f32>| values.map(|v| v * v).sum::<f32>();
    let noise = power(&mut meant.iter().zip(heard).map(|(a, b)| a - b));
    10.0 * (power(&mut meant.iter().copied()) / noise).log10()
}

/// The largest difference.
#[track_caller]
pub fn worst(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}
