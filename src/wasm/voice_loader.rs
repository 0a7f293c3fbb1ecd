//! A voice on its way from JavaScript into an engine, file by file.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::thrown::{thrown, voice_missing};
use crate::error::{Error, ErrorKind};
use crate::voice::Loader;

/// Fails where an engine can't load a voice with this manifest, whatever its files hold. Needs no engine.
#[wasm_bindgen]
pub fn check_manifest(manifest: &str) -> Result<(), JsValue> {
    Loader::new(manifest).map(drop).map_err(thrown)
}

/// Voice on its way into an engine. It belongs to no engine yet, so engines can be called while its files come.
///
/// Reading and preparing are two calls, so that the next file is read while a net is prepared. A read keeps its bytes in
/// JavaScript's memory: what needs the engine's own, and may end in a trap, is the synchronous half.
#[wasm_bindgen]
pub struct VoiceLoader {
    loader: Option<Loader>,
    files: Rc<Files>,
}

#[derive(Default)]
struct Files {
    /// Paths that nobody has asked for.
    due: RefCell<VecDeque<String>>,
    /// Files that wait to be prepared.
    read: RefCell<VecDeque<(String, Uint8Array)>>,
}

#[wasm_bindgen]
impl VoiceLoader {
    /// Reads the manifest.
    #[wasm_bindgen(constructor)]
    pub fn new(manifest: &str) -> Result<VoiceLoader, JsValue> {
        let loader = Loader::new(manifest).map_err(thrown)?;
        let files = Files { due: RefCell::new(loader.files().into()), ..Files::default() };
        Ok(Self { loader: Some(loader), files: Rc::new(files) })
    }

    /// Asks `file` for the next file. Resolves to whether there was one left; rejects with what `file` throws or
    /// rejects with.
    #[wasm_bindgen(unchecked_return_type = "Promise<boolean>")]
    pub fn read(
        &self,
        #[wasm_bindgen(unchecked_param_type = "(path: string) => Promise<Uint8Array>")] file: Function,
    ) -> Promise {
        let files = Rc::clone(&self.files);
        future_to_promise(async move { files.read_next(&file).await.map(JsValue::from_bool) })
    }

    /// Prepares the file that was read first; its bytes are not needed any more then.
    pub fn prepare(&mut self) -> Result<(), JsValue> {
        let (path, bytes) = self.files.read.borrow_mut().pop_front().ok_or_else(voice_missing)?;
        let loader = self.loader.as_mut().ok_or_else(voice_missing)?;
        loader.add(&path, &bytes.to_vec()).map_err(thrown)
    }

    pub(super) fn take(&mut self) -> Result<Loader, JsValue> {
        self.loader.take().ok_or_else(voice_missing)
    }
}

impl Files {
    async fn read_next(&self, file: &Function) -> Result<bool, JsValue> {
        let Some(path) = self.due.borrow_mut().pop_front() else { return Ok(false) };
        let asked = file.call1(&JsValue::UNDEFINED, &path.as_str().into())?;
        let bytes = JsFuture::from(Promise::resolve(&asked)).await?.dyn_into().map_err(|_| {
            thrown(Error::new(ErrorKind::VoiceCorrupt, format!("{path} came as something other than bytes")))
        })?;
        self.read.borrow_mut().push_back((path, bytes));
        Ok(true)
    }
}
