import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../../www/app/reader/pace.js";
import { Reading } from "../../../www/app/reader/reading.js";
import { HanvoxError } from "../../../www/lib/shared/errors.js";

const RATE = 1000;
const SECONDS_PER_CHARACTER = 0.2;
const TEXT = "第一句话。第二句话。第三句话。";

/** A player whose clock the test turns; it keeps the stream of samples. */
class FakePlayer {
  position = 0;
  duration = 0;
  held = false;
  prepared = async () => {};
  /** @type {number[]} */ cuts = [];
  get heard() {
    return this.position;
  }
  get buffered() {
    return this.duration - this.position;
  }
  get starved() {
    return this.position >= this.duration;
  }
  hold = () => void (this.held = true);
  release = () => void (this.held = false);
  /** @type {{start: number, samples: Float32Array, sampleRate: number}[]} */ pushed = [];
  /** @param {Float32Array} samples */
  push(samples) {
    this.pushed.push({ start: this.duration, samples, sampleRate: RATE });
    this.duration += samples.length / RATE;
  }
  runs = (/** @type {number} */ from) =>
    this.pushed.filter(({ start, samples }) => start + samples.length / RATE > from);
  /** Where each feed was placed. @type {number[]} */ placed = [];
  /** How many feeds there were. */ feeds = 0;
  feed = () => ({ port: `feed ${++this.feeds}`, place: (/** @type {number} */ start) => void this.placed.push(start) });
  cut = (/** @type {number} */ from) => this.cuts.push((this.duration = from));
  clear = () => void (this.duration = this.position);
  /** Whether there is enough to play. */ full = false;
  /** @param {AbortSignal} signal @returns {Promise<void>} */
  room = (signal) => (this.full ? this.drained(signal) : Promise.resolve());
  /** @param {AbortSignal} signal @returns {Promise<void>} */
  drained = (signal) =>
    new Promise((resolve, reject) => {
      this.end = resolve;
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  end = () => {};
}

/** An engine that speaks each sentence as a chunk, and writes down what it is asked. */
function engine() {
  const opened = /** @type {[string, object][]} */ ([]);
  const asked = /** @type {string[]} */ ([]);
  const fed = /** @type {unknown[]} */ ([]);
  const open = async (/** @type {string} */ text, /** @type {any} */ { signal, engines: _, feed, ...options }) => {
    opened.push([text, options]);
    fed.push(feed);
    if (!/\p{L}/u.test(text)) throw new HanvoxError("nothing-to-speak", "only signs");
    const chunks = [...text.matchAll(/[^。]+。?/g)].map(({ 0: text, index }) => chunkOf(text, index));
    return { chunks, samplingRate: RATE, [Symbol.asyncIterator]: () => windowsOf(chunks, asked, signal) };
  };
  return { opened, asked, fed, tts: /** @type {any} */ ({ open, warm: async () => {} }) };
}

/** @param {string} text @param {number} start */
function chunkOf(text, start) {
  const characters = Array.from(text, (_, index) => ({
    ...{ from: start + index, to: start + index + 1 },
    ...{ start: index * SECONDS_PER_CHARACTER, end: (index + 1) * SECONDS_PER_CHARACTER },
  }));
  return { text, start, end: start + text.length, characters };
}

/**
 * @param {ReturnType<typeof chunkOf>[]} chunks
 * @param {string[]} asked
 * @param {AbortSignal} signal
 */
async function* windowsOf(chunks, asked, signal) {
  for (const [chunk, { text, characters }] of chunks.entries()) {
    asked.push(text);
    signal.throwIfAborted();
    const samples = new Float32Array(text.length * SECONDS_PER_CHARACTER * RATE).fill(0.1);
    yield { chunk, first: true, last: true, samples, characters };
  }
}

/** @param {string} [text] @param {Pace} [pace] */
function start(text = TEXT, pace = new Pace()) {
  const { opened, asked, fed, tts } = engine();
  const player = new FakePlayer();
  const choice = { speed: 1 };
  const stopper = new AbortController();
  const reading = new Reading({
    ...{ tts, text, pace, signal: stopper.signal, note: assert.ifError },
    ...{ player: /** @type {any} */ (player), options: () => ({ ...choice }) },
  });
  return { reading, player, opened, asked, fed, choice, stopper };
}

/** Lets what has settled go on, but no timer. */
const microtasks = () => new Promise((resolve) => setImmediate(resolve));

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("it reads from a place to the end, and knows which characters are heard", async () => {
  const { reading, player, opened } = start();
  const run = reading.run(5);
  await settled();
  assert.deepEqual(opened, [["第二句话。第三句话。", { speed: 1 }]]);
  assert.equal(player.held, false);
  player.position = 0.3;
  assert.deepEqual([reading.now.chunk?.start, reading.now.characters?.start], [5, 6]);
  player.position = 1.1;
  assert.deepEqual([reading.now.chunk?.start, reading.now.characters?.start], [10, 10]);
  player.end();
  await run;
});

test("who draws it is told the chunk that is heard, its second and its samples", async () => {
  const { reading, player } = start();
  const run = reading.run(0);
  assert.deepEqual([reading.sound], [undefined]);
  await settled();
  player.position = 1.25;
  const { chunk, second } = /** @type {NonNullable<typeof reading.sound>} */ (reading.sound);
  assert.deepEqual([chunk.start, chunk.end, chunk.at, chunk.seconds, second], [5, 10, 1, 1, 0.25]);
  assert.deepEqual(
    reading.runsOf(chunk).map(({ start, samples }) => [start, samples.length]),
    [[1, RATE]],
  );
  player.end();
  await run;
});

test("a seek falls silent and goes on elsewhere", async () => {
  const { reading, player, opened } = start();
  const run = reading.run(0);
  await settled();
  player.position = 0.5;
  reading.seek(10);
  assert.equal(player.duration, 0.5);
  await settled();
  assert.equal(opened.at(-1)?.[0], "第三句话。");
  player.position = 0.6;
  assert.equal(reading.now.characters?.start, 10);
  player.end();
  await run;
});

test("a seek waits for nothing and has nothing more computed of the old place", async () => {
  const { reading, player, opened, asked, stopper } = start("一句话。".repeat(40));
  const run = reading.run(0);
  player.full = true;
  await microtasks();
  const before = asked.length;
  assert.ok(before > 0);
  player.full = false;
  reading.seek(120);
  assert.equal(player.duration, player.position);
  await microtasks();
  assert.equal(opened[1][0].length, 28, "a short passage is read first");
  assert.equal(player.held, false);
  assert.equal(reading.now.chunk?.start, 120);
  // Each sentence from the new place on was asked for once, and none of the old.
  assert.equal(asked.length - before, 10);
  stopper.abort();
  await assert.rejects(run);
});

test("on a slow machine the first phrase is made first, and then the rest of its sentence", async () => {
  const slow = new Pace();
  slow.computed(0.8, 0.4, true);
  const { reading, opened, stopper } = start("第一句话，还没说完呢。第二句话。", slow);
  const run = reading.run(0);
  await settled();
  assert.deepEqual(
    opened.map(([text]) => text),
    ["第一句话，", "还没说完呢。第二句话。"],
  );
  stopper.abort();
  await assert.rejects(run);
});

test("new options take effect from the next sentence", async () => {
  const { reading, player, opened, choice } = start();
  const run = reading.run(0);
  await settled();
  player.position = 0.5;
  choice.speed = 2;
  reading.renew();
  assert.deepEqual(player.cuts, [1]);
  await settled();
  assert.deepEqual(opened.at(-1), ["第二句话。第三句话。", { speed: 2 }]);
  player.end();
  await run;
});

test("stopping it ends it, also after a seek", async () => {
  const { reading, stopper } = start();
  const run = reading.run(0);
  await settled();
  reading.seek(5);
  await settled();
  stopper.abort();
  await assert.rejects(run, { name: "AbortError" });
});

test("signs alone are passed over, unless there is nothing else", async () => {
  const { reading, player, opened } = start(`${"一二三。".repeat(50)}\n${"…".repeat(200)}\n${"四五六。".repeat(250)}`);
  const run = reading.run(0);
  await settled();
  player.end();
  await run;
  assert.ok(opened.length > 1);
  await assert.rejects(start("……").reading.run(0), { code: "nothing-to-speak" });
});

test("a text of a million characters starts with a short passage", async () => {
  const { reading, opened, stopper } = start("很长的一句话。".repeat(150_000));
  const run = reading.run(700_000);
  while (opened.length === 0) await settled();
  assert.ok(opened[0][0].length <= 30);
  stopper.abort();
  await assert.rejects(run);
});

test("playing starts when what is missing will be there in time", () => {
  const pace = new Pace();
  for (let window = 0; window < 3; window += 1) pace.computed(1, 2, window === 0);
  assert.equal(pace.suffices(0.8, 3), false);
  assert.equal(pace.suffices(20, 3), true);
  assert.equal(pace.suffices(0, 0), true);
  const fast = new Pace();
  fast.computed(1, 0.1, true);
  assert.equal(fast.suffices(0.8, 3), true);
});

test("the next window may be eight times as long as the last one, and has to come in time", () => {
  const pace = new Pace();
  pace.computed(0.8, 0.1, true);
  // 6.4 s take more than a second.
  assert.equal(pace.suffices(0.8, 10), false);
  assert.equal(pace.suffices(0.8, 2), true);
  pace.computed(6.4, 0.32, false);
  assert.equal(pace.suffices(7.2, 2.8), true);
  // What is known of long windows counts from then on.
  pace.computed(0.8, 0.1, true);
  assert.equal(pace.suffices(0.8, 10), true);
});

test("one engine is enough where it computes twice as fast as it is played", () => {
  const pace = new Pace();
  assert.equal(pace.keepsUp, true);
  pace.computed(1, 0.5, false);
  assert.equal(pace.keepsUp, false);
  const fast = new Pace();
  fast.computed(1, 0.3, false);
  assert.equal(fast.keepsUp, true);
});

test("after each start the engine feeds the first passage to the sound, placed where it is pushed", async () => {
  const { reading, player, fed } = start("第一句话。".repeat(40));
  const run = reading.run(0);
  await settled();
  assert.deepEqual([fed.slice(0, 2), player.placed], [["feed 1", undefined], [0]]);
  player.position = 3;
  const passages = fed.length;
  reading.seek(50);
  await settled();
  assert.deepEqual(
    [fed.slice(passages, passages + 2), player.placed],
    [
      ["feed 2", undefined],
      [0, 3],
    ],
  );
  player.end();
  await run;
});
