import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Player } from "../../../www/lib/player.js";

const RATE = 1000;

/** An audio clock that a test turns by hand. */
class FakeAudioContext {
  static state = "running";
  currentTime = 0;
  state = FakeAudioContext.state;
  destination = {};
  /** @type {[number, number][]} */ played = [];

  constructor() {
    clock = this;
  }
  resume = async () => void (this.state = FakeAudioContext.state);
  suspend = async () => void (this.state = "suspended");
  close = async () => void (this.state = "closed");
  createBuffer = (/** @type {number} */ _, /** @type {number} */ length, /** @type {number} */ rate) => ({
    duration: length / rate,
    copyToChannel: () => {},
  });
  createBufferSource = () => ({
    buffer: { duration: 0 },
    connect: () => {},
    /** @param {number} when */
    start(when) {
      clock.played.push([when, when + this.buffer.duration]);
    },
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

test("sound that the browser holds back is told", async () => {
  FakeAudioContext.state = "suspended";
  await assert.rejects(new Player(RATE).start(), { code: "audio-blocked" });
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
