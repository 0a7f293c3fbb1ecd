//! Mandarin text to speech: a pure front end, nets on tract, PCM out.

pub mod error;
pub mod frontend;
