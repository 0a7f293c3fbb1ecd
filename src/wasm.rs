//! Bindings for JavaScript: conversions only, no logic.

use std::cell::RefCell;
use std::panic::{self, PanicHookInfo};
use std::rc::Rc;

use js_sys::{
    Array, BigInt64Array, Error as JsError, Float32Array, Function, Map, Object, Reflect, Uint8Array,
};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::audio;
use crate::chunk::Chunk;
use crate::error::{Error, ErrorKind};
use crate::frontend::{Frontend, Lexicon, ReadingOptions};
use crate::network::{Network, Tensor, TractNetwork, Values};
use crate::options::Options;
use crate::synthesizer::{self, Synthesis as Pipeline};
use crate::token::{Span, Token, spell};
use crate::vocoder::Mel;
use crate::voice::Voice;
use crate::{event, explain};

thread_local! {
    static SINK: RefCell<Option<Function>> = const { RefCell::new(None) };
    static PANIC_SINK: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Connects panics and log records to their sinks; runs once, when the module starts.
#[wasm_bindgen(start)]
pub fn start() {
    panic::set_hook(Box::new(|info| {
        if !panic_is_taken(info) {
            console_error_panic_hook::hook(info);
        }
    }));
    event::install(|record| {
        let sink = SINK.with_borrow(Clone::clone);
        // A sink that throws is no reason to stop speaking.
        let _ = sink.map(|sink| sink.call1(&JsValue::UNDEFINED, &record.into()));
    });
}

/// Hands a panic to the sink; false if there is none or it throws. Must not panic itself.
fn panic_is_taken(info: &PanicHookInfo) -> bool {
    let sink = PANIC_SINK.with(|sink| sink.try_borrow().ok().and_then(|sink| sink.clone()));
    let (file, line) = info.location().map_or(("", 0), |place| (place.file(), place.line()));
    let message = info.payload_as_str().unwrap_or_default();
    sink.is_some_and(|sink| {
        sink.call3(&JsValue::UNDEFINED, &message.into(), &file.into(), &line.into()).is_ok()
    })
}

/// Calls `sink` with the message, file and line of a panic, just before the call into the engine traps. Without a sink,
/// or if it throws, the panic is printed to the console.
#[wasm_bindgen]
pub fn set_panic_sink(sink: Function) {
    PANIC_SINK.set(Some(sink));
}

/// Calls `sink` with each log record as JSON, up to `level`: `off`, `error`, `warning`, `info` or `debug`. The sink
/// must not call into the engine.
#[wasm_bindgen]
pub fn set_log(level: &str, sink: Function) -> Result<(), JsValue> {
    set_log_level(level)?;
    SINK.set(Some(sink));
    Ok(())
}

/// Changes the log level.
#[wasm_bindgen]
pub fn set_log_level(level: &str) -> Result<(), JsValue> {
    event::set_level(level).map_err(thrown)
}

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

    /// JSON array of `{text, start, end, pinyin, surface}`, one for each spoken character or Latin word.
    pub fn pinyin(&self, text: &str) -> Result<String, JsValue> {
        let tokens = self.frontend.analyze(text).map_err(thrown)?;
        json(&tokens.iter().map(TokenInfo::new).collect::<Vec<_>>())
    }

    /// JSON report of what each stage made of the text: `{normalized, words}`.
    pub fn explain(&self, text: &str) -> Result<String, JsValue> {
        json(&explain::explain(&self.frontend, text).map_err(thrown)?)
    }

    /// Sets the reading options, a JSON object with `emoji` (`"drop"` or `"speak"`) and `a_variants` (whether 啊 is
    /// linked to the syllable before it). Omitted fields get their defaults.
    pub fn set_manner(&mut self, options: &str) -> Result<(), JsValue> {
        let options: ReadingOptions = serde_json::from_str(options)
            .map_err(|e| thrown(Error::new(ErrorKind::OptionInvalid, format!("manner of reading: {e}"))))?;
        self.frontend.set_options(options);
        Ok(())
    }

    /// Replaces the user dictionary: one word per line, a tab, and its pinyin.
    pub fn set_dictionary(&mut self, text: &str) -> Result<(), JsValue> {
        self.frontend.set_user_dictionary(text).map_err(thrown)
    }

    /// Loads a voice from its manifest and a map of path to bytes. Entries are removed from the map as they are read,
    /// so that JavaScript can free them.
    pub fn load_voice(&mut self, manifest: &str, files: &Map) -> Result<(), JsValue> {
        self.voice = None;
        let take = |path: &str| {
            let key = JsValue::from_str(path);
            let bytes = files.get(&key).dyn_into::<Uint8Array>().ok()?;
            files.delete(&key);
            Some(bytes.to_vec())
        };
        self.voice = Some(Rc::new(Voice::read(manifest, take).map_err(thrown)?));
        Ok(())
    }

    /// JSON object of the voice's emotions: `{kind, names}`, `kind` `"trained"` or `"prosody"`, the neutral one first.
    pub fn emotions(&self) -> Result<String, JsValue> {
        json(&self.voice()?.phonemizer.emotions())
    }

    /// Starts synthesis of a text; [`Synthesis::next`] makes its windows one by one. `options` is a JSON object,
    /// `request` names the request in the log.
    pub fn synthesize(
        &self,
        text: &str,
        options: &str,
        request: Option<String>,
    ) -> Result<Synthesis, JsValue> {
        let voice = self.voice()?;
        let options = Options::read(options).map_err(thrown)?;
        let request = request.unwrap_or_default();
        let pipeline = Pipeline::new(&self.frontend, voice, text, options, &request).map_err(thrown)?;
        Ok(Synthesis { pipeline, text: text.encode_utf16().collect() })
    }

    /// Symbols of a text for the voice, one line per chunk: `<index>\t{symbol} {symbol}`.
    pub fn symbols(&self, text: &str, options: &str) -> Result<String, JsValue> {
        let options = Options::read(options).map_err(thrown)?;
        let pipeline = Pipeline::new(&self.frontend, self.voice()?, text, options, "").map_err(thrown)?;
        pipeline.lines().map_err(thrown)
    }

    /// Like [`Self::synthesize`], for symbol lines from [`Self::symbols`] instead of a text.
    pub fn synthesize_symbols(
        &self,
        lines: &str,
        options: &str,
        request: Option<String>,
    ) -> Result<Synthesis, JsValue> {
        let options = Options::read(options).map_err(thrown)?;
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
        let missing = || thrown(Error::new(ErrorKind::VoiceMissing, "no voice is loaded"));
        self.voice.clone().ok_or_else(missing)
    }
}

