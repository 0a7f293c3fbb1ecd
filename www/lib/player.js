/** Gapless playback of windows of samples by Web Audio, with back-pressure for whoever computes them. */
import { HanvoxError, canceled } from "./shared/errors.js";

// Sound scheduled ahead. Enough to ride over a slow chunk, and 2 MB at 24 kHz.
const LEAD_SECONDS = 20;
// The first window, and one that comes late, start this far ahead so that the start is not cut.
const MARGIN_SECONDS = 0.05;
const POLL_MS = 50;
const UNLOCK_TIMEOUT_MS = 1000;

export class Player {
  #context;
  #end = 0;
  #duration = 0;

  /**
   * Make it inside the handler of a click or a key: browsers give sound to those only.
   * @param {number} sampleRate Best the voice's own, since the joins are then exact.
   */
  constructor(sampleRate) {
    this.#context = new AudioContext({ sampleRate });
  }

  /** Resolves when sound can be heard; fails with `audio-blocked` where the browser holds it back. */
  async start() {
    const timeout = new Promise((resolve) => setTimeout(resolve, UNLOCK_TIMEOUT_MS));
    await Promise.race([this.#context.resume(), timeout]);
    if (this.#context.state === "running") return;
    throw new HanvoxError("audio-blocked", `the audio is ${this.#context.state}`);
  }

  /**
   * Adds samples after the last ones.
   * @param {Float32Array<ArrayBuffer>} samples
   * @param {number} sampleRate
   * @returns {number} When they will sound, on the clock of `time`.
   */
  push(samples, sampleRate) {
    const start = Math.max(this.#end, this.time + MARGIN_SECONDS);
    if (samples.length === 0) return start;
    const buffer = this.#context.createBuffer(1, samples.length, sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#context.destination);
    source.start(start);
    this.#end = start + buffer.duration;
    this.#duration += buffer.duration;
    return start;
  }

  /** Holds the sound, and with it the clock, until `resume`. */
  pause() {
    return this.#context.suspend();
  }

  resume() {
    return this.#context.resume();
  }

  get paused() {
    return this.#context.state === "suspended";
  }

  /** Seconds of sound given so far. */
  get duration() {
    return this.#duration;
  }

  /** Seconds of it that were heard. */
  get position() {
    return Math.max(0, this.#duration - Math.max(0, this.#end - this.time));
  }

  /** Seconds on the clock of the audio. */
  get time() {
    return this.#context.currentTime;
  }

  /**
   * Resolves when less than the lead is waiting to be heard.
   * @param {AbortSignal} [signal]
   */
  room(signal) {
    return this.#until(() => this.#end - this.time < LEAD_SECONDS, signal);
  }

  /**
   * Resolves when all was heard.
   * @param {AbortSignal} [signal]
   */
  drained(signal) {
    return this.#until(() => this.time >= this.#end, signal);
  }

  /** Silences it for good. */
  async close() {
    if (this.#context.state !== "closed") await this.#context.close();
  }

  /**
   * The audio clock has no events; it is asked now and then.
   * @param {() => boolean} condition
   * @param {AbortSignal} [signal]
   */
  async #until(condition, signal) {
    while (!condition()) {
      if (signal?.aborted) throw canceled(signal);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
