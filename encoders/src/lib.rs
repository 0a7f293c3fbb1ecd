//! Encoders of mono 16-bit sound as wasm, for `www/lib/encode`: one encoder for each instance, built once for each
//! feature. The host writes bytes where `input` says, makes a call, and reads as many bytes as it gave where `output`
//! says; with a negative number, they are the message of an error.

use std::cell::RefCell;

#[cfg(feature = "flac")]
mod flac;
#[cfg(feature = "flac")]
use flac::Encoder;
#[cfg(feature = "mp3")]
mod mp3;
#[cfg(feature = "mp3")]
use mp3::Encoder;
#[cfg(feature = "opus")]
mod opus;
#[cfg(feature = "opus")]
use opus::Encoder;

/// What is to be encoded.
struct Settings {
    /// Samples per second.
    rate: u32,
    /// Of formats that lose something; the nearest bit rate that the format has.
    #[cfg_attr(feature = "flac", expect(dead_code))]
    kbps: u32,
    /// `NAME=value`; MP3 has none, since the host writes its tags as ID3.
    #[cfg_attr(feature = "mp3", expect(dead_code))]
    tags: Vec<String>,
    /// Whether the host puts `head` over the beginning in the end, which then tells the length.
    #[cfg_attr(feature = "opus", expect(dead_code))]
    seekable: bool,
}

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

#[derive(Default)]
struct State {
    input: Vec<u8>,
    output: Vec<u8>,
    encoder: Option<Encoder>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Makes room for `length` bytes of input.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn input(length: usize) -> *mut u8 {
    STATE.with_borrow_mut(|state| {
        state.input.resize(length, 0);
        state.input.as_mut_ptr()
    })
}

/// Where the output of the last call is.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    STATE.with_borrow(|state| state.output.as_ptr())
}

/// Begins; the input is the tags (`NAME=value`), each ended by a zero byte.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn open(rate: u32, kbps: u32, seekable: bool) -> i32 {
    answer(|state| {
        let text = String::from_utf8_lossy(&state.input);
        let tags = text.split_terminator('\0').map(str::to_owned).collect();
        state.encoder = Some(Encoder::new(Settings { rate, kbps, tags, seekable })?);
        Ok(Vec::new())
    })
}

/// What is complete with the samples of the input: 16-bit, little-endian.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn encode() -> i32 {
    answer(|state| opened(&mut state.encoder)?.encode(&state.input))
}

/// The rest.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn finish() -> i32 {
    answer(|state| opened(&mut state.encoder)?.finish())
}

/// What belongs over the beginning, once all is finished: as long as what is there, or nothing.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
pub extern "C" fn head() -> i32 {
    answer(|state| opened(&mut state.encoder)?.head())
}

fn answer(call: impl FnOnce(&mut State) -> Result<Vec<u8>>) -> i32 {
    STATE.with_borrow_mut(|state| match call(state) {
        Ok(bytes) => {
            state.output = bytes;
            state.output.len() as i32
        }
        Err(error) => {
            state.output = error.to_string().into_bytes();
            -(state.output.len() as i32)
        }
    })
}

fn opened(encoder: &mut Option<Encoder>) -> Result<&mut Encoder> {
    encoder.as_mut().ok_or_else(|| "the encoder is not open".into())
}

#[cfg(any(feature = "opus", feature = "flac"))]
fn samples(pcm: &[u8]) -> impl Iterator<Item = i16> + '_ {
    pcm.as_chunks::<2>().0.iter().map(|bytes| i16::from_le_bytes(*bytes))
}
