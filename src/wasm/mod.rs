//! Bindings for JavaScript: conversions only, no logic.

mod net;
mod records;
mod thrown;
mod values;
mod voice_loader;

use std::rc::Rc;

use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::audio;
use crate::explain::{Explanation, explain};
use crate::frontend::{Frontend, Lexicon, ReadingOptions};
use crate::options::Options;
use crate::synthesizer::{Stats, Synthesis as Pipeline};
use crate::vocoder::Mel;
use crate::voice::Voice;
use crate::voice::emotion::Emotions;
use thrown::{thrown, voice_missing};
use values::{AudioWindow, Chunk, PinyinToken, options, typed};
use voice_loader::VoiceLoader;

/// Front end and, once loaded, a voice.
#[wasm_bindgen]
pub struct Engine {
    frontend: Frontend,
    voice: Option<Rc<Voice>>,
}

#[wasm_bindgen]
impl Engine {
    /// Reads the packed lexicon.
    #[wasm_bindgen(constructor)]
    pub fn new(lexicon: &[u8]) -> Result<Engine, JsValue> {
        Ok(Self { frontend: Frontend::new(Lexicon::read(lexicon).map_err(thrown)?), voice: None })
    }

    /// Text as it is read aloud.
    pub fn normalize(&self, text: &str) -> Result<String, JsValue> {
        self.frontend.normalize(text).map_err(thrown)
    }

    /// What is read for each spoken character or Latin word.
    pub fn pinyin(&self, text: &str) -> Result<Vec<Ts<PinyinToken>>, JsValue> {
        let tokens = self.frontend.analyze(text).map_err(thrown)?;
        tokens.iter().map(|token| typed(&PinyinToken::new(token))).collect()
    }

    /// What each stage made of the text.
    pub fn explain(&self, text: &str) -> Result<Ts<Explanation>, JsValue> {
        typed(&explain(&self.frontend, text).map_err(thrown)?)
    }

    /// Sets the reading options.
    pub fn set_reading_options(&mut self, given: Ts<ReadingOptions>) -> Result<(), JsValue> {
        self.frontend.set_options(options("reading options", given).map_err(thrown)?);
        Ok(())
    }

    /// Replaces the user dictionary: one word per line, a tab, and its pinyin.
    pub fn set_dictionary(&mut self, text: &str) -> Result<(), JsValue> {
        self.frontend.set_user_dictionary(text).map_err(thrown)
    }

    /// Takes the voice whose files were all added to `loader`, which is empty then.
    pub fn set_voice(&mut self, loader: &mut VoiceLoader) -> Result<(), JsValue> {
        self.voice = Some(Rc::new(loader.take()?.finish().map_err(thrown)?));
        Ok(())
    }

    /// Lets go of the voice, so that there is room for another one.
    pub fn drop_voice(&mut self) {
        self.voice = None;
    }

    /// Emotions of the voice.
    pub fn emotions(&self) -> Result<Ts<Emotions>, JsValue> {
        typed(&self.voice()?.phonemizer.emotions())
    }

    /// Starts synthesis of a text; [`Synthesis::next`] makes its windows one by one. `request` names the request in
    /// the log.
    pub fn synthesize(
        &self,
        text: &str,
        options: Ts<Options>,
        request: Option<String>,
    ) -> Result<Synthesis, JsValue> {
        let voice = self.voice()?;
        let options = speech_options(options)?;
        let request = request.unwrap_or_default();
        let pipeline = Pipeline::new(&self.frontend, voice, text, options, &request).map_err(thrown)?;
        Ok(Synthesis { pipeline, text: text.encode_utf16().collect() })
    }

    /// Symbols of a text for the voice, one line per chunk: `<index>\t{symbol} {symbol}`.
    pub fn symbols(&self, text: &str, options: Ts<Options>) -> Result<String, JsValue> {
        let options = speech_options(options)?;
        let pipeline = Pipeline::new(&self.frontend, self.voice()?, text, options, "").map_err(thrown)?;
        pipeline.lines().map_err(thrown)
    }

