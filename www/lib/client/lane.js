/**
 * One engine's part in a speech: the windows of the chunks assigned to it. If the engine fails, a new one speaks the
 * chunk again; no sample is repeated or lost.
 */
import { EngineLost } from "./client.js";
import { CODES } from "../shared/codes.js";
import { HanvoxError } from "../shared/errors.js";

/** @typedef {import("../shared/protocol.js").EngineWindow} EngineWindow */
/** @typedef {import("../shared/protocol.js").Ended} Ended */
/** @typedef {import("../shared/protocol.js").Opened} Opened */

/**
 * @typedef {object} Job What to speak.
 * @property {import("./request-trace.js").RequestTrace} trace
 * @property {string} text
 * @property {import("../shared/protocol.js").SpeechOptions} options
 * @property {boolean} [symbols] Whether the text is symbol lines.
 * @property {boolean} pcm
 * @property {AbortSignal} [signal]
 */

// The engine's own limit on a chunk of text; for symbol lines the limit is the line.
const MOST_CHARACTERS = 100;
const FEWEST_CHARACTERS = 6;

const BYTES_PER_SAMPLE = 2;

export class Lane {
  #job;
  #lease;
  /** For the first engine that opens it. */ #feed;
  /** @type {Opened | undefined} */ #opened;
  #number = 0;
  #engine = 0;
  /** Index of the chunk that is being spoken. */ #chunk = 0;
  /** Index of the chunk that the engine continues with by itself. */ #next = 0;
  /** Samples of the chunk already delivered. */ #heard = 0;
  /** Samples of it that the engine is about to compute again. */ #skip = 0;
  #limit = Infinity;
  /** The chunk that failed last. */ #failed = -1;
  /** Its fault, until the chunk produces audio. @type {HanvoxError | undefined} */ #fault;
  #retries = 0;
  #lost = false;

  /**
   * @param {Job} job
   * @param {import("./pool.js").Lease} lease
   * @param {MessagePort} [feed] Takes the samples of the first chunk from the engine, too.
   */
  constructor(job, lease, feed) {
    this.#job = job;
    this.#lease = lease;
    this.#feed = feed;
  }

  /** Number of chunks that were retried. */
  get retries() {
    return this.#retries;
  }

  /** Whether it failed for good. */
  get lost() {
    return this.#lost;
  }

