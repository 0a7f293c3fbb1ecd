/** Spreads a text over several engines: free lanes compute chunks ahead, and the chunks are delivered in order. */
import { CODES } from "../shared/codes.js";
import { HanvoxError, throwIfCanceled } from "../shared/errors.js";

/** @typedef {import("./lane.js").Lane} Lane */
/** @typedef {import("../shared/protocol.js").EngineWindow} EngineWindow */

// How many chunks a lane may be ahead of the consumer: the one it works on, and one that waits.
const AHEAD = 2;

export class Spread {
  #lanes;
  #count;
  #onmoved;
  #working = 0;
  /** The chunk the consumer is at. */ #reader;
  /** The next chunk that no lane has started. */ #next;
  /** Chunks whose lane failed, with the count of delivered samples. @type {Buffered[]} */ #dropped = [];
  /** @type {Map<number, Buffered>} */ #buffers = new Map();
  #signal;
  #stopped = false;
  /** Wakes everyone waiting for a change. */ #bell = new Bell();

  /**
   * @param {Lane[]} lanes
   * @param {{from: number, to: number, onmoved: (error: HanvoxError) => void, signal?: AbortSignal}} options Chunks from
   *   and before; `onmoved` is called when a lane fails and its chunk moves to another one; `signal` cancels.
   */
  constructor(lanes, { from, to, onmoved, signal }) {
    this.#lanes = lanes;
    this.#reader = this.#next = from;
    this.#count = to;
    this.#onmoved = onmoved;
    this.#signal = signal;
  }

  /** @returns {AsyncGenerator<EngineWindow, void, void>} */
  async *[Symbol.asyncIterator]() {
    for (const lane of this.#lanes) this.#work(lane);
    const ring = () => this.#bell.ring();
    this.#signal?.addEventListener("abort", ring);
    try {
      for (; this.#reader < this.#count; this.#reader += 1) {
        this.#bell.ring();
        yield* this.#read(this.#buffer(this.#reader));
        this.#buffers.delete(this.#reader);
      }
    } finally {
      this.#signal?.removeEventListener("abort", ring);
      this.#stopped = true;
      this.#bell.ring();
    }
  }

  /** @param {Buffered} buffer */
  async *#read(buffer) {
    for (;;) {
      // A lane whose engine is still starting would say so only seconds later.
      throwIfCanceled(this.#signal);
      const window = buffer.windows.shift();
      if (window) yield window;
      else if (buffer.error) throw buffer.error;
      else if (buffer.ended) return;
      else await this.#bell.rung();
    }
  }

  /** Speaks chunks until none are left or the lane fails. @param {Lane} lane */
  async #work(lane) {
    this.#working += 1;
    let buffer = await this.#turn();
    let error;
    while (buffer && !(error = await this.#fill(buffer, lane))) {
      this.#bell.ring();
      buffer = await this.#turn();
    }
    this.#working -= 1;
    if (buffer && error) this.#drop(buffer, error);
  }

  /** The next chunk to speak, once the consumer is close enough; undefined if there is none. */
  async #turn() {
    for (;;) {
      if (this.#stopped) return undefined;
      const dropped = this.#dropped.shift();
      if (dropped) return dropped;
      if (this.#next < this.#count && this.#next < this.#reader + AHEAD * this.#lanes.length)
        return this.#buffer(this.#next++);
      // Stay around: the last chunks of a failing lane need another one to take over.
      if (this.#next >= this.#count && !this.#anyOpen()) return undefined;
      await this.#bell.rung();
    }
  }

  #anyOpen() {
    return [...this.#buffers.values()].some(({ ended, error }) => !ended && !error);
  }

  /**
   * @param {Buffered} buffer
   * @param {Lane} lane
   * @returns {Promise<HanvoxError | undefined>} Why it failed.
   */
  async #fill(buffer, lane) {
    try {
      for await (const window of lane.speak(buffer.chunk, buffer.samples)) {
        if (this.#stopped) return undefined;
        buffer.windows.push(window);
        buffer.samples += window.samples.length;
        this.#bell.ring();
      }
      buffer.ended = true;
      return undefined;
    } catch (thrown) {
      return HanvoxError.from(thrown);
    }
  }

  /**
   * Moves the chunk to another lane, unless the text is at fault or no lane is left.
   * @param {Buffered} buffer
   * @param {HanvoxError} error
   */
  #drop(buffer, error) {
    if (CODES[error.code].recovery === "replace" && this.#working > 0) {
      this.#onmoved(error);
      this.#dropped.push(buffer);
    } else {
      buffer.error = error;
    }
    this.#bell.ring();
  }

  /**
   * @param {number} chunk
   * @returns {Buffered}
   */
  #buffer(chunk) {
    const buffer = this.#buffers.get(chunk) ?? new Buffered(chunk);
    this.#buffers.set(chunk, buffer);
    return buffer;
  }
}

/** The computed part of a chunk. */
class Buffered {
  /** @type {EngineWindow[]} */ windows = [];
  /** Of all its windows so far. */ samples = 0;
  ended = false;
  /** @type {HanvoxError | undefined} */ error;

  /** @param {number} chunk */
  constructor(chunk) {
    this.chunk = chunk;
  }
}

/** Lets any number of waiters know that something changed. */
class Bell {
  #ring = () => {};
  #rung = this.#next();

  rung() {
    return this.#rung;
  }

  ring() {
    const ring = this.#ring;
    this.#rung = this.#next();
    ring();
  }

  /** @returns {Promise<void>} */
  #next() {
    return new Promise((resolve) => (this.#ring = resolve));
  }
}
