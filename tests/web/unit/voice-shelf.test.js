import assert from "node:assert/strict";
import { test } from "node:test";
import { VoiceShelf } from "../../../www/bin/voice-shelf.js";
import { FakeTts } from "../support/fake-tts.js";

const MB = 1e6;

/** @param {number} bytes */
function shelf(bytes) {
  /** @type {string[]} */
  const events = [];
  const voices = ["a", "b", "c"].map((id) => ({ ...new FakeTts().voice, id }));
  const made = new VoiceShelf({
    load: async (id) => {
      events.push(`load ${id}`);
      return Object.assign(new FakeTts(), { memory: async () => 80 * MB, dispose: () => events.push(`drop ${id}`) });
    },
    list: async () => voices,
    bytes,
    workers: 1,
  });
  return { made, events };
}

/** @param {import("../../../www/lib/api/api.js").Tts} tts */
const open = (tts) => tts.open("一二。", { pcm: true, request: "1" });

/** @param {AsyncIterable<unknown>} speech */
async function readAll(speech) {
  for await (const _ of speech);
}

test("a voice is loaded once, by however many at a time", async () => {
  const { made, events } = shelf(1000 * MB);
  await Promise.all([made.find("a"), made.find("a"), made.find("b")]);
  assert.deepEqual(events.sort(), ["load a", "load b"]);
  await made.close();
  assert.deepEqual(events.slice(2).sort(), ["drop a", "drop b"]);
});

test("the voice used longest ago makes room for another, unless it is speaking", async () => {
  const { made, events } = shelf(170 * MB);
  const speech = await open(await made.find("a"));
  await made.find("b");
  await made.find("c");
  assert.deepEqual(events, ["load a", "load b", "load c", "drop b"]);
  const other = await open(await made.find("c"));
  await assert.rejects(made.find("b"), { code: "busy" });
  await readAll(speech);
  other.close();
  await made.find("b");
  assert.deepEqual(events.slice(4), ["load b", "drop a"]);
});

test("without memory no other voice is loaded, and an unknown one is unknown", async () => {
  const { made, events } = shelf(0);
  await assert.rejects(made.find("a"), { code: "busy" });
  await assert.rejects(made.find("nobody"), { code: "unknown-voice" });
  assert.deepEqual(events, []);
});
