//! Writes the JavaScript, the declarations and the final wasm of the engine: `bindgen WASM FOLDER`.
//!
//! The same as `wasm-bindgen --target web --remove-name-section`, without the test runner, its HTTP server and TLS, which
//! are most of what the command compiles. It also writes the wasm once more for browsers without relaxed SIMD.

mod relaxed;

use std::env::args_os;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let paths: Vec<_> = args_os().skip(1).collect();
    ensure!(paths.len() == 2, "usage: bindgen WASM FOLDER");
    generate(Path::new(&paths[0]), Path::new(&paths[1]))
        .with_context(|| format!("no bindings of {}", paths[0].display()))
}

fn generate(wasm: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?.typescript(true).omit_default_module_path(false).remove_name_section(true);
    let mut output = bindgen.input_path(wasm).generate_output()?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join("hanvox_relaxed_bg.wasm"), output.wasm_mut().emit_wasm())?;
    relaxed::replace(output.wasm_mut())?;
    output.emit(folder)
}
