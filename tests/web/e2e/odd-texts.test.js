/** Some odd texts of `tests/bench/odd-texts.mjs`: each is read, or refused with a code, and no character is lost. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openFrontend } from "../../../www/lib/node/node-engine.js";
import { FIXTURE_VOICES } from "../support/faulty-base.js";
import { oddText } from "../support/odd-texts.js";
import { randomFrom } from "../support/random.js";
import { tryText } from "../support/try-text.js";

const COUNT = 2000;
const SEED = 3;
/** One in so many is spoken. */
const SPOKEN = 40;

test("no odd text breaks the engine, and none is lost in silence", async () => {
  const engine = await openFrontend();
  const folder = join(FIXTURE_VOICES, "tone");
  const text = await readFile(join(folder, "voice.json"), "utf8");
  await engine.loadVoice({ text, file: async (path) => new Uint8Array(await readFile(join(folder, path))) });
  const random = randomFrom(SEED);
  /** @type {string[]} */
  const faults = [];
  for (let at = 0; at < COUNT; at += 1) {
    const odd = oddText(random);
    const { outcome, fault } = tryText(engine, odd, at % SPOKEN === 0);
    if (fault) faults.push(`${at} ${JSON.stringify(odd)}: ${outcome}: ${fault}`);
  }
  assert.deepEqual(faults, []);
});
