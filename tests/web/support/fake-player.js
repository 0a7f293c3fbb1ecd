/** A player without a device: all that is pushed is heard at once, up to a second that a test may set. */
import { setTimeout } from "node:timers/promises";
import { canceled } from "../../../www/lib/shared/errors.js";

/** @implements {Pick<import("../../../www/lib/player.js").Player, "start" | "push" | "feed" | "heard" | "drained">} */
export class FakePlayer {
  duration = 0;
  paused = false;
  upTo = Infinity;
  /** @type {unknown} What `start` fails with. */ refusal;
  /** @type {number[]} */ samples = [];
  /** @type {string[]} */ calls = [];

  async start() {
    this.calls.push("start");
    if (this.refusal) throw this.refusal;
    this.paused = false;
  }

  /** @param {Float32Array<ArrayBuffer>} samples @param {number} rate */
  push(samples, rate) {
    this.samples.push(...samples);
    this.duration += samples.length / rate;
    return this.duration;
  }

  feed() {
    return undefined;
  }

  get heard() {
    return Math.min(this.duration, this.upTo);
  }

  async pause() {
    this.paused = true;
    this.calls.push("pause");
  }

  async resume() {
    this.paused = false;
    this.calls.push("resume");
  }

  clear() {
    this.duration = this.heard;
    this.calls.push("clear");
  }

  async room() {}

  /** @param {AbortSignal} [signal] */
  async drained(signal) {
    while (this.paused || this.heard < this.duration) {
      if (signal?.aborted) throw canceled(signal);
      await setTimeout(1);
    }
  }

  async close() {
    this.calls.push("close");
  }
}
