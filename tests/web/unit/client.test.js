import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../../../www/lib/client.js";
import { HanvoxError } from "../../../www/lib/errors.js";
import { WorkerConnection } from "../../../www/lib/worker-connection.js";
import { FakeWorker } from "../support/fake-worker.js";

const LOAD = /** @type {const} */ ({ type: "load", voice: "tiny", base: "", voices: "" });
const MEMORY = /** @type {const} */ ({ type: "memory" });

/** A client, and the workers it started. @param {{loadError?: HanvoxError}[]} [faults] Of each worker. */
function start(faults = []) {
  /** @type {FakeWorker[]} */
  const workers = [];
  const client = new Client(() => {
    const worker = new FakeWorker(faults[workers.length]);
    workers.push(worker);
    return new WorkerConnection(worker);
  });
  return { client, workers };
}

test("an error crosses with its code, place and cause", async () => {
  const cause = new HanvoxError("network", "gone", { context: { url: "u" } });
  const { client } = start([{ loadError: new HanvoxError("voice-missing", "no file", { cause }) }]);
  await assert.rejects(client.call(LOAD), (error) => {
    assert.ok(error instanceof HanvoxError && error.cause instanceof HanvoxError);
    assert.deepEqual(
      [error.code, error.cause.code, error.cause.context.url],
      ["voice-missing", "network", "u"],
    );
    assert.equal(error.module, "client.test.js");
    return true;
  });
});

test("a canceled request ends at once, the worker is told, and the next request is answered", async () => {
  const { client, workers } = start();
  await client.call(LOAD);
  const controller = new AbortController();
  const pending = client.call(MEMORY, { signal: controller.signal });
  setImmediate(() => controller.abort());
  await assert.rejects(pending, { code: "canceled" });
  assert.equal(workers[0].received.at(-1)?.kind, "cancel");
  assert.equal(await client.call(MEMORY), 65536);
  await assert.rejects(client.call(MEMORY, { signal: AbortSignal.abort() }), { code: "canceled" });
});

test("a worker that dies takes its requests with it, and a new one with the voice takes its place", async () => {
  const { client, workers } = start();
  await client.call(LOAD);
  const pending = [client.call(MEMORY), client.call(MEMORY)];
  await new Promise((resolve) => process.nextTick(resolve));
  workers[0].onerror?.({ message: "out of memory" });
  for (const request of pending) await assert.rejects(request, { code: "engine-crashed" });
  assert.equal(workers[0].terminated, true);
  assert.equal(await client.call(MEMORY), 65536);
  assert.deepEqual(workers[1].engine.voices, ["tiny"]);
});

test("a speech of an engine that is gone is not mistaken for one of the next", async () => {
  const { client, workers } = start();
  await client.call(LOAD);
  const open = (/** @type {number} */ speech) =>
    client.call({ type: "open", speech, text: "一。二。", options: {}, pcm: false });
  await open(client.nextSpeech());
  workers[0].onerror?.({});
  await open(client.nextSpeech());
  await assert.rejects(client.call({ type: "next", speech: 1 }), { code: "engine-crashed" });
});

test("a reload that fails is tried anew by the next request", async () => {
  const fault = new HanvoxError("network", "gone");
  const { client, workers } = start([{}, { loadError: fault }, {}]);
  await client.call(LOAD);
  workers[0].onerror?.({});
  await assert.rejects(client.call(MEMORY), { code: "network" });
  assert.equal(await client.call(MEMORY), 65536);
  assert.equal(workers.length, 3);
});

test("what is pending when it is disposed of fails, and so does what comes after", async () => {
  const { client, workers } = start();
  await client.call(LOAD);
  const pending = client.call(MEMORY);
  setImmediate(() => client.dispose());
  await assert.rejects(pending, { code: "canceled" });
  await assert.rejects(client.call(MEMORY), { code: "canceled" });
  assert.equal(workers.length, 1);
});
