import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Player } from "../../../www/lib/player.js";

const RATE = 1000;

/** An audio clock that a test turns by hand. */
class FakeAudioContext extends EventTarget {
  static state = "running";
  currentTime = 0;
  state = FakeAudioContext.state;
  destination = {};
  /** @type {[number, number][]} */ played = [];
  /** @type {number[]} */ stopped = [];
  /** @type {number[]} */ faded = [];

  constructor() {
    super();
    clock = this;
  }
  resume = async () => void (this.state = FakeAudioContext.state);
  suspend = async () => void (this.state = "suspended");
  close = async () => void (this.state = "closed");
  createBuffer = (/** @type {number} */ _, /** @type {number} */ length, /** @type {number} */ rate) => ({
    duration: length / rate,
    sampleRate: rate,
    samples: new Float32Array(length),
    copyToChannel(/** @type {Float32Array} */ samples) {
      this.samples.set(samples);
    },
    getChannelData() {
      return this.samples;
    },
  });
  createGain = () => ({
    gain: {
      setValueAtTime: () => {},
      linearRampToValueAtTime: (/** @type {number} */ value) => void this.faded.push(value),
    },
    connect: () => {},
  });
  createBufferSource = () => ({
    buffer: { duration: 0 },
    connect: () => {},
    /** @param {number} when */
    start(when) {
      clock.played.push([when, when + this.buffer.duration]);
    },
    /** @param {number} when */
    stop: (when) => void this.stopped.push(when),
  });
}

/** @type {FakeAudioContext} */
let clock;
const host = /** @type {any} */ (globalThis);

beforeEach(() => {
  host.AudioContext = FakeAudioContext;
  FakeAudioContext.state = "running";
});
afterEach(() => delete host.AudioContext);

test("windows follow each other without a gap, and a late one starts anew", () => {
  const player = new Player(RATE);
  player.push(new Float32Array(500), RATE);
  player.push(new Float32Array(250), RATE);
  const [[, firstEnd], [secondStart, secondEnd]] = clock.played;
  assert.equal(firstEnd, secondStart);
  clock.currentTime = 5;
  assert.ok(player.push(new Float32Array(100), RATE) > 5 && secondEnd < 5);
});

test("what waits for room, or for the end, learns at once that it is stopped", async () => {
  const player = new Player(RATE);
  player.push(new Float32Array(60 * RATE), RATE);
  for (const wait of [player.room, player.drained]) {
    const stopper = new AbortController();
    let refused = false;
    wait.call(player, stopper.signal).catch(() => (refused = true));
    stopper.abort();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(refused, true);
  }
});

test("there is room only while little is waiting, and it is drained when all was heard", async () => {
  const player = new Player(RATE);
  player.push(new Float32Array(60 * RATE), RATE);
  const steps = /** @type {string[]} */ ([]);
  const room = player.room().then(() => steps.push("room"));
  const drained = player.drained().then(() => steps.push("drained"));
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.deepEqual(steps, []);
  clock.currentTime = 45;
  await room;
  assert.deepEqual(steps, ["room"]);
  clock.currentTime = 61;
  await drained;
});

test("waiting can be canceled", async () => {
  const player = new Player(RATE);
  player.push(new Float32Array(60 * RATE), RATE);
  await assert.rejects(player.room(AbortSignal.timeout(20)), { code: "canceled" });
});

test("sound that the browser refuses is blocked", async () => {
  FakeAudioContext.state = "suspended";
  await assert.rejects(new Player(RATE).start(), { code: "audio-blocked" });
});

test("it has started as soon as the browser's audio runs", async () => {
  FakeAudioContext.state = "suspended";
  let hasStarted = false;
  const started = new Player(RATE).start().then(() => (hasStarted = true));
  clock.state = "running";
  clock.dispatchEvent(new Event("statechange"));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(hasStarted, true);
  await started;
});

test("a device that takes seconds is waited for, and said", async () => {
  FakeAudioContext.state = "suspended";
  touch(true);
  let waited = 0;
  const started = new Player(RATE).start({ onwait: () => void (waited += 1) });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  clock.state = "running";
  clock.dispatchEvent(new Event("statechange"));
  await started;
  assert.equal(waited, 1);
  touch(false);
});

