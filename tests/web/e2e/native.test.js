/** The same crate built natively and for wasm gives the same numbers on the same input. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import init, { Engine } from "../../../www/pkg/hanvox.js";
import { temporaryFolder } from "../support/folder.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const VOICE = join(ROOT, "www/voices/baker");
const LEXICON = join(ROOT, "www/pkg/lexicon.bin");
const TEXTS = ["啊。", "今天下午三点我们在公司门口见面，然后一起去吃饭。", "气温23.5°C，A4纸80%打九折！"];

test("wasm equals native to 1e-4", async () => {
  const engine = await loadedEngine();
  for (const text of TEXTS) {
    const folder = await temporaryFolder();
    const args = ["run", "--quiet", "--locked", "--example", "stages", "--", LEXICON, VOICE, folder];
    execFileSync("cargo", args, { cwd: ROOT, input: text });
    const symbols = (await readFile(join(folder, "symbols.txt"), "utf8")).split(" ");
    const mel = await floats(join(folder, "mel.f32"));
    const inMel = difference(engine.mel(symbols), mel);
    const inAudio = difference(engine.vocode(mel), await floats(join(folder, "audio.f32")));
    console.log(`${text} mel ${inMel.toExponential(1)}, audio ${inAudio.toExponential(1)}`);
    assert.ok(inMel <= 1e-4 && inAudio <= 1e-4);
  }
});

async function loadedEngine() {
  await init({ module_or_path: await readFile(join(ROOT, "www/pkg/hanvox_bg.wasm")) });
  const engine = new Engine(await readFile(LEXICON));
  const files = new Map();
  for (const name of await readdir(VOICE)) files.set(name, new Uint8Array(await readFile(join(VOICE, name))));
  engine.load_voice(await readFile(join(VOICE, "voice.json"), "utf8"), files);
  return engine;
}

/** @param {string} path */
async function floats(path) {
  const bytes = new Uint8Array(await readFile(path));
  return new Float32Array(bytes.buffer);
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function difference(a, b) {
  assert.equal(a.length, b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);
}
