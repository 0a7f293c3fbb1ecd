//! Time spent in each stage.

use serde::Serialize;
use web_time::Instant;

use crate::error::Result;

/// Seconds spent per stage, and seconds of audio made.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct Stats {
    /// Reading of the text.
    pub frontend: f64,
    /// Encoder.
    pub encoder: f64,
    /// Variance net and decoder.
    pub decoder: f64,
    /// Vocoder, or the windows of the decoder for voices without a mel.
    pub vocoder: f64,
    /// Audio made, including the silence between chunks.
    pub audio: f64,
}

/// Runs one stage: adds its seconds and names it in its error.
pub fn stage<T>(name: &'static str, seconds: &mut f64, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let made = work();
    *seconds += start.elapsed().as_secs_f64();
    made.map_err(|error| error.in_stage(name))
}
