import assert from "node:assert/strict";
import { test } from "node:test";

const RATE = 1000;
const QUANTUM = 128;

/** @typedef {import("../../../www/lib/playback/processor.js").ToProcessor} ToProcessor */
/** @typedef {import("../../../www/lib/playback/processor.js").Report} Report */

/** @typedef {{port: FakePort, process: (inputs: Float32Array[][], outputs: Float32Array[][]) => boolean}} Processor */

class FakePort {
  /** @type {(event: {data: unknown}) => void} */ onmessage = () => {};
  /** @type {Report[]} */ reports = [];
  closed = false;

  /** @param {Report} report */
  postMessage(report) {
    this.reports.push(report);
  }

  close() {
    this.closed = true;
  }
}

/** @type {new () => Processor} */
let Playback;
const scope = Object.assign(/** @type {any} */ (globalThis), {
  AudioWorkletProcessor: class {
    port = new FakePort();
  },
  sampleRate: RATE,
  currentTime: 0,
  registerProcessor(/** @type {string} */ _, /** @type {new () => Processor} */ processor) {
    Playback = processor;
  },
});
await import("../../../www/lib/playback/processor.js");

/** The audio thread, turned by hand. */
class Thread {
  #processor = new Playback();

  constructor() {
    scope.currentTime = 0;
  }

  get reports() {
    return this.#processor.port.reports;
  }

  /** @param {ToProcessor} message */
  send(message) {
    this.#processor.port.onmessage({ data: message });
  }

  /** @param {number} start @param {Float32Array} samples @param {number} [rate] */
  push(start, samples, rate = RATE) {
    this.send({ type: "push", start, samples, sampleRate: rate });
  }

