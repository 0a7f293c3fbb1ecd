//! Errors as JavaScript throws them.

use js_sys::{Error as JsError, Reflect};
use wasm_bindgen::JsValue;

use crate::error::{Error, ErrorKind};

/// A JavaScript `Error` with the fields `code`, `level`, `module` and `lineno`; `stage`, and `chunk` with its
/// `start` and `end`, where they are known; and its `cause`, an `Error` too.
pub fn thrown(error: Error) -> JsValue {
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

/// What a call throws that needs a voice.
pub fn voice_missing() -> JsValue {
    thrown(Error::new(ErrorKind::VoiceMissing, "no voice is loaded"))
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
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}
