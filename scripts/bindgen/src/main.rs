//! Writes the JavaScript, the declarations and the final wasm of the engine: `bindgen WASM FOLDER`.
//!
//! The same as `wasm-bindgen --target web --remove-name-section`, without the test runner, its HTTP server and TLS, which
//! are most of what the command compiles.

use std::env::args_os;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let paths: Vec<_> = args_os().skip(1).collect();
    ensure!(paths.len() == 2, "usage: bindgen WASM FOLDER");
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?.typescript(true).omit_default_module_path(false).remove_name_section(true);
    bindgen
        .input_path(&paths[0])
        .generate(&paths[1])
        .with_context(|| format!("no bindings of {}", paths[0].display()))
}
