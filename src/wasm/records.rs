//! Log records and panics on their way to JavaScript.

use std::cell::RefCell;
use std::panic::{self, PanicHookInfo};
use std::thread::LocalKey;

use js_sys::{Function, Object, Reflect};
use serde_json::Value;
use wasm_bindgen::prelude::*;
use web_sys::console;

use super::thrown::{set, thrown};
use super::values::plain;
use crate::error::ErrorKind;
use crate::event;

type Sink = RefCell<Option<Function>>;

thread_local! {
    static LOG_SINK: Sink = const { RefCell::new(None) };
    static PANIC_SINK: Sink = const { RefCell::new(None) };
}

/// Connects panics and log records to their sinks; runs once, when the module starts.
#[wasm_bindgen(start)]
pub fn start() {
    panic::set_hook(Box::new(|info| {
        if !deliver(&PANIC_SINK, &panic_record(info)) {
            // The record has no stack.
            console_error_panic_hook::hook(info);
        }
    }));
    event::install(|record: Value| {
        // Names, numbers and texts become JavaScript values without fail.
        let _ = plain(&record).map(|record| deliver(&LOG_SINK, &record));
    });
}

/// Calls `sink` with the record of a panic, `{level, code, message, module, lineno}`, just before the call into the
/// engine traps.
#[wasm_bindgen]
pub fn set_panic_sink(
    #[wasm_bindgen(
        unchecked_param_type = "(panic: {message: string, module: string, lineno: number}) => void"
    )]
    sink: Function,
) {
    PANIC_SINK.set(Some(sink));
}

/// Calls `sink` with each log record, a plain object, up to `level`: `off`, `error`, `warning`, `info` or `debug`. The
/// sink must not call into the engine.
#[wasm_bindgen]
pub fn set_log(
    level: &str,
    #[wasm_bindgen(unchecked_param_type = "(record: any) => void")] sink: Function,
) -> Result<(), JsValue> {
    set_log_level(level)?;
    LOG_SINK.set(Some(sink));
    Ok(())
}

/// Changes the log level.
#[wasm_bindgen]
pub fn set_log_level(level: &str) -> Result<(), JsValue> {
    event::set_level(level).map_err(thrown)
}

/// Hands a record to a sink; false if there is none or it throws. An error that no sink takes goes to the console.
/// Called for panics, so it must not panic itself.
fn deliver(sink: &'static LocalKey<Sink>, record: &JsValue) -> bool {
    let sink = sink.with(|sink| sink.try_borrow().ok().and_then(|sink| sink.clone()));
    let is_taken = sink.is_some_and(|sink| sink.call1(&JsValue::UNDEFINED, record).is_ok());
    if !is_taken && is_error(record) {
        console::error_1(record);
    }
    is_taken
}

fn is_error(record: &JsValue) -> bool {
    Reflect::get(record, &"level".into()).is_ok_and(|level| level == "error")
}

/// Made without memory of the engine's own, which may be what ran out.
fn panic_record(info: &PanicHookInfo) -> JsValue {
    let record = Object::new();
    let kind = ErrorKind::EngineCrashed;
    set(&record, "level", &kind.level().into());
    set(&record, "code", &kind.code().into());
    set(&record, "message", &info.payload_as_str().unwrap_or_default().into());
    if let Some(place) = info.location() {
        set(&record, "module", &place.file().into());
        set(&record, "lineno", &place.line().into());
    }
    record.into()
}