    /// Like [`Self::synthesize`], for symbol lines from [`Self::symbols`] instead of a text.
    pub fn synthesize_symbols(
        &self,
        lines: &str,
        options: Ts<Options>,
        request: Option<String>,
    ) -> Result<Synthesis, JsValue> {
        let options = speech_options(options)?;
        let request = request.unwrap_or_default();
        let pipeline = Pipeline::of_lines(self.voice()?, lines, options, &request).map_err(thrown)?;
        Ok(Synthesis { pipeline, text: lines.encode_utf16().collect() })
    }

    /// The log-mel `[mels][frames]`, row-major, of symbols as the voice spells them, in its own manner.
    pub fn mel(&self, symbols: Vec<String>) -> Result<Vec<f32>, JsValue> {
        Ok(self.voice()?.mel(&symbols).map_err(thrown)?.values)
    }

    /// Samples of a mel from [`Self::mel`].
    pub fn vocode(&self, mel: Vec<f32>) -> Result<Vec<f32>, JsValue> {
        let voice = self.voice()?;
        let bands = voice.manifest.mel().map_or(1, |mel| mel.bands);
        let mel = Mel { bands, frames: mel.len() / bands, values: mel };
        voice.vocode(&mel).map_err(thrown)
    }

    fn voice(&self) -> Result<Rc<Voice>, JsValue> {
        self.voice.clone().ok_or_else(voice_missing)
    }
}

/// Synthesis of one text.
#[wasm_bindgen]
pub struct Synthesis {
    pipeline: Pipeline,
    text: Vec<u16>,
}

#[wasm_bindgen]
impl Synthesis {
    /// Chunks of the text, in order.
    pub fn chunks(&self) -> Result<Vec<Ts<Chunk>>, JsValue> {
        let chunks = self.pipeline.chunks().iter().zip(self.pipeline.places()).enumerate();
        chunks.map(|(index, (chunk, place))| typed(&Chunk::new(index, chunk, *place, &self.text))).collect()
    }

    /// Next window, or `undefined` at the end.
    #[allow(clippy::should_implement_trait)] // JavaScript's word for it; an iterator can't cross the boundary.
    pub fn next(&mut self) -> Result<Option<Ts<AudioWindow>>, JsValue> {
        let window = self.pipeline.next_window().map_err(thrown)?;
        window.map(|window| typed(&AudioWindow::from(window))).transpose()
    }

    /// Continues at the start of a chunk: the next window is its first.
    pub fn resume(&mut self, chunk: usize) -> Result<(), JsValue> {
        self.pipeline.resume(chunk).map_err(thrown)
    }

    /// Limits the parts that are run through the nets at once to a number of characters.
    pub fn set_limit(&mut self, characters: usize) -> Result<(), JsValue> {
        self.pipeline.set_limit(characters).map_err(thrown)
    }

    /// Seconds spent per stage, and of audio made.
    pub fn stats(&self) -> Result<Ts<Stats>, JsValue> {
        typed(&self.pipeline.stats())
    }
}

/// Header (44 bytes) of a mono 16-bit WAV file; of unknown length if `samples` is not given.
#[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
pub fn wav_header(sample_rate: u32, samples: Option<f64>) -> Result<Vec<u8>, JsValue> {
    audio::wav_header(sample_rate, samples.map(|count| count as u64)).map_err(thrown)
}

/// Samples as little-endian 16-bit PCM.
#[wasm_bindgen(unchecked_return_type = "Uint8Array<ArrayBuffer>")]
pub fn pcm16(samples: &[f32]) -> Vec<u8> {
    audio::pcm16(samples)
}

fn speech_options(given: Ts<Options>) -> Result<Options, JsValue> {
    options("options", given).and_then(Options::checked).map_err(thrown)
}
