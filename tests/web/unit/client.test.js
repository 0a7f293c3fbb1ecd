import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, EngineLost } from "../../../www/lib/client/client.js";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { WorkerConnection } from "../../../www/lib/client/worker-connection.js";
import { FakeWorker } from "../support/fake-worker.js";

const LOAD = /** @type {const} */ ({ type: "load", voice: "tiny", base: "", voices: "", sources: [] });
const MEMORY = /** @type {const} */ ({ type: "memory" });

/**
 * A client, and the workers it started.
 * @param {ConstructorParameters<typeof FakeWorker>[0][]} [faults] Of each worker.
 * @param {Partial<import("../../../www/lib/client/client.js").ClientOptions>} [options]
 */
function start(faults = [], options = {}) {
  /** @type {FakeWorker[]} */
  const workers = [];
  const connect = () => {
    const worker = new FakeWorker(faults[workers.length]);
    workers.push(worker);
    return new WorkerConnection(worker);
  };
  return { client: new Client(connect, { chunk_ms: 1000, ...options }), workers };
}

/** @param {number} speech @returns {import("../../../www/lib/shared/protocol.js").Request} */
const open = (speech) => ({
  ...{ type: "open", speech, text: "一。二。", options: {}, pcm: false },
  opening: { request: "r" },
});

test("an error crosses with its code, place and cause", async () => {
  const cause = new HanvoxError("network", "gone", { context: { url: "u" } });
  const { client } = start([{ loadError: new HanvoxError("voice-missing", "no file", { cause }) }]);
  await assert.rejects(client.call(LOAD), (error) => {
    assert.ok(error instanceof HanvoxError && error.cause instanceof HanvoxError);
    assert.deepEqual([error.code, error.cause.code, error.cause.context.url], ["voice-missing", "network", "u"]);
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
  const pending = client.call(MEMORY);
  await new Promise((resolve) => process.nextTick(resolve));
  workers[0].onerror?.({ message: "killed" });
  await assert.rejects(pending, { code: "engine-crashed" });
  assert.equal(workers[0].terminated, true);
  assert.equal(await client.call(MEMORY), 65536);
  assert.deepEqual(workers[1].engine.voices, ["tiny"]);
});

test("a speech of an engine that is gone is not mistaken for one of the next", async () => {
  const { client, workers } = start();
  await client.call(LOAD);
  const { engine } = await client.callIn(undefined, open(client.nextSpeech()));
  workers[0].onerror?.({});
  await assert.rejects(client.callIn(engine, { type: "next", speech: 1 }), EngineLost);
  await client.call(open(client.nextSpeech()));
  await assert.rejects(client.callIn(engine, { type: "next", speech: 1 }), EngineLost);
});

test("an engine that gives no answer in time is ended, and the next one answers", async () => {
  const codes = /** @type {(string | undefined)[]} */ ([]);
  const hangs = [{ hang: (/** @type {{type: string}} */ { type }) => type === "memory" }];
  const { client, workers } = start(hangs, { chunk_ms: 20, onstart: (code) => codes.push(code) });
  await client.call(LOAD);
  await assert.rejects(client.call(MEMORY), { code: "synthesis-timeout" });
  assert.equal(workers[0].terminated, true);
  assert.equal(await client.call(MEMORY), 65536);
  assert.deepEqual(codes, [undefined, "synthesis-timeout"]);
});

test("calls go one by one, so that waiting for another's turn costs no one his time", async () => {
  const { client, workers } = start();
  await client.call(LOAD);
  const calls = [client.call(MEMORY), client.call(MEMORY), client.call(MEMORY)];
  await new Promise((resolve) => process.nextTick(resolve));
  assert.equal(workers[0].received.length, 2);
  const controller = new AbortController();
  const canceled = client.call(MEMORY, { signal: controller.signal });
  controller.abort();
  await assert.rejects(canceled, { code: "canceled" });
  assert.deepEqual(await Promise.all(calls), [65536, 65536, 65536]);
});

test("engines that fail again and again are left to rest until they are reset", async () => {
  const crash = () => {
    throw new HanvoxError("engine-crashed", "the engine panicked");
  };
  const { client, workers } = start(Array(9).fill({ onopen: crash }));
  await client.call(LOAD);
  for (let i = 0; i < 5; i += 1)
    await assert.rejects(client.call(open(i)), { code: "engine-crashed", message: "the engine panicked" });
  await assert.rejects(client.call(open(9)), { code: "engine-crashed", message: /resting/ });
  assert.deepEqual([workers.length, client.resting], [5, true]);
  client.reset();
  assert.equal(client.resting, false);
  assert.equal(await client.call(MEMORY), 65536);
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
