//! Check of the sound of a chunk: speech is neither silent nor clipped.

use crate::error::{Error, ErrorKind, Result};

/// Root mean square below which a chunk counts as silent: -80 dBFS, three steps of 16 bits. The voice `baker` at half
/// the energy, pitched up and slowed down, goes down to -61 dBFS, and to -76 where the markup asks for silence.
const SILENCE: f64 = 1e-4;

/// Share of samples at full scale above which a chunk counts as clipped. The voice `baker` at twice the energy and a
/// pitch of 1.5 has 0.04 % of them in its worst chunk.
const CLIPPED: f64 = 0.01;

/// Level and clipping of a chunk, without the pause after it.
#[derive(Clone, Copy, Debug, Default)]
pub struct OutputCheck {
    samples: usize,
    squares: f64,
    clipped: usize,
}

impl OutputCheck {
    /// Adds the samples of one window.
    pub fn add(&mut self, samples: &[f32]) {
        self.samples += samples.len();
        self.squares += samples.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>();
        self.clipped += samples.iter().filter(|sample| sample.abs() >= 1.0).count();
    }

    /// Fails with `output-invalid` if there are no samples, if they are silent (unless `silenced`), or clipped.
    pub fn check(&self, silenced: bool) -> Result<()> {
        if self.samples == 0 {
            return Err(Self::nothing());
        }
        let count = self.samples as f64;
        let (level, clipped) = ((self.squares / count).sqrt(), self.clipped as f64 / count);
        let invalid = |message: String| Err(Error::new(ErrorKind::OutputInvalid, message));
        if level < SILENCE && !silenced {
            return invalid(format!("silence where speech was due: {:.1} dBFS", 20.0 * level.log10()));
        }
        if clipped > CLIPPED {
            return invalid(format!("{:.1} % of the samples are at full scale", 100.0 * clipped));
        }
        Ok(())
    }

    /// Error for a chunk without samples.
    pub fn nothing() -> Error {
        Error::new(ErrorKind::OutputInvalid, "no samples where speech was due")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(samples: &[f32], silenced: bool) -> Option<ErrorKind> {
        let mut check = OutputCheck::default();
        samples.chunks(7).for_each(|window| check.add(window));
        check.check(silenced).err().map(|error| error.kind())
    }

    #[test]
    fn speech_is_neither_silent_nor_clipped() {
        let speech: Vec<f32> = (0..1000).map(|i| (i as f32 / 9.0).sin() * 0.3).collect();
        let quiet: Vec<f32> = speech.iter().map(|sample| sample * 0.01).collect();
        let loud: Vec<f32> = speech.iter().map(|sample| sample * 3.3).collect();
        for samples in [&speech, &quiet, &loud] {
            assert_eq!(checked(samples, false), None);
        }
    }

    #[test]
    fn no_samples_silence_and_clipping_are_no_speech() {
        let square: Vec<f32> = (0..1000).map(|i| if i % 40 < 20 { 1.0 } else { -1.0 }).collect();
        for samples in [&[][..], &[0.0; 1000], &[5e-5; 1000], &square] {
            assert_eq!(checked(samples, false), Some(ErrorKind::OutputInvalid));
        }
        assert_eq!(checked(&[0.0; 1000], true), None);
    }
}
