/** Some hostile packages of `tests/bench/hostile-packs.mjs`: each is refused, or is a voice that speaks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../support/folder.js";
import { hostilePack, readVoices } from "../support/hostile-packs.js";
import { randomFrom } from "../support/random.js";
import { tryPack } from "../support/try-pack.js";

const COUNT = 60;
const SEED = 3;

test("no hostile package breaks anything, and none is taken that is not what it says", async () => {
  process.env.HANVOX_CACHE = await temporaryFolder();
  const voices = await readVoices(["tone", "moods"]);
  const random = randomFrom(SEED);
  /** @type {string[]} */
  const faults = [];
  for (let at = 0; at < COUNT; at += 1) {
    const pack = hostilePack(voices, random);
    const { fault, outcome } = await tryPack(pack);
    if (fault) faults.push(`${at} ${pack.kind} ${pack.field ?? ""}: ${outcome}: ${fault}`);
  }
  assert.deepEqual(faults, []);
  const [{ name, files }] = voices;
  assert.equal((await tryPack({ kind: "as it is", voice: name, refused: false, files })).outcome, "spoken");
});