  /** What it plays in so many quanta. @param {number} [quanta] */
  play(quanta = 1) {
    const out = new Float32Array(quanta * QUANTUM);
    for (let at = 0; at < out.length; at += QUANTUM) {
      assert.equal(this.#processor.process([], [[out.subarray(at, at + QUANTUM)]]), true);
      scope.currentTime += QUANTUM / RATE;
    }
    return out;
  }

  /** The worker's side of a feed. */
  feed() {
    const port = new FakePort();
    this.send({ type: "feed", port: /** @type {any} */ (port) });
    return {
      port,
      /** @param {Float32Array} samples */
      give: (samples) => port.onmessage({ data: { samples, sampleRate: RATE } }),
    };
  }
}

/** `from`, `from` + 1, and so on, in thousandths. @param {number} from @param {number} length */
function ramp(from, length) {
  return Float32Array.from({ length }, (_, at) => (from + at) / 1000);
}

test("windows follow each other sample by sample, whatever the quantum", () => {
  const thread = new Thread();
  thread.push(0, ramp(1, 100));
  thread.push(0.1, ramp(101, 3));
  thread.push(0.103, ramp(104, 300));
  assert.deepEqual(thread.play(3), ramp(1, 3 * QUANTUM));
});

test("it reports when it begins, lacks samples and goes on", () => {
  const thread = new Thread();
  thread.play();
  thread.push(0, ramp(1, 100));
  thread.play(2);
  thread.push(0.1, ramp(101, 50));
  thread.play();
  const told = thread.reports.map(({ time, position, running }) => [time.toFixed(3), position.toFixed(3), running]);
  assert.deepEqual(told, [
    ["0.128", "0.000", true],
    ["0.228", "0.100", false],
    ["0.384", "0.100", true],
    ["0.434", "0.150", false],
  ]);
});

test("where samples are missing the last one fades instead of clicking", () => {
  const thread = new Thread();
  thread.push(0, new Float32Array(100).fill(0.5));
  const out = thread.play(4);
  for (let at = 101; at < out.length; at += 1) assert.ok(out[at] < out[at - 1] && out[at - 1] - out[at] < 0.02);
  assert.ok(out[out.length - 1] < 0.001);
});

test("a rate other than the context's is converted, without a gap at the joins", () => {
  const thread = new Thread();
  thread.push(0, ramp(0, 60), RATE / 2);
  thread.push(0.12, ramp(60, 60), RATE / 2);
  const out = thread.play();
  for (let at = 0; at < 118; at += 1) assert.ok(Math.abs(out[at] - at / 2000) < 1e-6, `${at}: ${out[at]}`);
});

test("what the worker feeds is played where the page is late, and not again when the page brings it", () => {
  const thread = new Thread();
  const feed = thread.feed();
  feed.give(ramp(0, 150));
  // The page left out 50 samples of silence.
  thread.send({ type: "place", start: -0.05, gain: 1 });
  thread.push(0, ramp(50, 100));
  feed.give(ramp(150, 200));
  assert.deepEqual(thread.play(), ramp(50, QUANTUM));
  assert.deepEqual(thread.play(), ramp(50 + QUANTUM, QUANTUM), "the page is late");
  thread.push(0.1, ramp(150, 170));
  thread.push(0.27, ramp(320, 200));
  assert.deepEqual(thread.play(), ramp(50 + 2 * QUANTUM, QUANTUM));
  assert.deepEqual(
    thread.reports.map(({ running }) => running),
    [true],
  );
});

test("a feed waits until the page has placed it, and while the page holds the sound back", () => {
  const thread = new Thread();
  const feed = thread.feed();
  feed.give(ramp(1, 500));
  assert.deepEqual(thread.play(), new Float32Array(QUANTUM));
  thread.send({ type: "hold", held: true });
  thread.send({ type: "place", start: 0, gain: 0.5 });
  assert.deepEqual(thread.play(), new Float32Array(QUANTUM));
  thread.send({ type: "hold", held: false });
  assert.deepEqual(
    thread.play(),
    ramp(1, QUANTUM).map((sample) => sample / 2),
  );
});

test("a new feed takes the place of the one before", () => {
  const thread = new Thread();
  const [old, feed] = [thread.feed(), thread.feed()];
  old.give(ramp(500, 100));
  feed.give(ramp(1, 200));
  thread.send({ type: "place", start: 0, gain: 1 });
  assert.ok(old.port.closed);
  assert.deepEqual(thread.play(), ramp(1, QUANTUM));
});

test("a cut takes back what comes later, and what is pushed then follows", () => {
  const thread = new Thread();
  thread.push(0, ramp(1, 200));
  thread.push(0.2, ramp(201, 200));
  thread.play();
  thread.send({ type: "cut", from: 0.15 });
  thread.push(0.15, ramp(1000, 200));
  assert.deepEqual([...thread.play()], [...ramp(129, 22), ...ramp(1000, QUANTUM - 22)]);
});

test("a cut at a place that was passed meanwhile takes back nothing of it", () => {
  const thread = new Thread();
  thread.push(0, ramp(1, 400));
  thread.play();
  thread.send({ type: "cut", from: 0.1 });
  // The page says what comes from 0.1 on: 28 samples of it are late.
  thread.push(0.1, ramp(1000, 200));
  assert.deepEqual(thread.play(), ramp(1028, QUANTUM));
});

test("what is cleared fades out at once, and the stream goes on from the place that was named", () => {
  const thread = new Thread();
  thread.push(0, new Float32Array(1000).fill(0.5));
  thread.play();
  thread.send({ type: "clear", position: 0.128, epoch: 1 });
  const out = thread.play();
  assert.ok(out[0] === 0.5 && out[5] < out[0] && out[10] === 0, out.subarray(0, 12).join());
  assert.ok(out.subarray(10).every((sample) => sample === 0));
  thread.push(0.128, ramp(1, QUANTUM));
  assert.deepEqual(thread.play(), ramp(1, QUANTUM));
  const { position, running, epoch } = thread.reports[thread.reports.length - 1];
  assert.deepEqual({ position: position.toFixed(3), running, epoch }, { position: "0.128", running: true, epoch: 1 });
});

test("whatever comes when, what is played is the stream: each sample once, in order, or the fading of the last", () => {
  let state = 1;
  const random = (/** @type {number} */ most) => (state = (state * 48271) % 2147483647) % most;
  const stream = ramp(1, 6000);
  for (let round = 0; round < 100; round += 1) {
    const thread = new Thread();
    const feed = thread.feed();
    thread.send({ type: "place", start: 0, gain: 1 });
    let [pushed, fed, next] = [0, 0, 1];
    for (let step = 0; step < 40; step += 1) {
      const length = 1 + random(150);
      const act = random(3);
      if (act === 0) thread.push(pushed / RATE, stream.slice(pushed, (pushed += length)));
      if (act === 1) feed.give(stream.slice(fed, (fed += length)));
      if (act < 2) continue;
      for (const sample of thread.play())
        if (Math.abs(sample - next / 1000) < 1e-7) next += 1;
        else assert.ok(next > Math.max(pushed, fed) && sample < next / 1000, `${sample} after ${next - 1}`);
    }
  }
});
