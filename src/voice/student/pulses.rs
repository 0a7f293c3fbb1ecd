//! Voiced source: a train of band-limited pulses that follows F0.

use std::f32::consts::{PI, TAU};

use super::elementary::sin_cos;

/// F0 in Hz above which a frame is voiced.
pub const VOICED_HZ: f32 = 40.0;

/// Lowest F0 of the pulses in Hz; below it the harmonics are too close for the bins of the spectrum.
pub const LEAST_HZ: f32 = 45.0;

/// Highest F0 of the pulses in Hz; above it there is hardly more than one harmonic per formant.
pub const MOST_HZ: f32 = 1000.0;

/// Upper limit of the harmonics.
const BAND_HZ: f64 = 11_000.0;

/// Samples whose phases are found before their pulses.
const RUN: usize = 64;

/// Generator of the pulses of an utterance.
pub struct Pulses {
    /// F0 of each frame in Hz.
    f0: Vec<f32>,
    /// Samples per frame.
    hop: usize,
    /// Samples per second.
    rate: f64,
    /// Index of the next sample.
    next: usize,
    /// Phase in periods, 0 to 1.
    phase: f64,
}

impl Pulses {
    /// Generator for F0 in Hz, with one value per frame of `hop` samples.
    pub fn new(f0: Vec<f32>, hop: usize, rate: u32) -> Self {
        Self { f0, hop, rate: f64::from(rate), next: 0, phase: 0.0 }
    }

    /// Fills in the next samples; silence after the end of the utterance.
    pub fn fill(&mut self, samples: &mut [f32]) {
        let left = self.f0.len() * self.hop - self.next;
        let (speech, silence) = samples.split_at_mut(left.min(samples.len()));
        silence.fill(0.0);
        speech.chunks_mut(RUN).for_each(|run| self.fill_run(run));
    }

    /// First what depends on the sample before, then what does not and is many times the work.
    fn fill_run(&mut self, samples: &mut [f32]) {
        let (mut hz, mut phases) = ([0.0; RUN], [0.0; RUN]);
        for (hz, phase) in hz.iter_mut().zip(&mut phases).take(samples.len()) {
            *hz = self.hz();
            self.next += 1;
            self.phase = (self.phase + hz.max(f64::from(VOICED_HZ)) / self.rate).fract();
            *phase = self.phase;
        }
        for ((sample, hz), phase) in samples.iter_mut().zip(hz).zip(phases) {
            let is_voiced = hz > f64::from(VOICED_HZ);
            let pulse = pulse(phase, if is_voiced { hz } else { f64::from(VOICED_HZ) });
            *sample = if is_voiced { pulse } else { 0.0 };
        }
    }

    /// F0 at the next sample, interpolated linearly between the middles of the frames.
    fn hz(&self) -> f64 {
        let last = self.f0.len() - 1;
        let place = ((self.next as f64 + 0.5) / self.hop as f64 - 0.5).clamp(0.0, last as f64);
        let before = place as usize;
        let (a, b) = (f64::from(self.f0[before]), f64::from(self.f0[last.min(before + 1)]));
        a + (b - a) * (place - before as f64)
    }
}

/// Sum of the cosines of all harmonics up to the limit, in closed form. Whole periods are taken off before anything is
/// rounded to a float.
#[inline(always)]
fn pulse(phase: f64, hz: f64) -> f32 {
    let harmonics = (BAND_HZ / hz).floor() + 0.5;
    let periods = phase - phase.round_ties_even();
    let highest = harmonics * periods;
    let below = 2.0 * sin_cos(PI * periods as f32).0;
    let above = sin_cos(TAU * (highest - highest.round_ties_even()) as f32).0;
    let sum = if below.abs() <= 2e-3 { harmonics as f32 } else { above / below };
    sum - 0.5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pulse_is_the_sum_of_its_harmonics() {
        for hz in [60.0, 200.0, 987.0] {
            for phase in [0.0, 0.003, 0.2, 0.5, 0.77] {
                let harmonics = (BAND_HZ / hz) as usize;
                let sum: f64 =
                    (1..=harmonics).map(|n| (std::f64::consts::TAU * phase * n as f64).cos()).sum();
                assert!((f64::from(pulse(phase, hz)) - sum).abs() < 1e-3 * harmonics as f64, "{hz} {phase}");
            }
        }
    }

    #[test]
    fn pulses_come_once_a_period_and_only_where_there_is_a_voice() {
        let f0 = [vec![0.0; 10], vec![200.0; 20], vec![0.0; 10]].concat();
        let mut pulses = Pulses::new(f0, 300, 24_000);
        let mut samples = vec![9.0; 42 * 300];
        pulses.fill(&mut samples);
        let voiced = |range: std::ops::Range<usize>| samples[range].iter().any(|sample| *sample != 0.0);
        assert!(!voiced(0..2850) && voiced(3000..9000) && !voiced(9300..12_600));
        let peaks = (3600..8400).filter(|&i| samples[i] > 40.0).count();
        assert_eq!(peaks, 40);
    }

    #[test]
    fn samples_do_not_depend_on_how_they_are_asked_for() {
        let f0: Vec<f32> = (0..50).map(|i| 90.0 + 5.0 * i as f32).collect();
        let mut whole = vec![0.0; 50 * 20];
        Pulses::new(f0.clone(), 20, 24_000).fill(&mut whole);
        let mut pulses = Pulses::new(f0, 20, 24_000);
        let mut parts = vec![0.0; 50 * 20];
        parts.chunks_mut(33).for_each(|part| pulses.fill(part));
        assert_eq!(parts, whole);
    }
}
