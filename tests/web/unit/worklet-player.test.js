import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Player } from "../../../www/lib/player.js";

const RATE = 1000;

/** An audio clock and a worklet that a test turns by hand. */
class FakeAudioContext extends EventTarget {
  currentTime = 0;
  state = "running";
  destination = {};
  /** @type {string[]} */ modules = [];
  audioWorklet = {
    addModule: async (/** @type {string} */ address) => {
      this.modules.push(address);
      if (FakeAudioContext.refusal) throw FakeAudioContext.refusal;
    },
  };
  /** @type {unknown} */ static refusal;

  constructor() {
    super();
    clock = this;
  }
  resume = async () => {};
  close = async () => {};
  createGain = () => ({ connect: () => {} });
}

class FakeNode {
  /** @type {() => void} */ onprocessorerror = () => {};
  port = {
    /** @type {(event: {data: unknown}) => void} */ onmessage: () => {},
    postMessage: (/** @type {unknown} */ message) => void this.sent.push(message),
  };
  /** @type {any[]} */ sent = [];

  constructor() {
    node = this;
  }
  connect() {}

  /** @param {number} time @param {number} position @param {boolean} running @param {number} [epoch] */
  report(time, position, running, epoch = 0) {
    this.port.onmessage({ data: { time, position, running, epoch } });
  }
}

/** @type {FakeAudioContext} */
let clock;
/** @type {FakeNode} */
let node;
const host = /** @type {any} */ (globalThis);

beforeEach(() => {
  host.AudioContext = FakeAudioContext;
  host.AudioWorkletNode = FakeNode;
  FakeAudioContext.refusal = undefined;
});
afterEach(() => {
  delete host.AudioContext;
  delete host.AudioWorkletNode;
  node = /** @type {any} */ (undefined);
});

async function started() {
  const player = new Player(RATE);
  await player.start();
  return player;
}

test("windows go to the worklet with their places in the stream", async () => {
  const player = await started();
  assert.match(clock.modules[0], /playback\/processor\.js$/);
  player.push(new Float32Array(500), RATE);
  player.push(new Float32Array(250), RATE);
  assert.deepEqual(
    node.sent.map(({ type, start, samples }) => [type, start, samples.length]),
    [
      ["push", 0, 500],
      ["push", 0.5, 250],
    ],
  );
  assert.equal(player.duration, 0.75);
});

test("what is heard follows the reports of the worklet", async () => {
  const player = await started();
  player.push(new Float32Array(2000), RATE);
  clock.currentTime = 0.5;
  assert.deepEqual([player.position, player.starved], [0, false]);
  node.report(0.25, 0, true);
  assert.equal(player.position, 0.25);
  clock.currentTime = 9;
  assert.deepEqual([player.position, player.starved, player.buffered], [2, false, 0]);
  node.report(2.25, 2, false);
  assert.deepEqual([player.position, player.starved], [2, true]);
  player.push(new Float32Array(1000), RATE);
  assert.deepEqual([player.position, player.starved, player.buffered], [2, false, 1]);
  node.report(9.5, 2, true);
  clock.currentTime = 10;
  assert.equal(player.position, 2.5);
});

test("sound that the worker has fed beyond what was pushed is not a lack of sound", async () => {
  const player = await started();
  player.feed()?.place(0);
  player.push(new Float32Array(500), RATE);
  node.report(0, 0, true);
  clock.currentTime = 1.5;
  assert.deepEqual([player.position, player.starved], [0.5, false]);
  player.push(new Float32Array(2000), RATE);
  assert.deepEqual([player.position, player.buffered], [1.5, 1]);
});

test("a feed is one port for the engine, and is placed in the stream", async () => {
  const player = await started();
  const feed = player.feed();
  feed?.place(1.25, 0.5);
  await setTimeout(1);
  const [{ type, port }, place] = node.sent;
  assert.equal(type, "feed");
  assert.deepEqual(place, { type: "place", start: 1.25, gain: 0.5 });
  assert.ok(feed?.port instanceof MessagePort && port instanceof MessagePort);
  feed?.port.close();
});

test("while it holds sound back the worklet holds back what it is fed", async () => {
  const player = await started();
  player.hold();
  assert.equal(player.push(new Float32Array(500), RATE), Infinity);
  player.release();
  assert.deepEqual(
    node.sent.map(({ type, held }) => [type, held]),
    [
      ["hold", true],
      ["push", undefined],
      ["hold", false],
    ],
  );
});

test("it is cut and cleared at the same place as the worklet, and reports from before are forgotten", async () => {
  const player = await started();
  player.push(new Float32Array(1000), RATE);
  player.push(new Float32Array(1000), RATE);
  node.report(0, 0, true);
  clock.currentTime = 0.5;
  player.cut(1.5);
  assert.deepEqual([player.duration, player.runs(0).map(({ samples }) => samples.length)], [1.5, [1000, 500]]);
  player.clear();
  node.report(0.5, 0.5, false);
  const { type, position, epoch } = node.sent[node.sent.length - 1];
  assert.deepEqual([type, position, epoch], ["clear", 0.5, 1]);
  assert.deepEqual([player.position, player.duration, player.starved], [0.5, 0.5, true]);
  player.push(new Float32Array(1000), RATE);
  assert.equal(player.starved, false);
  node.report(0.75, 0.5, true, 1);
  clock.currentTime = 1;
  assert.equal(player.position, 0.75);
});

test("a worklet that fails ends the waiting with an error", async () => {
  const player = await started();
  player.push(new Float32Array(1000), RATE);
  const drained = player.drained();
  node.onprocessorerror();
  await assert.rejects(drained, { code: "audio-unavailable" });
});

test("where the module can't be had, buffers are scheduled as without worklets", async () => {
  FakeAudioContext.refusal = new Error("a policy forbids it");
  const player = await started();
  player.feed()?.place(0);
  await setTimeout(1);
  assert.equal(node, undefined);
});

test("what is fed and held back before the worklet is there reaches it", async () => {
  const player = new Player(RATE);
  player.hold();
  const feed = player.feed();
  await player.prepared();
  feed?.place(0);
  await setTimeout(1);
  assert.deepEqual(
    node.sent.map(({ type }) => type),
    ["hold", "feed", "place"],
  );
  feed?.port.close();
});
