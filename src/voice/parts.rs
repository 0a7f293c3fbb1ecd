//! Parts of `voice.json` that several kinds of voices share.

use serde::Deserialize;

use crate::vocoder::Reach;

/// Linear scale of a normalised prediction: `value = mean + std * predicted`.
///
/// ```
/// use hanvox::voice::parts::Scale;
///
/// let f0 = Scale { mean: 250.0, std: 60.0 };
/// assert_eq!(f0.value(0.5), 280.0);
/// // An octave up.
/// assert_eq!(f0.value(f0.scaled(0.5, 2.0)).round(), 560.0);
/// ```
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Scale {
    /// Value of a prediction of 0.
    pub mean: f32,
    /// Change of the value per unit of the prediction; above 0.
    pub std: f32,
}

impl Scale {
    /// Whether both numbers are finite and `std` is above 0.
    pub(super) fn is_sound(self) -> bool {
        self.std > 0.0 && self.std.is_finite() && self.mean.is_finite()
    }

    /// Value of a prediction.
    pub fn value(self, predicted: f32) -> f32 {
        self.mean + self.std * predicted
    }

    /// Prediction whose value is `ratio` times the value of `predicted`.
    pub fn scaled(self, predicted: f32, ratio: f32) -> f32 {
        (self.value(predicted) * ratio - self.mean) / self.std
    }
}

/// Net in a file.
#[derive(Clone, Debug, Deserialize)]
pub struct Stage {
    /// Path of the file.
    pub file: String,
}

/// Content of a file of a voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Net.
    Net,
    /// Net whose weights must all be finite.
    FiniteNet,
    /// The same, computed in [`Precision::Rounded`](crate::network::Precision).
    RoundedNet,
    /// Numbers that the model reads itself.
    Table,
}

/// Net of a vocoder and its geometry in frames.
#[derive(Clone, Debug, Deserialize)]
pub struct VocoderStage {
    /// Path of its ONNX file.
    pub file: String,
    /// Frames of context on each side of a frame.
    pub context: usize,
    /// Frames of context before a frame, if different from `context`.
    pub context_before: Option<usize>,
    /// Frames of context after a frame, if different from `context`.
    pub context_after: Option<usize>,
    /// Length of the shortest mel that the net accepts.
    pub min_frames: usize,
}

impl VocoderStage {
    /// Context that a frame depends on.
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
