/** A memory that runs out for real: the engine takes its memory from the host, with a bound. */
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createEngine } from "../../../www/lib/engine.js";

const WWW = fileURLToPath(new URL("../../../www", import.meta.url));
const VOICE = join(WWW, "voices/baker");

// Little above what the voice and one sentence take.
const MEMORY_LIMIT = 160 * 1024 * 1024;

const SENTENCE = "今天下午三点我们在公司门口见面，然后一起去吃饭。";

test("a text of 300,000 characters in a small memory is out-of-memory, and a new engine speaks", async () => {
  const engine = await speakingEngine(1);
  const error = thrownBy(() => engine.open(SENTENCE.repeat(12_500), {}));
  assert.equal(error.code, "out-of-memory");
  assert.equal(error.context.memory_limit, MEMORY_LIMIT);
  assert.ok(error.context.memory_bytes <= MEMORY_LIMIT);
  const another = await speakingEngine(2);
  assert.ok((another.open(SENTENCE, {}).next()?.samples.length ?? 0) > 0);
});

/** @param {number} instance */
async function speakingEngine(instance) {
  const engine = await createEngine({
    bindings: await import(`../../../www/pkg/hanvox.js?memory=${instance}`),
    wasm: await bytes(join(WWW, "pkg/hanvox_bg.wasm")),
    lexicon: await bytes(join(WWW, "pkg/lexicon.bin")),
    memoryLimit: MEMORY_LIMIT,
  });
  const files = new Map();
  for (const name of await readdir(VOICE)) files.set(name, await bytes(join(VOICE, name)));
  engine.loadVoice(/** @type {any} */ ({ text: await readFile(join(VOICE, "voice.json"), "utf8"), files }));
  return engine;
}

/** @param {string} path */
async function bytes(path) {
  return new Uint8Array(await readFile(path));
}

/** @param {() => unknown} work */
function thrownBy(work) {
  try {
    work();
  } catch (thrown) {
    return /** @type {any} */ (thrown);
  }
  return assert.fail("nothing was thrown");
}
