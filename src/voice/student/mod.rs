//! Students of Kokoro (Hexgrad, Apache-2.0): text and durations, F0 and energy, then the parts of a spectrum.

mod english;
mod mandarin;
pub mod symbols;
