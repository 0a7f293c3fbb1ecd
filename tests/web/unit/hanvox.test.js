import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../../../www/lib/client.js";
import { Hanvox } from "../../../www/lib/hanvox.js";
import { WorkerConnection } from "../../../www/lib/worker-connection.js";
import { SAMPLES_PER_CHARACTER } from "../support/fake-engine.js";
import { FakeWorker } from "../support/fake-worker.js";

async function start() {
  /** @type {FakeWorker[]} */
  const workers = [];
  const client = new Client(() => {
    workers.push(new FakeWorker());
    return new WorkerConnection(workers[workers.length - 1]);
  });
  const voice = await client.call({ type: "load", voice: "tiny", base: "", voices: "" });
  return { tts: new Hanvox(client, /** @type {any} */ (voice)), workers };
}

/** Gives the host its turn to close what the client let go. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("generate gives all samples, the chunks and a WAV file", async () => {
  const { tts, workers } = await start();
  const speech = await tts.generate("一二三四五。六七。");
  assert.equal(speech.audio.length, 9 * SAMPLES_PER_CHARACTER);
  assert.equal(speech.sampling_rate, 24000);
  assert.deepEqual(
    speech.chunks.map(({ start, end }) => [start, end]),
    [
      [0, 6],
      [6, 9],
    ],
  );
  const wav = speech.toWav();
  assert.equal(wav.length, 44 + 2 * speech.audio.length);
  assert.equal(new DataView(wav.buffer).getUint32(40, true), 2 * speech.audio.length);
  const blob = speech.toBlob();
  assert.deepEqual([blob.type, blob.size], ["audio/wav", wav.length]);
  await settled();
  assert.equal(workers[0].engine.open_speeches, 0);
});

test("stream gives a chunk at a time and computes no further than it is asked", async () => {
  const { tts, workers } = await start();
  const seen = [];
  for await (const { text, audio } of tts.stream("一二三。四。五。")) {
    seen.push([text, audio.length / SAMPLES_PER_CHARACTER]);
    if (seen.length === 2) break;
  }
  assert.deepEqual(seen, [
    ["一二三。", 4],
    ["四。", 2],
  ]);
  await settled();
  assert.equal(workers[0].engine.open_speeches, 0);
  const windows = workers[0].received.filter(
    (message) => message.kind === "request" && message.request.type === "next",
  );
  assert.equal(windows.length, 2);
});

test("a canceled speech gives its memory back, and the next one speaks", async () => {
  const { tts, workers } = await start();
  const controller = new AbortController();
  const pending = tts.generate("一二三四五六七八九十。".repeat(2000), { signal: controller.signal });
  setTimeout(() => controller.abort(), 2);
  await assert.rejects(pending, { code: "canceled" });
  await settled();
  assert.equal(workers[0].engine.open_speeches, 0);
  assert.equal((await tts.generate("好。")).audio.length, 2 * SAMPLES_PER_CHARACTER);
});

test("a crash in the middle fails the speech and not the next one", async () => {
  const { tts, workers } = await start();
  await assert.rejects(tts.generate("一二三。炸。"), { code: "engine-crashed" });
  assert.equal((await tts.generate("好。")).audio.length, 2 * SAMPLES_PER_CHARACTER);
  assert.equal(workers.length, 2);
});

test("empty text and what is no text are refused with a code", async () => {
  const { tts } = await start();
  await assert.rejects(tts.generate(" "), { code: "empty-text" });
  await assert.rejects(async () => tts.generate(/** @type {any} */ (undefined)), { code: "option-invalid" });
});
