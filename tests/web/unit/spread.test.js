import assert from "node:assert/strict";
import { test } from "node:test";
import { automaticWorkers, machineOf } from "../../../www/lib/client/workers.js";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { startFake } from "../support/fake-hanvox.js";
import { randomFrom } from "../support/random.js";

/** @typedef {import("../support/fake-hanvox.js").Faults} Faults */

// Chunks of 1 to 9 characters.
const TEXT = Array.from(
  { length: 24 },
  (_, index) => `${"一二三四五六七八".slice(0, (index * 5) % 9)}${index % 3 ? "好" : "炸"}。`,
).join("");

/** What one engine makes of a text. @param {string} text */
async function alone(text) {
  const { tts } = await startFake([], {});
  return tts.generate(text);
}

/** How often the engine of a worker was asked for a window. @param {import("../support/fake-worker.js").FakeWorker} worker */
function asked(worker) {
  return worker.received.filter((message) => message.kind === "request" && message.request.type === "next").length;
}

/**
 * Fails at windows of chunks that hold 炸, as long as `fails` says so.
 * @param {(nth: number) => boolean} fails
 * @returns {NonNullable<Faults>}
 */
function bomb(fails) {
  let seen = 0;
  return {
    onnext(chunk) {
      if (chunk.includes("炸") && fails(++seen)) throw new HanvoxError("engine-crashed", "the engine panicked");
    },
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

test("several engines give what one gives, and each does a part", async () => {
  const one = await alone(TEXT);
  for (const count of [2, 3, 5]) {
    const { tts, workers } = await startFake([], { workers: count });
    const several = await tts.generate(TEXT);
    assert.deepEqual(several.audio, one.audio);
    assert.deepEqual(several.toWav(), one.toWav());
    assert.deepEqual(several.chunks, one.chunks);
    assert.ok(
      workers.every((worker) => asked(worker) > 1),
      `${workers.map(asked)}`,
    );
    await settled();
    assert.deepEqual(
      workers.map(({ engine }) => engine.open_speeches),
      Array(count).fill(0),
    );
  }
});

test("the seconds of all engines are added up", async () => {
  const { tts } = await startFake([], { workers: 3 });
  assert.deepEqual((await tts.generate(TEXT)).stats, {
    frontend: 0,
    encoder: 0.1 + 0.1 + 0.1,
    decoder: 0,
    vocoder: 0,
    audio: 3,
  });
});

test("a short text stays with one engine", async () => {
  const { tts, workers } = await startFake([], { workers: 2 });
  await tts.generate("一。二。三。");
  assert.equal(asked(workers[1]), 0);
});

test("an engine that is busy is left alone", async () => {
  const { tts, workers } = await startFake([], { workers: 2 });
  const other = await tts.open("好。");
  await tts.generate(TEXT);
  assert.equal(asked(workers[0]), 0);
  other.close();
});

test("engines go only a few chunks ahead of the reader", async () => {
  const { tts, workers } = await startFake([], { workers: 2 });
  const reader = tts.stream("好。".repeat(100))[Symbol.asyncIterator]();
  for (let read = 0; read < 3; read += 1) await reader.next();
  await settled();
  const ahead = workers.map(asked).reduce((sum, count) => sum + count, 0);
  assert.ok(ahead <= 3 + 4, `${ahead} windows were made`);
  await reader.return(undefined);
  await settled();
  assert.deepEqual(
    workers.map(({ engine }) => engine.open_speeches),
    [0, 0],
  );
});

test("a crash costs no sample and doubles none, wherever it comes", async () => {
  const one = await alone(TEXT);
  const draw = randomFrom(7);
  for (let round = 0; round < 30; round += 1) {
    const [first, second] = [1 + Math.floor(draw() * 6), 1 + Math.floor(draw() * 6)];
    const faults = [bomb((nth) => nth === first), bomb((nth) => nth === second)];
    const { tts, diagnostics } = await startFake(faults, { workers: 2 });
    assert.deepEqual((await tts.generate(TEXT)).audio, one.audio, `crashes at ${first} and ${second}`);
    assert.equal(diagnostics.recent().filter(({ level }) => level === "error").length, 0);
  }
});

test("the chunk of an engine that stays broken goes to another one", async () => {
  const one = await alone(TEXT);
  const broken = { onnext: () => assert.fail("no sound") };
  // The second engine and all that take its place.
  const { tts } = await startFake([undefined, ...Array(9).fill(broken)], { workers: 2 });
  assert.deepEqual((await tts.generate(TEXT)).audio, one.audio);
  assert.match(await tts.metricsText(), /^hanvox_retries_total\{code="[a-z-]+"\} \d/m);
});

test("a fault of the text itself is one error, at its place, after all that comes before it", async () => {
  const { tts } = await startFake(Array(9).fill(bomb(() => true)), { workers: 2 });
  const text = `${"好。".repeat(11)}炸。${"好。".repeat(11)}`;
  let samples = 0;
  const reading = async () => {
    for await (const { audio } of tts.stream(text)) samples += audio.length;
  };
  await assert.rejects(reading(), (/** @type {any} */ { code, context }) => {
    assert.deepEqual([code, context.chunk, context.start], ["engine-crashed", 11, 22]);
    return true;
  });
  assert.equal(samples, (await alone("好。".repeat(11))).audio.length);
});

test("a canceled text is left by all engines", async () => {
  const { tts, workers } = await startFake([], { workers: 3 });
  const controller = new AbortController();
  const reading = async () => {
    for await (const { start } of tts.stream(TEXT, { signal: controller.signal })) if (start > 20) controller.abort();
  };
  await assert.rejects(reading(), { code: "canceled" });
  await settled();
  assert.deepEqual(
    workers.map(({ engine }) => engine.open_speeches),
    [0, 0, 0],
  );
});

test("canceling doesn't wait for an engine that is starting", async () => {
  const starts = { hang: (/** @type {{type: string}} */ { type }) => type === "load" };
  const { tts } = await startFake([undefined, starts], { workers: "auto" }, 2);
  const controller = new AbortController();
  let parts = 0;
  const reading = (async () => {
    for await (const _ of tts.stream("好。".repeat(20), { signal: controller.signal })) parts += 1;
  })();
  const canceled = assert.rejects(reading, { code: "canceled" });
  await settled();
  controller.abort();
  await canceled;
  assert.ok(parts > 0 && parts < 20, `${parts} parts`);
  tts.dispose();
});

test("workers by the machine: one on a phone, the others start when they are needed", async () => {
  assert.deepEqual(
    [1, 2, 4, 6, 16].map((cores) => automaticWorkers({ cores, memory_gb: 8 })),
    [1, 2, 2, 3, 4],
  );
  assert.equal(automaticWorkers({ cores: 8, memory_gb: 2 }), 1);
  assert.equal(automaticWorkers(machineOf({ hardwareConcurrency: 8, userAgent: "Mozilla/5.0 (iPhone) Mobile" })), 1);
  assert.equal(automaticWorkers(machineOf({})), 1);

  const one = await alone(TEXT);
  const { tts, workers } = await startFake([], { workers: "auto" }, 3);
  await tts.generate("好。");
  assert.equal(workers.length, 1);
  assert.deepEqual((await tts.generate(TEXT)).audio, one.audio);
  assert.equal(workers.length, 3);
});

test("an engine that never starts leaves its chunk to the others", async () => {
  const loadError = new HanvoxError("engine-crashed", "no memory for another engine");
  const faults = [undefined, ...Array(9).fill({ loadError })];
  const { tts } = await startFake(faults, { workers: "auto" }, 2);
  assert.deepEqual((await tts.generate(TEXT)).audio, (await alone(TEXT)).audio);
});

test("a number of workers that is none is refused", async () => {
  for (const workers of [0, 1.5, -1, /** @type {any} */ ("many")])
    await assert.rejects(startFake([], { workers }), { code: "option-invalid" });
});
