/** The real engine with the default voice, without anything around it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createEngine } from "../../../www/lib/engine/engine.js";

const WWW = fileURLToPath(new URL("../../../www", import.meta.url));
const VOICE = join(WWW, "voices/han");

let instances = 0;

/**
 * @param {number} [memoryLimit]
 * @param {string} [pkg] Folder of another build.
 */
export async function speakingEngine(memoryLimit, pkg = join(WWW, "pkg")) {
  const engine = await createEngine({
    bindings: await import(`${join(pkg, "hanvox.js")}?speaking=${++instances}`),
    wasm: await bytes(join(pkg, "hanvox_bg.wasm")),
    lexicon: await bytes(join(WWW, "pkg/lexicon.bin")),
    memoryLimit,
  });
  await engine.loadVoice(await voice());
  return engine;
}

/** The wasm by itself, with its exports as they are. */
export async function speakingModule(pkg = join(WWW, "pkg")) {
  const bindings = await import(`${join(pkg, "hanvox.js")}?speaking=${++instances}`);
  /** @type {import("../../../www/pkg/hanvox.js").InitOutput} */
  const exports = await bindings.default({
    module_or_path: await bytes(join(pkg, "hanvox_bg.wasm")),
    memory: new WebAssembly.Memory({ initial: 64, maximum: 16384 }),
  });
  return { bindings, exports };
}

/** The default voice as `loadVoice` takes it. */
export async function voice() {
  const text = await readFile(join(VOICE, "voice.json"), "utf8");
  return { text, file: (/** @type {string} */ path) => bytes(join(VOICE, path)) };
}

/** @param {string} path */
async function bytes(path) {
  return new Uint8Array(await readFile(path));
}
