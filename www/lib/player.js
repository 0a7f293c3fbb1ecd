/** Gapless playback of windows of samples with Web Audio, with back-pressure for the producer. */
import { processorAddress } from "./assets.js";
import { deviceDelay } from "./playback/device-delay.js";
import { ScheduledOutput } from "./playback/scheduled-output.js";
import { WorkletOutput } from "./playback/worklet-output.js";
import { asyncDisposable } from "./shared/disposable.js";
import { HanvoxError, canceled } from "./shared/errors.js";

// Audio pushed ahead. Enough to ride out a slow chunk, and 2 MB at 24 kHz.
const LEAD_SECONDS = 20;
const POLL_MS = 50;
// A Bluetooth headset may take seconds to wake up; a browser that refuses does so for good.
const REFUSAL_MS = 1000;
const DEVICE_MS = 20_000;
// The module of the worklet is small, and the page's service worker keeps it. Nobody should wait for more than that.
const WORKLET_MS = 500;

/**
 * @typedef {object} Run Samples, and where they stand in the stream of all samples.
 * @property {number} start In seconds.
 * @property {Float32Array<ArrayBuffer>} samples
 * @property {number} sampleRate
 */

/**
 * @typedef {object} Feed Brings an engine's samples to the sound without the page: an option of `Hanvox.open`.
 * @property {MessagePort} port For the engine.
 * @property {(start: number, gain?: number) => void} place Says where the first sample belongs in the stream.
 */

export class Player {
  #context;
  /** @type {ScheduledOutput | WorkletOutput} */ #output;
  /** Resolves when `#output` is settled. @type {Promise<void>} */ #prepared;
  #duration = 0;
  /** What is heard now or later, and the last of what was. @type {Run[]} */ #pushed = [];
  /** What waits for `release`. @type {Run[] | undefined} */ #held;

  /**
   * Create it in a click or key handler: browsers allow sound only there.
   * @param {number} sampleRate Preferably the voice's own, which makes the joins exact.
   */
  constructor(sampleRate) {
    this.#context = new AudioContext({ sampleRate });
    this.#output = new ScheduledOutput(this.#context);
    this.#prepared = this.#prepare();
  }

  /** Resolves when samples can be pushed; they play once audio does. */
  prepared() {
    return this.#prepared;
  }

