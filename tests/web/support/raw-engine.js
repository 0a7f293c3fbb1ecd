/** The wasm itself with a voice, for what only it gives: `mel`, `vocode`, and samples without the seam around them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";
import { wasmFile } from "../../../www/lib/engine/support.js";

const WWW = fileURLToPath(new URL("../../../www", import.meta.url));

/** The files with the engine's code; the tests are about both. */
export const CODES = ["pkg/hanvox_bg.wasm", "pkg/hanvox_relaxed_bg.wasm"];

// Node 20 has relaxed SIMD by this flag only, and newer ones have no such flag.
if (wasmFile() !== CODES[1]) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");

/**
 * @param {string} folder The voice's own.
 * @param {string} [code]
 */
export async function rawEngine(folder, code = CODES[0]) {
  const address = `../../../www/pkg/hanvox.js?code=${code}`;
  /** @type {typeof import("../../../www/pkg/hanvox.js")} */
  const { default: init, Engine, VoiceLoader } = await import(address);
  const exports = await init({ module_or_path: await readFile(join(WWW, code)) });
  exports.__wasm_call_ctors();
  const engine = new Engine(await readFile(join(WWW, "pkg/lexicon.bin")));
  const loader = new VoiceLoader(await readFile(join(folder, "voice.json"), "utf8"));
  while (await loader.read((path) => readFile(join(folder, path)))) loader.prepare();
  engine.set_voice(loader);
  loader.free();
  return engine;
}
