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
  push = (/** @type {Float32Array} */ samples) => void (this.duration += samples.length / RATE);
  cut = (/** @type {number} */ from) => this.cuts.push((this.duration = from));
  clear = () => void (this.duration = this.position);
  room = async () => {};
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
  const open = async (/** @type {string} */ text, /** @type {any} */ { signal, ...options }) => {
    opened.push([text, options]);
    if (!/\p{L}/u.test(text)) throw new HanvoxError("nothing-to-speak", "only signs");
    const chunks = [...text.matchAll(/[^。]*。/g)].map(({ 0: text, index }) => chunkOf(text, index));
    return { chunks, samplingRate: RATE, [Symbol.asyncIterator]: () => windowsOf(chunks, signal) };
  };
  return { opened, tts: /** @type {any} */ ({ open }) };
}

/** @param {string} text @param {number} start */
function chunkOf(text, start) {
  const characters = Array.from(text, (_, index) => ({
    ...{ from: start + index, to: start + index + 1 },
    ...{ start: index * SECONDS_PER_CHARACTER, end: (index + 1) * SECONDS_PER_CHARACTER },
  }));
  return { text, start, end: start + text.length, characters };
}

/** @param {ReturnType<typeof chunkOf>[]} chunks @param {AbortSignal} signal */
async function* windowsOf(chunks, signal) {
  for (const [chunk, { text, characters }] of chunks.entries()) {
    signal.throwIfAborted();
    const samples = new Float32Array(text.length * SECONDS_PER_CHARACTER * RATE).fill(0.1);
    yield { chunk, first: true, last: true, samples, characters };
  }
}

/** @param {string} [text] */
function start(text = TEXT) {
  const { opened, tts } = engine();
  const player = new FakePlayer();
  const choice = { speed: 1 };
  const stopper = new AbortController();
  const reading = new Reading({
    ...{ tts, text, pace: new Pace(), signal: stopper.signal },
    ...{ player: /** @type {any} */ (player), options: () => ({ ...choice }) },
  });
  return { reading, player, opened, choice, stopper };
}

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
  assert.ok(opened[0][0].length <= 200);
  stopper.abort();
  await assert.rejects(run);
});

test("playing starts when what is missing will be there in time", () => {
  const pace = new Pace();
  for (let window = 0; window < 3; window += 1) pace.computed(1, 2);
  assert.equal(pace.suffices(0.8, 3), false);
  assert.equal(pace.suffices(20, 3), true);
  assert.equal(pace.suffices(0, 0), true);
  const fast = new Pace();
  fast.computed(1, 0.1);
  assert.equal(fast.suffices(0.8, 3), true);
});
