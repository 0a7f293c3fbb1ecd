//! Vocoder: mel to samples, window by window.
//!
//! A window of a mel `[bands][frames]` goes in, `hop` samples per frame come out, and no state is carried from one
//! window to the next. Another implementation only has to replace the [`Network`] inside; [`Vocoder::new`] and
//! [`windows`] state its contract.

mod window;

pub use window::{FrameWindow, Lengths, Reach, windows};

use crate::error::{Error, ErrorKind, Result};
use crate::network::{self, Network, Tensor};

/// Log-mel spectrogram, row-major `[bands][frames]`, in the scale of the voice that made it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mel {
    /// Number of mel bands.
    pub bands: usize,
    /// Number of frames.
    pub frames: usize,
    /// Values, `bands * frames` of them.
    pub values: Vec<f32>,
}

impl Mel {
    /// Copy padded to `frames` by repeating the last frame; unchanged if it is long enough.
    fn padded(&self, frames: usize) -> Mel {
        let frames = frames.max(self.frames);
        let rows = self.values.chunks(self.frames.max(1));
        let values = rows.flat_map(|row| (0..frames).map(|i| row[i.min(row.len() - 1)])).collect();
        Mel { bands: self.bands, frames, values }
    }

    /// Frames `range` as a tensor `[1, bands, range]`.
    fn slice(&self, range: std::ops::Range<usize>) -> Tensor {
        let rows = self.values.chunks(self.frames.max(1));
        let values = rows.flat_map(|row| &row[range.clone()]).copied().collect();
        Tensor::f32(&[1, self.bands, range.len()], values)
    }
}

/// Neural vocoder with the geometry stated by its voice.
pub struct Vocoder {
    net: Box<dyn Network>,
    /// Samples per frame.
    hop: usize,
    /// Context of a frame.
    reach: Reach,
    /// Shortest mel that the paddings of the net allow, in frames.
    min_frames: usize,
}

impl Vocoder {
    /// Vocoder around a net `mel [1, bands, M] -> audio [1, 1, hop * M]`, for any M from `min_frames` up. Sample s may
    /// depend on the frames from `s / hop - reach.before` to `s / hop + reach.after`, and on the ends of the mel if
    /// they are in this range.
    pub fn new(net: Box<dyn Network>, hop: usize, reach: Reach, min_frames: usize) -> Self {
        Self { net, hop, reach, min_frames }
    }

    /// Windows of `mel`, in order.
    pub fn windows(&self, mel: &Mel) -> impl Iterator<Item = FrameWindow> + use<> {
        windows(mel.frames, self.reach, self.min_frames, Lengths::VOCODER)
    }

    /// Samples of the frames that `window` keeps, about -1 to 1. Fails with `output-invalid` if there are none or one
    /// is not finite.
    pub fn run(&self, mel: &Mel, window: &FrameWindow) -> Result<Vec<f32>> {
        if window.feed.len() >= self.min_frames {
            return self.run_slice(mel.slice(window.feed.clone()), window);
        }
        self.run_slice(mel.padded(self.min_frames).slice(0..self.min_frames), window)
    }

    fn run_slice(&self, input: Tensor, window: &FrameWindow) -> Result<Vec<f32>> {
        let frames = input.shape[2];
        let [audio] = network::run(self.net.as_ref(), "vocoder", vec![input])?;
        let audio = audio.into_f32(&[1, 1, self.hop * frames], "vocoder audio")?;
        let skip = (window.keep.start - window.feed.start) * self.hop;
        let kept = &audio[skip..skip + window.keep.len() * self.hop];
        match kept.iter().all(|sample| sample.is_finite()) {
            true => Ok(kept.to_vec()),
            false => {
                Err(Error::new(ErrorKind::OutputInvalid, "the vocoder gave samples that are not numbers"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How far a frame is heard.
    const REACH: isize = 30;

    /// Each sample is the frame's value plus a ramp, and mixes in the neighbours up to [`REACH`] frames away.
    struct Smear {
        hop: usize,
    }

    impl Network for Smear {
        fn run(&self, inputs: Vec<Tensor>) -> Result<Vec<Tensor>> {
            let frames = inputs[0].shape[2];
            let mel = inputs[0].clone().into_f32(&[1, 1, frames], "mel")?;
            let at = |i: isize| mel[i.clamp(0, frames as isize - 1) as usize];
            let audio = (0..frames as isize)
                .flat_map(|i| (0..self.hop).map(move |s| (i, s)))
                .map(|(i, s)| (-REACH..=REACH).map(|d| at(i + d)).sum::<f32>() + s as f32)
                .collect();
            Ok(vec![Tensor::f32(&[1, 1, frames * self.hop], audio)])
        }
    }

    fn speak(frames: usize, before: usize, after: usize, min_frames: usize) -> Vec<f32> {
        let values = (0..frames).map(|i| (i * i % 17) as f32).collect();
        let mel = Mel { bands: 1, frames, values };
        let vocoder = Vocoder::new(Box::new(Smear { hop: 3 }), 3, Reach { before, after }, min_frames);
        vocoder.windows(&mel).flat_map(|w| vocoder.run(&mel, &w).unwrap()).collect()
    }

    /// Gives nothing at all.
    struct Mute;

    impl Network for Mute {
        fn run(&self, _inputs: Vec<Tensor>) -> Result<Vec<Tensor>> {
            Ok(vec![Tensor::f32(&[1, 1, 0], Vec::new())])
        }
    }

    #[test]
    fn no_samples_are_no_sound() {
        let mel = Mel { bands: 1, frames: 9, values: vec![0.0; 9] };
        let vocoder = Vocoder::new(Box::new(Mute), 3, Reach { before: 2, after: 2 }, 1);
        let mut windows = vocoder.windows(&mel).map(|window| vocoder.run(&mel, &window));
        assert_eq!(windows.next().unwrap().unwrap_err().kind(), ErrorKind::OutputInvalid);
    }

    #[test]
    fn windows_with_enough_context_equal_the_whole() {
        let whole = speak(1000, 1000, 1000, 1);
        assert_eq!(speak(1000, 30, 30, 1), whole);
        assert_eq!(speak(1000, 30, 30, 100), whole);
        // The second window keeps what is from frame 64 on: fed from 36 on, a multiple of the alignment.
        assert_ne!(speak(1000, 28, 30, 1), whole);
        assert_ne!(speak(1000, 30, 29, 1), whole);
    }

    #[test]
    fn a_mel_below_the_minimum_keeps_its_length() {
        assert_eq!(speak(2, 2, 2, 9).len(), 6);
    }
}