/// One ONNX net by itself, as a voice would run it, to compare it with other runtimes.
#[wasm_bindgen]
pub struct Net {
    net: TractNetwork,
}

#[wasm_bindgen]
impl Net {
    /// Reads an ONNX file.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, bytes: &[u8]) -> Result<Net, JsValue> {
        Ok(Self { net: TractNetwork::read(name, bytes).map_err(thrown)? })
    }

    /// Outputs of one run. A tensor is an object with `dims`, its shape, and `data`, a `Float32Array` or, for ids, a
    /// `BigInt64Array`.
    pub fn run(&self, inputs: Vec<JsValue>) -> Result<Vec<JsValue>, JsValue> {
        let inputs = inputs.iter().map(tensor).collect::<Result<_, _>>()?;
        self.net.run(inputs).map_err(thrown)?.into_iter().map(object).collect()
    }
}

fn tensor(object: &JsValue) -> Result<Tensor, JsValue> {
    let field = |name: &str| Reflect::get(object, &name.into());
    let lengths = Array::from(&field("dims")?);
    let shape: Vec<usize> =
        lengths.iter().map(|length| length.as_f64().unwrap_or_default() as usize).collect();
    let data = field("data")?;
    let values = match data.dyn_ref::<BigInt64Array>() {
        Some(ids) => Values::I64(ids.to_vec()),
        None => Values::F32(data.dyn_into::<Float32Array>()?.to_vec()),
    };
    Ok(Tensor { shape, values })
}

fn object(tensor: Tensor) -> Result<JsValue, JsValue> {
    let data: JsValue = match &tensor.values {
        Values::F32(values) => Float32Array::from(values.as_slice()).into(),
        Values::I64(values) => BigInt64Array::from(values.as_slice()).into(),
    };
    let dims: Array = tensor.shape.iter().map(|length| JsValue::from(*length)).collect();
    let object = Object::new();
    Reflect::set(&object, &"dims".into(), &dims)?;
    Reflect::set(&object, &"data".into(), &data)?;
    Ok(object.into())
}

/// Synthesis of one text.
#[wasm_bindgen]
pub struct Synthesis {
    pipeline: Pipeline,
    text: Vec<u16>,
}

#[wasm_bindgen]
impl Synthesis {
    /// JSON array of `{index, text, start, end, pinyin, pause_ms, readings}`, `readings` as [`Engine::pinyin`]
    /// gives them.
    pub fn chunks(&self) -> Result<String, JsValue> {
        let chunks = self.pipeline.chunks();
        let infos = chunks.iter().zip(self.pipeline.places()).enumerate();
        json(
            &infos
                .map(|(index, (chunk, place))| ChunkInfo::new(index, chunk, *place, &self.text))
                .collect::<Vec<_>>(),
        )
    }

    /// Next window, or `undefined` at the end.
    #[allow(clippy::should_implement_trait)] // JavaScript's word for it; an iterator can't cross the boundary.
    pub fn next(&mut self) -> Result<Option<AudioWindow>, JsValue> {
        let window = self.pipeline.next_window().map_err(thrown)?;
        Ok(window.map(|window| AudioWindow { window }))
    }

