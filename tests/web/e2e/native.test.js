/** The same crate built natively and for wasm gives the same numbers on the same input. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../support/folder.js";
import { CODES, rawEngine } from "../support/raw-engine.js";
import { readSafetensors } from "../support/sambert-packs.js";
import { difference, signalToNoise, spoken } from "../support/samples.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const HAN = join(ROOT, "www/voices/han");
const SMALL = join(ROOT, "tests/golden/student");
const BAKER = process.env.HANVOX_BAKER_PACK;
const NEEDS_BAKER = BAKER ? {} : { skip: "HANVOX_BAKER_PACK names no voice" };
const LEXICON = join(ROOT, "www/pkg/lexicon.bin");
const TEXTS = ["啊。", "今天下午三点我们在公司门口见面，然后一起去吃饭。", "气温23.5°C，A4纸80%打九折！"];

for (const code of CODES) {
  // Sample by sample, a pitch that differs in its last digits drifts apart in phase: the bound is one of power.
  test(`han in wasm is within 60 dB of native, from symbols to samples, ${code}`, async () => {
    const engine = await rawEngine(HAN, code);
    for (const text of TEXTS) {
      const folder = await nativeStages(HAN, text);
      const lines = await readFile(join(folder, "lines.txt"), "utf8");
      assert.equal(engine.symbols(text, {}), lines);
      const samples = spoken(engine.synthesize_symbols(lines, {}));
      const ratio = signalToNoise(samples, await floats(join(folder, "samples.f32")));
      console.log(`${text} ${samples.length} samples, ${ratio.toFixed(1)} dB`);
      assert.ok(ratio >= 60, `${text} ${ratio} dB`);
    }
  });

  test(`a small student voice in wasm is within 60 dB of an independent implementation, ${code}`, async () => {
    const engine = await rawEngine(SMALL, code);
    const golden = readSafetensors(await readFile(join(SMALL, "golden.safetensors")));
    const lines = (await readFile(join(SMALL, "lines.txt"), "utf8")).trim().split("\n");
    // The engine shapes tones by itself (src/synthesizer/tones.rs), and the reference does not.
    const plain = lines.map((line, index) => ({ line, index })).filter(({ line }) => /^\S+ 1 1 1 [^→↗↓↘]*$/.test(line));
    let compared = 0;
    for (const { line, index } of plain) {
      const [speaker, , , , ...symbols] = line.split(" ");
      const written = symbols.map((symbol) => `{${symbol}}`).join(" ");
      const samples = spoken(engine.synthesize_symbols(written, { speaker }));
      const meant = golden(`${index}/samples`);
      assert.equal(samples.length, meant.length);
      // Five milliseconds fade at both ends; one line is hardly longer.
      if (samples.length <= 240) continue;
      const inside = /** @type {const} */ ([120, samples.length - 120]);
      const ratio = signalToNoise(samples.subarray(...inside), meant.subarray(...inside));
      console.log(`${line} ${samples.length} samples, ${ratio.toFixed(1)} dB`);
      assert.ok(ratio >= 60, `${line}: ${ratio} dB`);
      compared += 1;
    }
    assert.ok(compared > 0);
  });

  test(`baker in wasm equals native to 1e-4, ${code}`, NEEDS_BAKER, async () => {
    const engine = await rawEngine(BAKER ?? "", code);
    for (const text of TEXTS) {
      const folder = await nativeStages(BAKER ?? "", text);
      const symbols = (await readFile(join(folder, "symbols.txt"), "utf8")).split(" ");
      const mel = await floats(join(folder, "mel.f32"));
      const inMel = difference(engine.mel(symbols), mel);
      const inAudio = difference(engine.vocode(mel), await floats(join(folder, "audio.f32")));
      console.log(`${text} mel ${inMel.toExponential(1)}, audio ${inAudio.toExponential(1)}`);
      assert.ok(inMel <= 1e-4 && inAudio <= 1e-4);
    }
  });
}

/** The folder of what the native build makes of a text. @param {string} voice @param {string} text */
async function nativeStages(voice, text) {
  const folder = await temporaryFolder();
  const args = ["run", "--quiet", "--locked", "--example", "stages", "--", LEXICON, voice, folder];
  execFileSync("cargo", args, { cwd: ROOT, input: text });
  return folder;
}

/** @param {string} path */
async function floats(path) {
  const bytes = new Uint8Array(await readFile(path));
  return new Float32Array(bytes.buffer);
}
