//! hanvox: Mandarin text to speech in the browser.
//!
//! ```text
//! text ─ frontend (normalize, segment, pinyin, sandhi, prosody) ─ chunk ─ symbols
//!      ─ encoder ─ contours ─ variance ─ decoder ─ mel ─ vocoder windows ─ pcm
//! ```
//!
//! Everything here is synchronous and knows no DOM; JavaScript fetches, stores, plays and cancels.

pub mod audio;
pub mod chunk;
pub mod error;
pub mod event;
pub mod explain;
pub mod frontend;
pub mod network;
pub mod options;
pub mod synthesizer;
pub mod token;
pub mod vocoder;
pub mod voice;
#[cfg(target_arch = "wasm32")]
mod wasm;
