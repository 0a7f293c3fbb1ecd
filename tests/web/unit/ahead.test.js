import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { EngineHost } from "../../../www/lib/engine/host.js";
import { handOut } from "../../../www/lib/store/manifest.js";
import { SAMPLES_PER_CHARACTER, fakeEngine } from "../support/fake-engine.js";
import { makeVoice, takesAll } from "../support/fake-voice.js";

// Windows of four characters: three, and then one.
const TEXT = "一二三四五六七八九十天。地人。";
const FIRST_CHUNK = 12 * SAMPLES_PER_CHARACTER;
const OPENING = { request: "r" };

/** @type {MessagePort[]} */
const ports = [];
afterEach(() => ports.splice(0).forEach((port) => port.close()));

/** @param {import("../support/fake-engine.js").Faults} [faults] */
async function opened(faults) {
  const engine = fakeEngine(faults);
  const { manifest, contents } = makeVoice();
  const voice = {
    manifest,
    text: JSON.stringify(manifest),
    file: handOut(manifest.id, new Map(Object.entries(contents))),
    fromCache: true,
  };
  const host = new EngineHost({
    createEngine: async () => engine,
    loadVoice: async () => voice,
    checkManifest: takesAll,
  });
  await host.call({ type: "load", voice: manifest.id, base: "", voices: "", sources: [] });
  const { port1, port2: feed } = new MessageChannel();
  ports.push(port1, feed);
  /** @type {number[]} */
  const fed = [];
  port1.onmessage = ({ data }) => void fed.push(data.samples.length);
  await host.call({ type: "open", speech: 1, text: TEXT, options: {}, pcm: false, feed, opening: OPENING });
  /** @param {number} [chunk] @returns {Promise<any>} */
  const next = (chunk) => host.call({ type: "next", speech: 1, chunk });
  return { engine, host, fed, next };
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

test("nothing is computed before the first window is asked for, and then the first chunk to its end", async () => {
  let made = 0;
  const { fed, next } = await opened({ onnext: () => (made += 1) });
  await setTimeout(20);
  assert.equal(made, 0);
  await next();
  await setTimeout(50);
  assert.deepEqual([made, fed.length, sum(fed)], [3, 3, FIRST_CHUNK]);
});

test("what was computed ahead is delivered once, and what follows on request", async () => {
  const { fed, next } = await opened();
  const lengths = [];
  for (let window = await next(); !("done" in window); window = await next()) {
    lengths.push([window.chunk, window.samples.length]);
    await setTimeout(20);
  }
  assert.deepEqual(lengths, [
    [0, 400],
    [0, 400],
    [0, 400],
    [1, 300],
  ]);
  assert.equal(sum(fed), FIRST_CHUNK);
});

test("an error of what is computed ahead is told when it is asked for", async () => {
  let made = 0;
  const { next } = await opened({
    onnext: () => {
      made += 1;
      if (made === 2) throw new Error("a fault");
    },
  });
  await next();
  await setTimeout(20);
  assert.equal(made, 2);
  await assert.rejects(next(), /a fault/);
});

test("a speech that is closed, or jumps, is not computed ahead any more", async () => {
  let made = 0;
  const { host, next } = await opened({ onnext: () => (made += 1) });
  await next();
  assert.equal((await next(1)).chunk, 1);
  await setTimeout(30);
  assert.equal(made, 2);
  await host.call({ type: "close", speech: 1 });
  const other = await opened({ onnext: () => (made += 1) });
  await other.next();
  await other.host.call({ type: "close", speech: 1 });
  await setTimeout(30);
  assert.deepEqual([made, other.engine.open_speeches], [3, 0]);
});
