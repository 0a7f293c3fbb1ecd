/** Gapless playback of windows of samples with Web Audio, with back-pressure for the producer. */
import { asyncDisposable } from "./shared/disposable.js";
import { HanvoxError, canceled } from "./shared/errors.js";

// Audio scheduled ahead. Enough to ride out a slow chunk, and 2 MB at 24 kHz.
const LEAD_SECONDS = 20;
// The first window, and any late one, is scheduled this far ahead so that its start isn't cut off.
const MARGIN_SECONDS = 0.05;
// What is cut off in the middle fades out this fast: slower than a click, faster than anyone notices.
const FADE_SECONDS = 0.01;
const POLL_MS = 50;
// A Bluetooth headset may take seconds to wake up; a browser that refuses does so for good.
const REFUSAL_MS = 1000;
const DEVICE_MS = 20_000;

/**
 * @typedef {object} Piece A scheduled window.
 * @property {AudioBufferSourceNode} source
 * @property {number} at When it plays, on the clock of `time`.
 * @property {number} start Where it stands in the stream of all samples, in seconds.
 * @property {number} duration
 */

/** @typedef {{samples: Float32Array<ArrayBuffer>, sampleRate: number}} Held */

/** @typedef {Held & {start: number}} Run Samples and where they stand in the stream of all samples, in seconds. */

export class Player {
  #context;
  #output;
  #end = 0;
  #duration = 0;
  /** What is heard now or later, and the last of what was. @type {Piece[]} */ #pieces = [];
  /** What waits for `release`. @type {Held[] | undefined} */ #held;

  /**
   * Create it in a click or key handler: browsers allow sound only there.
   * @param {number} sampleRate Preferably the voice's own, which makes the joins exact.
   */
  constructor(sampleRate) {
    this.#context = new AudioContext({ sampleRate });
    this.#output = this.#connected();
  }

