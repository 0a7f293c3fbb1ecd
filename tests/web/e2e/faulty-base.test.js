import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { FIXTURE_VOICES, faultyBase } from "../support/faulty-base.js";
import { faultIn, faultWords } from "../support/faults.js";

/** @typedef {import("../../../www/lib/engine/engine.js").Engine} Engine */

/** @type {() => Promise<Engine>} A fresh engine with a voice. */
let start;

before(async () => {
  const { base } = await faultyBase();
  const lib = (/** @type {string} */ file) => import(pathToFileURL(join(base, "lib", file)).href);
  const { openFrontend } = await lib("node/index.js");
  const { readVoice } = await lib("node/node-folders.js");
  start = async () => {
    const engine = await openFrontend(base);
    await engine.loadVoice(await readVoice(join(FIXTURE_VOICES, "tone"), "tone"));
    return engine;
  };
});

/** @param {Engine} engine @param {string} text */
function speak(engine, text) {
  const speech = engine.open(text, {});
  let samples = 0;
  for (let window = speech.next(); window; window = speech.next()) samples += window.samples.length;
  speech.close();
  return samples;
}

test("a text asks for a fault by its words", () => {
  assert.equal(faultIn("今天天气很好。"), undefined);
  const asked = { kind: /** @type {const} */ ("trap"), at: /** @type {const} */ ("synthesize"), heals: true };
  assert.deepEqual(faultIn(`今天${faultWords(asked.kind, asked)}很好。`), asked);
});

test("without a fault it is the real engine", async () => {
  const engine = await start();
  assert.equal(engine.normalize("3月"), "三月");
  assert.ok(speak(engine, "今天天气很好。") > 24_000);
});

for (const { kind, code } of /** @type {const} */ ([
  { kind: "trap", code: "engine-crashed" },
  { kind: "unreachable", code: "out-of-memory" },
])) {
  test(`${kind} is a trap of a real wasm module, in the chunk that asks for it`, async () => {
    const engine = await start();
    const speech = engine.open(`今天天气很好。${faultWords(kind)}。`, {});
    assert.equal(speech.next()?.chunk, 0);
    assert.throws(() => [...Array(9)].forEach(() => speech.next()), { code });
  });
}

test("a fault that heals strikes once, over engines", async () => {
  const text = `${faultWords("trap", { at: "synthesize", heals: true })}。`;
  const first = await start();
  assert.throws(() => first.open(text, {}), { code: "engine-crashed" });
  assert.ok(speak(await start(), text) > 0);
});

test("empty answers are answers", async () => {
  const engine = await start();
  assert.equal(speak(engine, `${faultWords("nothing")}。`), 0);
  assert.equal(engine.open(`${faultWords("no-samples")}。`, {}).next()?.samples.length, 0);
});

test("every fixture voice lists all of its files", async () => {
  for (const entry of await readdir(FIXTURE_VOICES, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === "__pycache__") continue;
    const folder = join(FIXTURE_VOICES, entry.name);
    const { id, files } = JSON.parse(await readFile(join(folder, "voice.json"), "utf8"));
    const listed = files.map((/** @type {{path: string}} */ { path }) => path);
    assert.deepEqual([entry.name, (await readdir(folder)).sort()], [id, [...listed, "voice.json"].sort()]);
  }
});
