//! Parts of `voice.json` that several kinds of voices have.

use serde::Deserialize;

use crate::vocoder::Reach;

/// `value = mean + std * predicted`: what a normalised contour stands for.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Scale {
    /// The value where the prediction is 0.
    pub mean: f32,
    /// What the value grows by as the prediction goes from 0 to 1.
    pub std: f32,
}

impl Scale {
    /// Whether it can be scaled by.
    pub(super) fn is_sound(self) -> bool {
        self.std > 0.0 && self.std.is_finite() && self.mean.is_finite()
    }

    /// What `predicted` stands for.
    pub fn value(self, predicted: f32) -> f32 {
        self.mean + self.std * predicted
    }

    /// The normalised value that stands for `ratio` times what `predicted` stands for.
    pub fn scaled(self, predicted: f32, ratio: f32) -> f32 {
        (self.value(predicted) * ratio - self.mean) / self.std
    }
}

/// A net in a file.
#[derive(Clone, Debug, Deserialize)]
pub struct Stage {
    /// Path of its ONNX bytes.
    pub file: String,
}

/// The vocoder's net and its geometry, in frames.
#[derive(Clone, Debug, Deserialize)]
pub struct VocoderStage {
    /// Path of its ONNX bytes.
    pub file: String,
    /// Frames that a sample depends on, on each side of its own.
    pub context: usize,
    /// Those before its own, where they are told apart.
    pub context_before: Option<usize>,
    /// Those after its own.
    pub context_after: Option<usize>,
    /// The shortest mel that it takes.
    pub min_frames: usize,
}

impl VocoderStage {
    /// How far a sample sees.
    pub fn reach(&self) -> Reach {
        Reach {
            before: self.context_before.unwrap_or(self.context),
            after: self.context_after.unwrap_or(self.context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_works_in_the_units_of_the_contour() {
        let f0 = Scale { mean: 250.0, std: 60.0 };
        assert_eq!(f0.scaled(0.5, 1.0), 0.5);
        let octave = f0.scaled(0.5, 2.0);
        assert!((f0.mean + f0.std * octave - 560.0).abs() < 1e-3);
    }
}
