//! What `voice.json` says of a voice of kind `student`.

use std::collections::HashMap;

use serde::Deserialize;

use super::pulses::VOICED_HZ;
use super::{noise, source_filter};
use crate::voice::acoustic::Limits;
use crate::voice::parts::Stage;
use crate::voice::speakers::{Speaker, Speakers};

/// What `voice.json` says of a voice of this kind.
#[derive(Clone, Debug, Deserialize)]
pub struct Layout {
    /// Symbols with their ids; 0 is the mark at both ends of every input.
    pub symbols: HashMap<String, i64>,
    /// Who it can speak as, the default speaker first.
    pub speakers: Vec<Speaker>,
    /// The most that one run takes, frames as those of durations.
    pub limits: Limits,
    /// Hz of voiced F0 that the decoder was trained on.
    pub f0: Hz,
    /// Frames of the spectrum that one depends on, on each side of its own.
    pub context: usize,
    /// The nets.
    pub stages: Stages,
}

/// A range of frequencies.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Hz {
    /// The lowest.
    pub min: f32,
    /// The highest.
    pub max: f32,
}

/// The nets of a `student` voice.
#[derive(Clone, Debug, Deserialize)]
pub struct Stages {
    /// Symbols to what the other nets read, and durations.
    pub encoder: Stage,
    /// F0 and energy.
    pub curves: Stage,
    /// Spectrum.
    pub decoder: Stage,
}

impl Layout {
    /// The name of a field that is out of range; `hop` samples a frame.
    pub(in crate::voice) fn unsound(&self, hop: usize) -> Option<&'static str> {
        let sound = [
            ("hop", source_filter::bins(hop) <= noise::BINS),
            ("speakers", Speakers::are_sound(&self.speakers)),
            ("limits.symbols", (3..=100_000).contains(&self.limits.symbols)),
            ("limits.frames", (1..=100_000).contains(&self.limits.frames)),
            ("f0", VOICED_HZ <= self.f0.min && self.f0.min < self.f0.max && self.f0.max.is_finite()),
            ("context", self.context <= 4096),
        ];
        sound.into_iter().find(|(_, fine)| !fine).map(|(name, _)| name)
    }
}
