/** The wasm itself with a voice, for what only it gives: `mel`, `vocode`, and samples without the seam around them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import init, { Engine, VoiceLoader } from "../../../www/pkg/hanvox.js";

const PKG = fileURLToPath(new URL("../../../www/pkg", import.meta.url));

/** @param {string} folder The voice's own. */
export async function rawEngine(folder) {
  const exports = await init({ module_or_path: await readFile(join(PKG, "hanvox_bg.wasm")) });
  exports.__wasm_call_ctors();
  const engine = new Engine(await readFile(join(PKG, "lexicon.bin")));
  const loader = new VoiceLoader(await readFile(join(folder, "voice.json"), "utf8"));
  while (await loader.read((path) => readFile(join(folder, path)))) loader.prepare();
  engine.set_voice(loader);
  loader.free();
  return engine;
}