    /// Continues at the start of a chunk: the next window is its first.
    pub fn resume(&mut self, chunk: usize) -> Result<(), JsValue> {
        self.pipeline.resume(chunk).map_err(thrown)
    }

    /// Limits the parts that are run through the nets at once to a number of characters.
    pub fn set_limit(&mut self, characters: usize) -> Result<(), JsValue> {
        self.pipeline.set_limit(characters).map_err(thrown)
    }

    /// JSON object of seconds spent in `frontend`, `encoder`, `decoder` and `vocoder`, and seconds of `audio` made.
    pub fn stats(&self) -> Result<String, JsValue> {
        json(&self.pipeline.stats())
    }
}

/// Samples of one window.
#[wasm_bindgen]
pub struct AudioWindow {
    window: synthesizer::AudioWindow,
}

#[wasm_bindgen]
impl AudioWindow {
    /// Index of its chunk.
    #[wasm_bindgen(getter)]
    pub fn chunk(&self) -> usize {
        self.window.chunk
    }

    /// Whether it is the first of its chunk.
    #[wasm_bindgen(getter)]
    pub fn first(&self) -> bool {
        self.window.first
    }

    /// Whether it is the last of its chunk.
    #[wasm_bindgen(getter)]
    pub fn last(&self) -> bool {
        self.window.last
    }

    /// Samples, about -1 to 1.
    #[wasm_bindgen(getter)]
    pub fn samples(&self) -> Vec<f32> {
        self.window.samples.clone()
    }
}

/// Header (44 bytes) of a mono 16-bit WAV file; of unknown length if `samples` is not given.
#[wasm_bindgen]
pub fn wav_header(sample_rate: u32, samples: Option<f64>) -> Result<Vec<u8>, JsValue> {
    audio::wav_header(sample_rate, samples.map(|count| count as u64)).map_err(thrown)
}

/// Samples as little-endian 16-bit PCM.
#[wasm_bindgen]
pub fn pcm16(samples: &[f32]) -> Vec<u8> {
    audio::pcm16(samples)
}

#[derive(Serialize)]
struct TokenInfo<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    pinyin: String,
    surface: String,
}

impl<'a> TokenInfo<'a> {
    fn new(token: &'a Token) -> Self {
        let (pinyin, surface) = (spell(&token.pinyin), spell(&token.surface));
        Self { text: &token.text, start: token.span.start, end: token.span.end, pinyin, surface }
    }
}

#[derive(Serialize)]
struct ChunkInfo<'a> {
    index: usize,
    text: String,
    start: usize,
    end: usize,
    pinyin: String,
    pause_ms: u32,
    readings: Vec<TokenInfo<'a>>,
}

impl<'a> ChunkInfo<'a> {
    fn new(index: usize, chunk: &'a Chunk, place: Span, text: &[u16]) -> Self {
        let syllables: Vec<_> = chunk.tokens.iter().flat_map(|token| &token.surface).cloned().collect();
        Self {
            index,
            text: String::from_utf16_lossy(text.get(place.start..place.end).unwrap_or_default()),
            start: place.start,
            end: place.end,
            pinyin: spell(&syllables),
            pause_ms: chunk.pause_ms(),
            readings: chunk.tokens.iter().map(TokenInfo::new).collect(),
        }
    }
}

fn json(value: &impl Serialize) -> Result<String, JsValue> {
    serde_json::to_string(value).map_err(|e| thrown(Error::new(ErrorKind::EngineCrashed, e.to_string())))
}

/// A JavaScript `Error` with the fields `code`, `level`, `module` and `lineno`; `stage`, and `chunk` with its
/// `start` and `end`, where they are known; and its `cause`, an `Error` too.
fn thrown(error: Error) -> JsValue {
    let js = chained(&error, error.message());
    let (place, chunk) = (error.place(), error.chunk());
    let fields: [(&str, JsValue); 8] = [
        ("code", error.kind().code().into()),
        ("level", error.kind().level().into()),
        ("module", place.file().into()),
        ("lineno", place.line().into()),
        ("stage", error.stage().into()),
        ("chunk", chunk.map(|chunk| chunk.index).into()),
        ("start", chunk.map(|chunk| chunk.start).into()),
        ("end", chunk.map(|chunk| chunk.end).into()),
    ];
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_undefined()) {
        set(&js, name, &value);
    }
    js.into()
}

/// A JavaScript `Error` with the causes of `error` as its chain.
fn chained(error: &dyn std::error::Error, message: &str) -> JsError {
    let js = JsError::new(message);
    if let Some(cause) = error.source() {
        set(&js, "cause", &chained(cause, &cause.to_string()));
    }
    js
}

/// Sets a field; on a plain new object that can't fail.
fn set(js: &JsError, name: &str, value: &JsValue) {
    let _ = Reflect::set(js, &name.into(), value);
}