  /**
   * Resolves when audio can play. `audio-blocked` if the browser refuses it, `audio-unavailable` if no device starts.
   * @param {{onwait?: () => void, signal?: AbortSignal}} [options] `onwait` is called when the device takes long.
   */
  async start({ onwait, signal } = {}) {
    this.#context.resume().catch(() => {});
    if (await this.#runs(REFUSAL_MS, signal)) return;
    if (!wasTouched()) throw new HanvoxError("audio-blocked", `the audio is ${this.#context.state}`);
    onwait?.();
    if (await this.#runs(DEVICE_MS - REFUSAL_MS, signal)) return;
    throw new HanvoxError("audio-unavailable", `no sound device has started in ${DEVICE_MS / 1000} seconds`);
  }

  /**
   * Appends samples.
   * @param {Float32Array<ArrayBuffer>} samples
   * @param {number} sampleRate
   * @returns {number} When they will play, on the clock of `time`; infinite if they are held back.
   */
  push(samples, sampleRate) {
    if (!this.#held) return this.#schedule(samples, sampleRate);
    this.#held.push({ samples, sampleRate });
    this.#duration += samples.length / sampleRate;
    return Infinity;
  }

  /** Holds back what is pushed from now on, until `release`. */
  hold() {
    this.#held ??= [];
  }

  /** Plays what was held back. */
  release() {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#duration -= held.reduce((sum, { samples, sampleRate }) => sum + samples.length / sampleRate, 0);
    for (const { samples, sampleRate } of held) this.#schedule(samples, sampleRate);
  }

  get held() {
    return this.#held !== undefined;
  }

  /** Whether all that was scheduled has played. */
  get starved() {
    return this.time >= this.#end;
  }

  /** How many windows it keeps: those that are heard now or later. */
  get pieces() {
    return this.#pieces.length;
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
    for (const piece of this.#pieces) this.#cutPiece(piece, from);
    this.#pieces = this.#pieces.filter(({ start }) => start < from);
    if (this.#held) this.#held = [];
    const last = this.#pieces.at(-1);
    this.#end = last ? last.at + last.duration : this.time;
    this.#duration = last ? last.start + last.duration : Math.min(from, this.#duration);
  }

  /** Falls silent at once, and forgets what was pushed. The stream goes on from where it was heard. */
  clear() {
    const { position, time } = this;
    const output = this.#output;
    this.#output = this.#connected();
    output.gain.setValueAtTime(1, time);
    output.gain.linearRampToValueAtTime(0, time + FADE_SECONDS);
    for (const { source } of this.#pieces) source.stop(time + 2 * FADE_SECONDS);
    this.#pieces = [];
    if (this.#held) this.#held = [];
    this.#end = time;
    this.#duration = position;
  }

  /**
   * What is to be heard from a place on, as far as it was pushed, and of what was heard no more than the last window.
   * @param {number} from Seconds in the stream of all samples.
   * @returns {Run[]} In order.
   */
  runs(from) {
    const scheduled = this.#pieces.flatMap(({ source: { buffer }, start }) =>
      buffer ? [{ start, samples: buffer.getChannelData(0), sampleRate: buffer.sampleRate }] : [],
    );
    let start = this.#duration - heldSeconds(this.#held);
    const held = (this.#held ?? []).map(({ samples, sampleRate }) => {
      const run = { start, samples, sampleRate };
      start += samples.length / sampleRate;
      return run;
    });
    return [...scheduled, ...held].filter(
      ({ start, samples, sampleRate }) => start + samples.length / sampleRate > from,
    );
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
    return this.#positionAt(this.time);
  }

  /** Seconds of it that have reached the ear: `position` less the delay of the device. */
  get heard() {
    return this.#positionAt(this.time - (this.#context.outputLatency || this.#context.baseLatency || 0));
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
    return this.#until(() => this.time >= this.#end, signal);
  }

  /** Stops it for good. */
  async close() {
    if (this.#context.state !== "closed") await this.#context.close();
  }

  #connected() {
    const output = this.#context.createGain();
    output.connect(this.#context.destination);
    return output;
  }

  /**
   * @param {Float32Array<ArrayBuffer>} samples
   * @param {number} sampleRate
   */
  #schedule(samples, sampleRate) {
    const at = Math.max(this.#end, this.time + MARGIN_SECONDS);
    if (samples.length === 0) return at;
    const buffer = this.#context.createBuffer(1, samples.length, sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#output);
    source.start(at);
    this.#forgetPlayed();
    this.#pieces.push({ source, at, start: this.#duration, duration: buffer.duration });
    this.#end = at + buffer.duration;
    this.#duration += buffer.duration;
    return at;
  }

  /** Otherwise an hour of speech would stay in memory. */
  #forgetPlayed() {
    const { time } = this;
    const next = this.#pieces.findIndex(({ at, duration }) => at + duration > time);
    this.#pieces.splice(0, (next < 0 ? this.#pieces.length : next) - 1);
  }

  /** @param {Piece} piece @param {number} from */
  #cutPiece(piece, from) {
    const kept = from - piece.start;
    if (kept >= piece.duration) return;
    piece.source.stop(piece.at + Math.max(0, kept));
    piece.duration = Math.max(0, kept);
  }

  /** @param {number} time */
  #positionAt(time) {
    const piece = this.#pieces.findLast(({ at }) => at <= time) ?? this.#pieces[0];
    if (!piece) return this.#duration - heldSeconds(this.#held);
    return piece.start + Math.min(Math.max(0, time - piece.at), piece.duration);
  }

  /**
   * @param {number} ms
   * @param {AbortSignal} [signal]
   */
  async #runs(ms, signal) {
    const given = performance.now() + ms;
    await this.#until(() => this.#context.state !== "suspended" || performance.now() > given, signal);
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
      await pause(POLL_MS, signal);
    }
  }
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

/** @param {Held[]} [held] */
function heldSeconds(held = []) {
  return held.reduce((sum, { samples, sampleRate }) => sum + samples.length / sampleRate, 0);
}

/** Whether the user has pressed anything on the page yet, without which browsers refuse sound. */
function wasTouched() {
  return globalThis.navigator?.userActivation?.hasBeenActive ?? false;
}

asyncDisposable(Player.prototype, (/** @type {Player} */ player) => player.close());