  /**
   * The text as the engine splits it.
   * @returns {Promise<Opened>}
   */
  async open() {
    if (!this.#opened) await this.#open().catch((thrown) => this.#recover(thrown));
    return /** @type {Opened} */ (this.#opened);
  }

  /**
   * The windows of a chunk.
   * @param {number} chunk
   * @param {number} [heard] Samples of it that another lane delivered before failing.
   * @returns {AsyncGenerator<EngineWindow, void, void>}
   */
  async *speak(chunk, heard = 0) {
    this.#chunk = chunk;
    this.#heard = this.#skip = heard;
    await this.open();
    for (;;) {
      const window = await this.#window();
      if (window) yield window;
      if (window?.last) return;
    }
  }

  /**
   * Seconds per stage of all the engine's work; undefined if it did none or is lost.
   */
  async stats() {
    if (!this.#opened || this.#lost) return undefined;
    this.#chunk = this.#opened.chunks.length;
    this.#heard = this.#skip = 0;
    for (;;) {
      try {
        const ended = await this.#advance();
        if ("done" in ended) return ended.stats;
        throw new HanvoxError("output-invalid", "the engine goes on after the last chunk");
      } catch (thrown) {
        await this.#recover(thrown);
      }
    }
  }

  /**
   * The WAV header for this many samples.
   * @param {number} samples
   */
  async header(samples) {
    const header = await this.#lease.client.call({ type: "header", samples });
    return /** @type {Uint8Array<ArrayBuffer>} */ (header);
  }

  /** Releases the engine. */
  leave() {
    this.#lease.client.closeSpeech(this.#number);
    this.#lease.release();
  }

  /** The new part of the next window; undefined if nothing is new. */
  async #window() {
    try {
      const answer = await this.#advance();
      if ("done" in answer) throw this.#silent();
      return this.#unheard(answer);
    } catch (thrown) {
      await this.#recover(thrown);
      return undefined;
    }
  }

  async #advance() {
    const jump = this.#chunk === this.#next ? undefined : this.#chunk;
    const request = /** @type {const} */ ({ type: "next", speech: this.#number, chunk: jump });
    const { signal } = this.#job;
    const { value } = await this.#lease.client.callIn(this.#engine, request, { signal });
    this.#next = this.#chunk;
    return /** @type {EngineWindow | Ended} */ (value);
  }

  /** Opens the speech in the current engine, starting at the current chunk. */
  async #open() {
    const { text, options, symbols, pcm, signal, trace } = this.#job;
    const { client } = this.#lease;
    client.closeSpeech(this.#number);
    this.#number = client.nextSpeech();
    const limit = Number.isFinite(this.#limit) ? this.#limit : undefined;
    const opening = { request: trace.id, from: this.#chunk, limit };
    const speech = this.#number;
    const feed = this.#feed;
    this.#feed = undefined;
    const request = /** @type {const} */ ({ type: "open", speech, text, options, symbols, pcm, feed, opening });
    const { value, engine } = await client.callIn(undefined, request, { signal, transfer: feed && [feed] });
    this.#engine = engine;
    this.#next = this.#chunk;
    this.#skip = this.#heard;
    this.#opened ??= /** @type {Opened} */ (value);
  }

  /**
   * Recovers from an engine fault: retries once per chunk, in halves unless part of it was already delivered.
   * Throws if that isn't possible.
   * @param {unknown} thrown
   */
  async #recover(thrown) {
    // Another request's fault closed the engine.
    if (thrown instanceof EngineLost) return this.#open();
    const error = HanvoxError.from(thrown);
    const { recovery } = CODES[error.code];
    const again = recovery === "replace" || (recovery === "halve" && this.#heard === 0);
    if (!again || this.#failed === this.#chunk) throw this.#after(error);
    this.#failed = this.#chunk;
    this.#fault = error;
    this.#retries += 1;
    this.#job.trace.retries(error);
    if (this.#heard === 0) this.#limit = this.#half();
    await this.#open().catch((again) => this.#recover(again));
  }

  /** Ends the lane: the error gets the fault that was being recovered from as its cause. @param {HanvoxError} error */
  #after(error) {
    this.#lost = true;
    error.cause ??= this.#fault;
    return error;
  }

  /** Half the characters of the chunk. */
  #half() {
    const chunk = this.#opened?.chunks[this.#chunk];
    const characters = chunk ? lengthOf(chunk) : MOST_CHARACTERS;
    return Math.max(FEWEST_CHARACTERS, Math.ceil(Math.min(this.#limit, characters) / 2));
  }

  #silent() {
    const left = (this.#opened?.chunks.length ?? 0) - this.#chunk;
    return new HanvoxError("output-invalid", `the engine made no sound of the last ${left} chunks`);
  }

  /**
   * The part of a window that was not yet delivered.
   * @param {EngineWindow} window
   * @returns {EngineWindow | undefined}
   */
  #unheard(window) {
    if (window.samples.length === 0 && !window.last)
      throw new HanvoxError("output-invalid", "the engine gave a window without samples");
    const known = Math.min(this.#skip, window.samples.length);
    const samples = window.samples.subarray(known);
    const heard = this.#heard + samples.length;
    if (window.last && heard === 0) throw new HanvoxError("output-invalid", "the engine made no sound of a chunk");
    const marks = window.marks.filter(({ sample }) => sample >= known);
    const since = known === 0 ? 0 : this.#heard / /** @type {Opened} */ (this.#opened).sampling_rate;
    const isNew = (/** @type {import("../shared/protocol.js").SpokenAt} */ { start }) => start >= since;
    this.#skip -= known;
    const first = this.#heard === 0;
    this.#heard = heard;
    if (window.last) this.#next = this.#chunk + 1;
    if (this.#fault) this.#job.trace.mended(this.#fault);
    this.#fault = undefined;
    if (samples.length === 0 && !window.last) return undefined;
    return {
      ...window,
      first,
      samples,
      marks: marks.map(({ name, sample }) => ({ name, sample: sample - known })),
      characters: window.characters.filter(isNew),
      words: window.words.filter(isNew),
      pcm: window.pcm?.subarray(known * BYTES_PER_SAMPLE),
    };
  }
}

/**
 * Characters of a chunk as the engine counts them for its limit: those read aloud and those in between.
 * @param {import("../shared/protocol.js").Chunk} chunk
 */
function lengthOf({ readings }) {
  const gap = (/** @type {number} */ at) => Math.max(0, readings[at].start - (readings[at - 1]?.end ?? Infinity));
  return readings.reduce((sum, { surface }, at) => sum + surface.split(" ").length + gap(at), 0);
}