  /**
   * Resolves when audio can play. `audio-blocked` if the browser refuses it, `audio-unavailable` if no device starts.
   * @param {{onwait?: () => void, signal?: AbortSignal}} [options] `onwait` is called when the device takes long.
   */
  async start({ onwait, signal } = {}) {
    this.#context.resume().catch(() => {});
    if (!(await this.#runs(REFUSAL_MS, signal))) await this.#wake({ onwait, signal });
    await this.#prepared;
  }

  /**
   * Appends samples.
   * @param {Float32Array<ArrayBuffer>} samples
   * @param {number} sampleRate
   * @returns {number} When they will play, on the clock of `time`; infinite if they are held back.
   */
  push(samples, sampleRate) {
    const run = { start: this.#duration, samples, sampleRate };
    this.#duration = endOf(run);
    if (!this.#held) return this.#play(run);
    this.#held.push(run);
    return Infinity;
  }

  /** Holds back what is pushed from now on, until `release`. */
  hold() {
    this.#held ??= [];
    this.#output.hold(true);
  }

  /** Plays what was held back. */
  release() {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const run of held) this.#play(run);
    this.#output.hold(false);
  }

  get held() {
    return this.#held !== undefined;
  }

  /**
   * A way for the engine's samples that does not lead through the page: while the page is busy, they are played all the
   * same. It is for the first chunk of a text that is opened next; what is pushed of it again is not played twice.
   * It may be asked for before the player has started. Undefined where the browser has no audio worklet.
   * @returns {Feed | undefined}
   */
  feed() {
    if (!workletAddress(this.#context)) return undefined;
    const { port1, port2 } = new MessageChannel();
    const followed = this.#prepared.then(() => this.#output.follow(port1));
    return { port: port2, place: (start, gain = 1) => void followed.then(() => this.#output.place(start, gain)) };
  }

  /** Whether all that was pushed, and is not held back, has played. */
  get starved() {
    return this.#output.starved;
  }

  /** How many windows it keeps: those that are heard now or later. */
  get pieces() {
    return this.#pushed.length;
  }

  /** Seconds of audio that wait to be played. */
  get buffered() {
    return Math.max(0, this.#duration - this.position);
  }

  /**
   * Takes back what hasn't played yet, from a place on.
   * @param {number} from Seconds in the stream of all samples, not before `position`.
   */
  cut(from) {
    this.#output.cut(from);
    if (this.#held) this.#held = [];
    this.#pushed = this.#pushed.filter(({ start }) => start < from).map((run) => cutAt(run, from));
    const last = this.#pushed.at(-1);
    this.#duration = last ? endOf(last) : Math.min(from, this.#duration);
  }

  /** Falls silent at once, and forgets what was pushed. The stream goes on from where it was heard. */
  clear() {
    this.#duration = this.position;
    this.#output.clear(this.#duration);
    this.#pushed = [];
    if (this.#held) this.#held = [];
  }

  /**
   * What is to be heard from a place on, as far as it was pushed, and of what was heard no more than the last window.
   * @param {number} from Seconds in the stream of all samples.
   * @returns {Run[]} In order.
   */
  runs(from) {
    return [...this.#pushed, ...(this.#held ?? [])].filter((run) => endOf(run) > from);
  }

  /** Pauses the audio, and its clock, until `resume`. */
  pause() {
    return this.#context.suspend();
  }

  resume() {
    return this.#context.resume();
  }

  get paused() {
    return this.#context.state === "suspended";
  }

  /** Seconds of audio pushed so far. */
  get duration() {
    return this.#duration;
  }

  /** Seconds of it already played. */
  get position() {
    return this.#output.positionAt(this.time);
  }

  /** Seconds of it that have reached the ear: `position` less the delay of the device. */
  get heard() {
    return this.#output.positionAt(this.time - deviceDelay(this.#context));
  }

  /** Seconds on the audio clock. */
  get time() {
    return this.#context.currentTime;
  }

  /**
   * Resolves when less than the lead is left to play.
   * @param {AbortSignal} [signal]
   */
  room(signal) {
    return this.#until(() => this.buffered < LEAD_SECONDS, signal);
  }

  /**
   * Resolves when everything has played.
   * @param {AbortSignal} [signal]
   */
  drained(signal) {
    return this.#until(() => this.starved, signal);
  }

  /** Stops it for good. */
  async close() {
    if (this.#context.state !== "closed") await this.#context.close();
  }

  async #prepare() {
    if (!(await addWorklet(this.#context)) || this.#duration > 0) return;
    this.#output = new WorkletOutput(this.#context);
    if (this.held) this.#output.hold(true);
  }

  /** @param {Run} run */
  #play(run) {
    const at = this.#output.push(run.samples, run.sampleRate);
    if (run.samples.length === 0) return at;
    // Otherwise an hour of speech would stay in memory.
    const { position } = this;
    const next = this.#pushed.findIndex((pushed) => endOf(pushed) > position);
    this.#pushed.splice(0, (next < 0 ? this.#pushed.length : next) - 1);
    this.#pushed.push(run);
    return at;
  }

  /** Waits for a device that takes long. @param {{onwait?: () => void, signal?: AbortSignal}} options */
  async #wake({ onwait, signal }) {
    if (!wasTouched()) throw new HanvoxError("audio-blocked", `the audio is ${this.#context.state}`);
    onwait?.();
    if (await this.#runs(DEVICE_MS - REFUSAL_MS, signal)) return;
    throw new HanvoxError("audio-unavailable", `no sound device has started in ${DEVICE_MS / 1000} seconds`);
  }

  /**
   * Whether it runs, as soon as the browser has said so, or refused, or some time is over.
   * @param {number} ms
   * @param {AbortSignal} [signal]
   */
  async #runs(ms, signal) {
    if (signal?.aborted) throw canceled(signal);
    const waiting = new AbortController();
    const end = () => waiting.abort();
    this.#context.addEventListener("statechange", end, { once: true });
    signal?.addEventListener("abort", end, { once: true });
    if (this.#context.state === "suspended") await pause(ms, waiting.signal);
    if (signal?.aborted) throw canceled(signal);
    return this.#context.state === "running";
  }

  /**
   * The audio clock has no events, so poll it.
   * @param {() => boolean} condition
   * @param {AbortSignal} [signal]
   */
  async #until(condition, signal) {
    while (!condition()) {
      if (signal?.aborted) throw canceled(signal);
      if (this.#output.broken) throw new HanvoxError("audio-unavailable", "the browser's audio worklet has failed");
      await pause(POLL_MS, signal);
    }
  }
}

/** Undefined where there can be no worklet: pages over plain HTTP have none. @param {AudioContext} context */
function workletAddress({ audioWorklet }) {
  return audioWorklet && processorAddress();
}

/**
 * Whether the worklet is there: a bundler or a policy may keep its module from the page.
 * @param {AudioContext} context
 * @returns {Promise<boolean>}
 */
async function addWorklet(context) {
  const address = workletAddress(context);
  if (!address) return false;
  const added = context.audioWorklet.addModule(address).then(
    () => true,
    () => false,
  );
  return Promise.race([added, pause(WORKLET_MS).then(() => false)]);
}

/** @param {Run} run */
function endOf({ start, samples, sampleRate }) {
  return start + samples.length / sampleRate;
}

/** @param {Run} run @param {number} from @returns {Run} */
function cutAt(run, from) {
  const kept = Math.round((from - run.start) * run.sampleRate);
  return kept < run.samples.length ? { ...run, samples: run.samples.subarray(0, kept) } : run;
}

/**
 * Shorter if it is aborted.
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}

/** Whether the user has pressed anything on the page yet, without which browsers refuse sound. */
function wasTouched() {
  return globalThis.navigator?.userActivation?.hasBeenActive ?? false;
}

asyncDisposable(Player.prototype, (/** @type {Player} */ player) => player.close());
