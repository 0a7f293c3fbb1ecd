//! Values that cross the boundary. Those of one module only are described there; tsify writes the TypeScript types.

use js_sys::{Array, Error as JsError, Float32Array, Object};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::MapDeserializer;
use serde_wasm_bindgen::{Deserializer, Error as SerdeError, Serializer};
use tsify::{Ts, Tsify};
use wasm_bindgen::{JsCast, JsValue};

use super::thrown::thrown;
use crate::chunk;
use crate::error::{Error, ErrorKind, Result};
use crate::synthesizer::{self, PlacedMark, SpokenAt};
use crate::token::{Boundary, Span, Token, spell};

/// One spoken Chinese character or Latin word.
#[derive(Serialize, Tsify)]
pub struct PinyinToken {
    text: String,
    /// UTF-16 offset in the text given.
    start: usize,
    end: usize,
    /// Dictionary reading in context: `yi1`.
    pinyin: String,
    /// Reading after tone sandhi: `yi2`.
    surface: String,
}

impl PinyinToken {
    pub fn new(token: &Token) -> Self {
        let (pinyin, surface) = (spell(&token.pinyin), spell(&token.surface));
        Self { text: token.text.clone(), start: token.span.start, end: token.span.end, pinyin, surface }
    }
}

/// Bounded piece of the text, spoken in one go.
#[derive(Serialize, Tsify)]
pub struct Chunk {
    index: usize,
    text: String,
    /// UTF-16 offset in the text given.
    start: usize,
    end: usize,
    /// Reading after tone sandhi.
    pinyin: String,
    /// Silence after it, in milliseconds.
    pause_ms: u32,
    /// Whether a sentence ends with it.
    ends_sentence: bool,
    /// What is read for which characters.
    readings: Vec<PinyinToken>,
}

impl Chunk {
    /// `text`: all of it, as UTF-16.
    pub fn new(index: usize, chunk: &chunk::Chunk, place: Span, text: &[u16]) -> Self {
        let syllables: Vec<_> = chunk.tokens.iter().flat_map(|token| &token.surface).cloned().collect();
        Self {
            index,
            text: String::from_utf16_lossy(text.get(place.start..place.end).unwrap_or_default()),
            start: place.start,
            end: place.end,
            pinyin: spell(&syllables),
            pause_ms: chunk.pause_ms(),
            ends_sentence: chunk.tokens.last().is_some_and(|token| token.boundary == Boundary::Sentence),
            readings: chunk.tokens.iter().map(PinyinToken::new).collect(),
        }
    }
}

/// Run of samples, in order; the silence after a chunk is in its last window.
#[derive(Serialize, Tsify)]
pub struct AudioWindow {
    /// Index of its chunk.
    chunk: usize,
    /// Whether it is the first of its chunk.
    first: bool,
    /// Whether it is the last of its chunk.
    last: bool,
    /// About -1 to 1.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "Float32Array<ArrayBuffer>")]
    samples: Float32Array,
    /// Named places of the markup in it, in order.
    marks: Vec<PlacedMark>,
    /// Characters and Latin words that begin in it, in order.
    characters: Vec<SpokenAt>,
    /// Words that begin in it, in order.
    words: Vec<SpokenAt>,
}

impl From<synthesizer::AudioWindow> for AudioWindow {
    fn from(window: synthesizer::AudioWindow) -> Self {
        let synthesizer::AudioWindow { chunk, first, last, samples, marks, characters, words } = window;
        let samples = Float32Array::from(samples.as_slice());
        Self { chunk, first, last, samples, marks, characters, words }
    }
}

/// The plain JavaScript value of a Rust one, with its TypeScript type.
pub fn typed<T: Serialize + Tsify>(value: &T) -> std::result::Result<Ts<T>, JsValue> {
    let invalid = |e| thrown(Error::new(ErrorKind::EngineCrashed, message(e)));
    Ok(Ts::new_unchecked(plain(value).map_err(invalid)?))
}

/// The plain JavaScript value of a Rust one: objects, arrays, numbers, texts and `null`, as JSON would give them.
pub fn plain(value: &impl Serialize) -> std::result::Result<JsValue, SerdeError> {
    value.serialize(&Serializer::json_compatible())
}

/// Options from a plain object; fields that are `undefined` count as omitted. Fails with `option-invalid`, naming
/// `what`, if a field is unknown or has the wrong type.
pub fn options<T: DeserializeOwned + Tsify>(what: &str, given: Ts<T>) -> Result<T> {
    read(&given.into()).map_err(|e| Error::new(ErrorKind::OptionInvalid, format!("{what}: {}", message(e))))
}

/// The deserializer of objects looks only for fields that it expects; that of maps reports the others, too.
fn read<T: DeserializeOwned>(given: &JsValue) -> std::result::Result<T, SerdeError> {
    if !given.is_object() {
        return T::deserialize(Deserializer::from(given.clone()));
    }
    let fields = Object::entries(given.unchecked_ref()).into_iter().filter_map(|entry| {
        let entry: Array = entry.unchecked_into();
        let (name, value) = (entry.get(0).as_string()?, entry.get(1));
        (!value.is_undefined()).then(|| (name, Deserializer::from(value)))
    });
    T::deserialize(MapDeserializer::new(fields))
}

fn message(error: SerdeError) -> String {
    JsError::from(JsValue::from(error)).message().into()
}
