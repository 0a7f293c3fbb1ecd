/**
 * Stops restarting engines that keep failing: after this many faults without a success in between, calls
 * fail at once until a pause is over; then one call may try.
 */
import { HanvoxError } from "../shared/errors.js";

const FAULTS = 5;
const PAUSE_MS = 30_000;

export class Breaker {
  #faults = 0;
  #until = 0;
  /** @type {HanvoxError | undefined} */ #last;
  #now;

  /** @param {() => number} [now] Milliseconds. */
  constructor(now = Date.now) {
    this.#now = now;
  }

  get open() {
    return this.#faults >= FAULTS && this.#now() < this.#until;
  }

  /** Throws the last fault's code while open. */
  check() {
    if (!this.open || !this.#last) return;
    const { code, message } = this.#last;
    const retry_after_ms = this.#until - this.#now();
    throw new HanvoxError(code, `the engine failed ${this.#faults} times in a row and is resting: ${message}`, {
      context: { circuit: "open", retry_after_ms },
      cause: this.#last,
    });
  }

  /** @param {HanvoxError} error */
  fault(error) {
    this.#last = error;
    this.#faults += 1;
    this.#until = this.#now() + PAUSE_MS;
  }

  success() {
    this.#faults = 0;
  }
}
