//! Contours as the manner of each token asks for them. Nothing here touches samples.

use super::manner::Manner;
use crate::voice::acoustic::{Contours, Role, Scales};
use crate::voice::manifest::Scale;

/// A symbol of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// What it is in the sound.
    pub role: Role,
    /// Index of the token that it belongs to.
    pub token: usize,
}

/// Ratios of the pitch in Hz beyond which the nets leave what they were trained on; see [`crate::options::Options`].
const LEAST_PITCH: f32 = 0.5;
const MOST_PITCH: f32 = 1.5;

/// Below all speech; a prediction may be far off where there is no voice.
const LEAST_HZ: f32 = 50.0;

/// Shapes the contours of an input of `symbols`, whose tokens are spoken as `manners` say. `closes` where it ends a
/// sentence.
pub fn shape(contours: &mut Contours, scales: Scales, symbols: &[Symbol], manners: &[Manner], closes: bool) {
    let pitches = pitches(contours, scales.f0, symbols, manners, closes);
    for (i, symbol) in symbols.iter().enumerate() {
        let manner = &manners[symbol.token];
        contours.frames[i] *= length(manner, symbol.role);
        contours.f0[i] = scales.f0.scaled(contours.f0[i], pitches[i]);
        contours.energy[i] = scales.energy.scaled(contours.energy[i], manner.energy * loudness(manner));
    }
}

/// Ratio of the length of a symbol.
fn length(manner: &Manner, role: Role) -> f32 {
    let rate = manner.preset.map_or(1.0, |preset| preset.rate).powf(manner.intensity);
    let ratio = if role == Role::Pause { manner.pauses() } else { 1.0 / rate };
    ratio / manner.speed
}

/// Ratio of the loudness that the emotion asks for.
fn loudness(manner: &Manner) -> f32 {
    let decibels = manner.preset.map_or(0.0, |preset| preset.energy) * manner.intensity;
    10f32.powf(decibels / 20.0)
}

/// Ratio of the pitch in Hz of each symbol.
fn pitches(contours: &Contours, f0: Scale, symbols: &[Symbol], manners: &[Manner], closes: bool) -> Vec<f32> {
    let semitone = |predicted: &f32| 12.0 * (f0.mean + f0.std * predicted).max(LEAST_HZ).log2();
    let semitones: Vec<f32> = contours.f0.iter().map(semitone).collect();
    let mean = mean(&semitones, &contours.frames, symbols);
    let middles = middles(&contours.frames);
    let length: f32 = contours.frames.iter().sum();
    let ending = ending(symbols, &middles);
    let ratio = |(i, symbol): (usize, &Symbol)| {
        let manner = &manners[symbol.token];
        let raised = manner.preset.map_or(0.0, |preset| {
            let fall = preset.declination * (0.5 - middles[i] / length.max(1.0));
            let rise = if closes { preset.rise * ending[i] } else { 0.0 };
            let away = mean.map_or(0.0, |mean| semitones[i] - mean);
            preset.register + (preset.range - 1.0) * away + fall + rise
        });
        let ratio = manner.pitch * (raised * manner.intensity / 12.0).exp2();
        ratio.clamp(LEAST_PITCH, MOST_PITCH)
    };
    symbols.iter().enumerate().map(ratio).collect()
}

/// Whether a symbol has a voice to speak of; marks between syllables carry the end of the one before them.
fn is_voiced(symbol: &Symbol) -> bool {
    matches!(symbol.role, Role::Rhyme | Role::Boundary)
}

/// The mean of the voiced symbols, each as long as it sounds.
fn mean(semitones: &[f32], frames: &[f32], symbols: &[Symbol]) -> Option<f32> {
    let weights =
        frames.iter().zip(symbols).map(|(f, symbol)| if is_voiced(symbol) { f.max(0.0) } else { 0.0 });
    let (sum, weight) = semitones
        .iter()
        .zip(weights)
        .fold((0.0, 0.0), |(sum, total), (value, weight)| (sum + value * weight, total + weight));
    (weight > 0.0).then(|| sum / weight)
}

/// Where the middle of each symbol is, in frames.
fn middles(frames: &[f32]) -> Vec<f32> {
    let mut end = 0.0;
    let middle = |frames: &f32| {
        end += frames;
        end - frames / 2.0
    };
    frames.iter().map(middle).collect()
}

/// How far each symbol is on the way through the last two syllables, from 0 to 1.
fn ending(symbols: &[Symbol], middles: &[f32]) -> Vec<f32> {
    let rhymes: Vec<usize> = (0..symbols.len()).filter(|&i| symbols[i].role == Role::Rhyme).collect();
    let Some(&last) = rhymes.last() else { return vec![0.0; symbols.len()] };
    // From the rhyme before the last two on.
    let from = rhymes.len().checked_sub(3).map_or(0.0, |i| middles[rhymes[i]]);
    let way = (middles[last] - from).max(1.0);
    middles.iter().map(|middle| ((middle - from) / way).clamp(0.0, 1.0)).collect()
}
