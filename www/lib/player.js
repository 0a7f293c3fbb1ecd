/** Gapless playback of windows of samples with Web Audio, with back-pressure for the producer. */
import { HanvoxError, canceled } from "./shared/errors.js";

// Audio scheduled ahead. Enough to ride out a slow chunk, and 2 MB at 24 kHz.
const LEAD_SECONDS = 20;
// The first window, and any late one, is scheduled this far ahead so that its start isn't cut off.
const MARGIN_SECONDS = 0.05;
const POLL_MS = 50;
const UNLOCK_TIMEOUT_MS = 1000;

export class Player {
  #context;
  #end = 0;
  #duration = 0;

  /**
   * Create it in a click or key handler: browsers allow sound only there.
   * @param {number} sampleRate Preferably the voice's own, which makes the joins exact.
   */
  constructor(sampleRate) {
    this.#context = new AudioContext({ sampleRate });
  }

  /** Resolves when audio can play; rejects with `audio-blocked` if the browser blocks it. */
  async start() {
    const timeout = new Promise((resolve) => setTimeout(resolve, UNLOCK_TIMEOUT_MS));
    await Promise.race([this.#context.resume(), timeout]);
    if (this.#context.state === "running") return;
    throw new HanvoxError("audio-blocked", `the audio is ${this.#context.state}`);
  }

  /**
   * Appends samples.
   * @param {Float32Array<ArrayBuffer>} samples
   * @param {number} sampleRate
   * @returns {number} When they will play, on the clock of `time`.
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
    return Math.max(0, this.#duration - Math.max(0, this.#end - this.time));
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
    return this.#until(() => this.#end - this.time < LEAD_SECONDS, signal);
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

  /**
   * The audio clock has no events, so poll it.
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
