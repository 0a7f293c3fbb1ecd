//! The part of a sound that is heard: without the silence at its ends that a pause of the markup replaces.

use std::ops::Range;

use crate::error::Result;
use crate::voice::model::AudioStream;

/// Windows of the samples to keep.
pub struct Kept {
    sound: AudioStream,
    /// Samples to leave out before the next one to keep.
    skip: usize,
    /// Samples that are still to be kept.
    left: usize,
}

impl Kept {
    /// The samples of `sound` in a range.
    pub fn new(sound: AudioStream, samples: Range<usize>) -> Self {
        Self { sound, skip: samples.start, left: samples.len() }
    }

    /// Whether there is no further window.
    pub fn is_done(&self) -> bool {
        self.left == 0 || self.sound.len() == 0
    }
}

impl Iterator for Kept {
    type Item = Result<Vec<f32>>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.left > 0 {
            let mut samples = match self.sound.next()? {
                Ok(samples) => samples,
                Err(error) => return Some(Err(error)),
            };
            let skipped = self.skip.min(samples.len());
            samples.drain(..skipped);
            samples.truncate(self.left);
            self.skip -= skipped;
            self.left -= samples.len();
            // What is left out goes unheard, but a window without samples is for the caller to judge.
            if skipped == 0 || !samples.is_empty() {
                return Some(Ok(samples));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(range: Range<usize>) -> Vec<Vec<f32>> {
        let windows = [vec![0.0, 1.0], vec![2.0, 3.0, 4.0], vec![5.0]];
        let sound: AudioStream = Box::new(windows.into_iter().map(Ok));
        let mut kept = Kept::new(sound, range);
        let windows = std::iter::from_fn(|| kept.next().transpose().unwrap()).collect();
        assert!(kept.is_done());
        windows
    }

    #[test]
    fn what_is_outside_is_left_out() {
        assert_eq!(kept(0..usize::MAX), [vec![0.0, 1.0], vec![2.0, 3.0, 4.0], vec![5.0]]);
        assert_eq!(kept(1..5), [vec![1.0], vec![2.0, 3.0, 4.0]]);
        assert_eq!(kept(3..4), [vec![3.0]]);
        assert_eq!(kept(2..9), [vec![2.0, 3.0, 4.0], vec![5.0]]);
    }
}