test("waiting for a device can be stopped", async () => {
  FakeAudioContext.state = "suspended";
  touch(true);
  await assert.rejects(new Player(RATE).start({ signal: AbortSignal.timeout(20) }), { code: "canceled" });
  touch(false);
});

/** @param {boolean} hasBeenActive Whether the user has pressed anything. */
function touch(hasBeenActive) {
  Object.defineProperty(globalThis, "navigator", { value: { userActivation: { hasBeenActive } }, configurable: true });
}

test("what is held back plays without a gap when it is released", () => {
  const player = new Player(RATE);
  player.hold();
  assert.equal(player.push(new Float32Array(500), RATE), Infinity);
  player.push(new Float32Array(250), RATE);
  clock.currentTime = 3;
  assert.deepEqual([clock.played, player.position, player.duration, player.buffered], [[], 0, 0.75, 0.75]);
  player.release();
  const [[start, end], [second]] = clock.played;
  assert.ok(start > 3 && end === second && !player.held);
  assert.deepEqual([player.position, player.duration], [0, 0.75]);
});

test("the rest is taken back, and other sound follows in its place", () => {
  const player = new Player(RATE);
  for (let second = 0; second < 3; second += 1) player.push(new Float32Array(RATE), RATE);
  const [[start]] = clock.played;
  clock.currentTime = start + 0.5;
  player.cut(1);
  assert.deepEqual(clock.stopped, [start + 1, start + 2]);
  assert.equal(player.duration, 1);
  player.push(new Float32Array(RATE), RATE);
  assert.equal(clock.played.at(-1)?.[0], start + 1);
  assert.equal(player.duration, 2);
});

test("it falls silent in a fade, and goes on from where it was heard", () => {
  const player = new Player(RATE);
  player.push(new Float32Array(5 * RATE), RATE);
  clock.currentTime = clock.played[0][0] + 2;
  player.clear();
  assert.deepEqual([clock.faded, clock.stopped.length, Math.round(player.position), player.starved], [[0], 1, 2, true]);
  player.push(new Float32Array(RATE), RATE);
  assert.deepEqual([player.duration, Math.round(player.position)], [3, 2]);
});

test("an hour of speech is not kept", () => {
  const player = new Player(RATE);
  for (let minute = 0; minute < 60; minute += 1) {
    player.push(new Float32Array(60), 1);
    clock.currentTime = 60 * (minute + 1);
  }
  player.push(new Float32Array(60), 1);
  assert.ok(player.pieces <= 3, `${player.pieces} windows`);
});

test("it pauses and resumes, and tells how much was heard of how much", async () => {
  const player = new Player(RATE);
  assert.deepEqual([player.position, player.duration, player.paused], [0, 0, false]);
  player.push(new Float32Array(2 * RATE), RATE);
  const [[start]] = clock.played;
  clock.currentTime = start + 0.5;
  assert.ok(Math.abs(player.position - 0.5) < 1e-9);
  await player.pause();
  assert.equal(player.paused, true);
  await player.resume();
  assert.equal(player.paused, false);
  // What comes late leaves a gap that is no part of the sound.
  clock.currentTime = 10;
  player.push(new Float32Array(RATE), RATE);
  clock.currentTime = 20;
  assert.deepEqual([player.position, player.duration], [3, 3]);
});

test("what is to be heard can be looked at, scheduled or held back", () => {
  const player = new Player(RATE);
  const push = (/** @type {number} */ value) => player.push(new Float32Array(500).fill(value), RATE);
  push(0.25);
  push(0.5);
  player.hold();
  push(0.75);
  const seen = (/** @type {number} */ from) =>
    player.runs(from).map(({ start, samples }) => [start, samples[0], samples.length]);
  assert.deepEqual(seen(0.2), [
    [0, 0.25, 500],
    [0.5, 0.5, 500],
    [1, 0.75, 500],
  ]);
  assert.deepEqual(seen(0.5), [
    [0.5, 0.5, 500],
    [1, 0.75, 500],
  ]);
  player.release();
  assert.deepEqual(seen(1), [[1, 0.75, 500]]);
});
