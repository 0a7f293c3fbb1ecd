/** A memory that runs out for real: the engine takes its memory from the host, with a bound. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { speakingEngine } from "../support/speaking-engine.js";
import { thrownBy } from "../support/thrown-by.js";

// Little above what the voice and one sentence take.
const MEMORY_LIMIT = 96 * 1024 * 1024;

const SENTENCE = "今天下午三点我们在公司门口见面，然后一起去吃饭。";

test("a text of 300,000 characters in a small memory is out-of-memory, and a new engine speaks", async () => {
  const engine = await speakingEngine(MEMORY_LIMIT);
  const error = thrownBy(() => engine.open(SENTENCE.repeat(12_500), {}));
  assert.equal(error.code, "out-of-memory");
  assert.equal(error.context.memory_limit, MEMORY_LIMIT);
  assert.ok(error.context.memory_bytes <= MEMORY_LIMIT);
  const another = await speakingEngine(MEMORY_LIMIT);
  assert.ok((another.open(SENTENCE, {}).next()?.samples.length ?? 0) > 0);
});
