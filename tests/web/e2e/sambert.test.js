/** Sambert voices in wasm against the official implementation, and on the command line. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../support/folder.js";
import { hanvox } from "../support/hanvox.js";
import { rawEngine } from "../support/raw-engine.js";
import { NEEDS_PACKS, goldenCases, packFolder } from "../support/sambert-packs.js";
import { difference, signalToNoise, spoken } from "../support/samples.js";
import { readWav } from "../support/wav.js";

const VOICES = ["tiny-causal", "tiny-noncausal"];

/** Rows become columns. @param {Float32Array} values @param {number} width */
function transposed(values, width) {
  const height = values.length / width;
  return values.map((_, index) => values[(index % height) * width + Math.floor(index / height)]);
}

for (const name of VOICES) {
  test(`${name} in wasm: mel to 1e-3, sound to 60 dB`, NEEDS_PACKS, async () => {
    const { mels } = JSON.parse(await readFile(join(packFolder(name), "voice.json"), "utf8"));
    const engine = await rawEngine(packFolder(name));
    for (const { name: label, symbols, golden } of await goldenCases(name)) {
      const meant = transposed(golden("mel"), mels);
      // As many frames as are meant: the repeats are equal, too.
      const mel = engine.mel(symbols);
      const inMel = difference(mel, meant);
      const vocoder = signalToNoise(engine.vocode(meant), golden("audio"));
      const whole = signalToNoise(engine.vocode(mel), golden("audio"));
      console.log(
        `${label}: mel ${inMel.toExponential(1)}, vocoder ${vocoder.toFixed(1)} dB, all ${whole.toFixed(1)} dB`,
      );
      assert.ok(inMel <= 1e-3, `${label}: mel ${inMel}`);
      assert.ok(vocoder >= 60, `${label}: vocoder ${vocoder} dB`);
      assert.ok(whole >= 60, `${label}: symbols to sound ${whole} dB`);
    }
    engine.free();
  });

  // Random weights round to what they like: that packs in fewer bits run and stay near is all that is asked of wasm.
  for (const [storage, bound] of /** @type {const} */ ([
    ["f16", 55],
    ["int8", 26],
  ])) {
    test(`${name} in wasm: the vocoder in ${storage} is within ${bound} dB`, NEEDS_PACKS, async () => {
      const engine = await rawEngine(packFolder(`${name}-${storage}`));
      const [{ symbols, golden }] = await goldenCases(name);
      const meant = transposed(golden("mel"), 80);
      const vocoder = signalToNoise(engine.vocode(meant), golden("audio"));
      console.log(`${name} in ${storage}: vocoder ${vocoder.toFixed(1)} dB`);
      assert.ok(vocoder >= bound, `${vocoder} dB`);
      assert.ok(engine.mel(symbols).every(Number.isFinite));
      engine.free();
    });
  }

  test(`say --voice ${name} writes a WAV of 16 kHz`, NEEDS_PACKS, async () => {
    const out = join(await temporaryFolder(), "out.wav");
    const args = ["say", "今天天气很好。", "--voice", packFolder(`${name}-f16`), "-o", out, "--json"];
    const { status, stdout, stderr } = await hanvox(args);
    assert.deepEqual([status, stderr], [0, ""]);
    const { rate, seconds, rms } = readWav(await readFile(out));
    assert.equal(rate, 16000);
    assert.ok(seconds > 0.3 && rms > 0, `${seconds} s, RMS ${rms}`);
    assert.ok(Math.abs(JSON.parse(stdout).audio_seconds - seconds) < 1e-6);
  });
}

test(
  "the official sample line is what its text becomes, and its lines are spoken as they are",
  NEEDS_PACKS,
  async () => {
    const engine = await rawEngine(packFolder("tiny-noncausal"));
    for (const { name, line, golden } of await goldenCases("tiny-noncausal")) {
      if (name === "beijing") assert.equal(engine.symbols("北京今天天气怎么样", {}), `0\t${line}`);
      // The pipeline fades the ends, 80 samples or less.
      const inner = (/** @type {Float32Array} */ samples) => samples.slice(80, -80);
      const sound = signalToNoise(inner(spoken(engine.synthesize_symbols(`7\t${line}\n`, {}))), inner(golden("audio")));
      console.log(`${name}: from its line ${sound.toFixed(1)} dB`);
      assert.ok(sound >= 60, `${name}: ${sound} dB`);
    }
    engine.free();
  },
);

test("emotions are those of the voice, in symbols and in sound", NEEDS_PACKS, async () => {
  const engine = await rawEngine(packFolder("tiny-causal-f16"));
  const { kind, names } = engine.emotions();
  assert.deepEqual([kind, names[0], names.includes("happy")], ["trained", "neutral", true]);
  const ssml = (/** @type {string} */ name) => `<speak>你好，<emotion category="${name}">谢谢你</emotion>。</speak>`;
  const [plain, happy, sad] = ["neutral", "happy", "sad"].map((name) => ({
    symbols: engine.symbols(ssml(name), {}),
    sound: spoken(engine.synthesize(ssml(name), {})),
  }));
  assert.equal(happy.symbols.match(/emotion_happy/g)?.length, 6);
  assert.equal(happy.symbols.replaceAll("emotion_happy", "emotion_neutral"), plain.symbols);
  assert.equal(sad.symbols.replaceAll("sad", "happy"), happy.symbols);
  assert.notDeepEqual(happy.sound, plain.sound);
  assert.notDeepEqual(happy.sound, sad.sound);
  for (const { sound } of [plain, happy, sad]) assert.ok(sound.length > 0 && sound.every(Number.isFinite));
  const unknown = { code: "unknown-emotion", message: /bored.*neutral.*happy/ };
  assert.throws(() => engine.synthesize(ssml("bored"), {}), unknown);
  assert.throws(() => engine.synthesize("你好", { emotion: "bored" }), unknown);
  engine.free();
});

test("a symbol that the voice lacks is refused by line, number and name", NEEDS_PACKS, async () => {
  const engine = await rawEngine(packFolder("tiny-causal"));
  const [{ line }] = await goldenCases("tiny-causal");
  for (const [from, to] of [
    ["b_c", "q9"],
    ["tone3", "tone9"],
    ["emotion_neutral", "emotion_bored"],
    ["F7", "F8"],
  ]) {
    const refused = { code: "markup-invalid", message: new RegExp(`line 2: symbol 1 .*${to}`) };
    assert.throws(() => engine.synthesize_symbols(`${line}\n${line.replace(from, to)}`, {}), refused);
  }
  engine.free();
});
