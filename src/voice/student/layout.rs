//! Fields of `voice.json` for the kind `student`.

use std::collections::HashMap;

use serde::Deserialize;

use super::pulses::VOICED_HZ;
use super::{noise, source_filter};
use crate::voice::acoustic::Limits;
use crate::voice::parts::{Content, Stage};
use crate::voice::speakers::{Speaker, Speakers};

/// Fields of a `student` voice.
#[derive(Clone, Debug, Deserialize)]
pub struct Layout {
    /// Ids of the symbols. Id 0 is the mark at both ends of every input.
    pub symbols: HashMap<String, i64>,
    /// Speakers, the default one first.
    pub speakers: Vec<Speaker>,
    /// Largest input of one run; frames are those of durations.
    pub limits: Limits,
    /// Range of voiced F0 that the decoder was trained on, in Hz.
    pub f0: Hz,
    /// Frames of context on each side of a frame of the spectrum, 0 to 4096.
    pub context: usize,
    /// Nets.
    pub stages: Stages,
}

/// Range of frequencies in Hz.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Hz {
    /// Lowest frequency.
    pub min: f32,
    /// Highest frequency.
    pub max: f32,
}

/// Nets of a `student` voice.
#[derive(Clone, Debug, Deserialize)]
pub struct Stages {
    /// Net from symbols to the inputs of the other nets, and durations.
    pub encoder: Stage,
    /// Net that predicts F0 and energy.
    pub curves: Stage,
    /// Net that predicts the spectrum.
    pub decoder: Stage,
}

impl Layout {
    /// Files of the voice.
    pub(in crate::voice) fn files(&self) -> Vec<(&str, Content)> {
        let Stages { encoder, curves, decoder } = &self.stages;
        // What the decoder gives lasts a frame; an error of the pitch would grow with the length of the speech.
        let nets =
            [(encoder, Content::FiniteNet), (curves, Content::FiniteNet), (decoder, Content::RoundedNet)];
        nets.map(|(stage, content)| (stage.file.as_str(), content)).to_vec()
    }

    /// Name of a field that is out of range, if any, for `hop` samples per frame.
    pub(in crate::voice) fn unsound(&self, hop: usize) -> Option<&'static str> {
        let sound = [
            ("hop", source_filter::bins(hop) <= noise::BINS),
            ("symbols", self.symbols.values().all(|id| *id >= 0)),
            ("speakers", Speakers::are_sound(&self.speakers)),
            ("limits.symbols", (3..=100_000).contains(&self.limits.symbols)),
            ("limits.frames", (2..=100_000).contains(&self.limits.frames)),
            ("f0", VOICED_HZ <= self.f0.min && self.f0.min < self.f0.max && self.f0.max.is_finite()),
            ("context", self.context <= 4096),
        ];
        sound.into_iter().find(|(_, fine)| !fine).map(|(name, _)| name)
    }
}
