/**
 * One text on its way to sound: an async iterable of windows. Where the engine fails, the chunk is spoken
 * once more by a new one; the reader hears no sample twice and misses none. Each named place of the markup is an event
 * `mark` when the window that it stands in is handed out.
 */
import { EngineLost } from "./client.js";
import { CODES } from "../shared/codes.js";
import { HanvoxError } from "../shared/errors.js";

/** @typedef {import("../shared/protocol.js").EngineWindow} EngineWindow */
/** @typedef {import("../shared/protocol.js").Ended} Ended */
/** @typedef {import("../shared/protocol.js").Mark} Mark */
/** @typedef {import("../shared/protocol.js").Opened} Opened */
/** @typedef {import("../shared/protocol.js").SpeechEnd} SpeechEnd */
/** @typedef {import("../shared/protocol.js").AudioWindow} AudioWindow */

/**
 * @typedef {object} Job
 * @property {import("./pool.js").Lease} lease
 * @property {import("./request-trace.js").RequestTrace} trace
 * @property {string} text
 * @property {import("../shared/protocol.js").SpeechOptions} options
 * @property {boolean} [symbols] Whether the text is symbol lines.
 * @property {boolean} pcm
 * @property {AbortSignal} [signal]
 */

// The engine's own bound of a chunk of text; that of symbol lines is the line.
const MOST_CHARACTERS = 100;
const FEWEST_CHARACTERS = 6;

const BYTES_PER_SAMPLE = 2;

export class Speech extends EventTarget {
  #job;
  /** @type {Opened | undefined} */ #opened;
  #number = 0;
  #engine = 0;
  /** Index of the chunk that is being spoken. */ #chunk = 0;
  /** Samples of it that the reader has. */ #heard = 0;
  /** Samples of it that a new engine is going to make for the second time. */ #skip = 0;
  #limit = Infinity;
  /** The chunk that failed last. */ #failed = -1;
  /** Its fault, until the chunk sounds. @type {HanvoxError | undefined} */ #fault;
  #retries = 0;
  #samples = 0;
  /** Named places that the reader has passed. @type {Mark[]} */ marks = [];
  /** @type {SpeechEnd | undefined} */ #end;

  /** Use `Speech.open`. @param {Job} job */
  constructor(job) {
    super();
    this.#job = job;
  }

  /**
   * @param {Job} job
   * @returns {Promise<Speech>}
   */
  static async open(job) {
    const speech = new Speech(job);
    try {
      await speech.#told(() => speech.#open().catch((thrown) => speech.#recover(thrown)));
      return speech;
    } catch (error) {
      speech.#leave();
      throw error;
    }
  }

  /** Id of the request in the logs. */
  get request() {
    return this.#job.trace.id;
  }

  get chunks() {
    return this.#whenOpen.chunks;
  }

  get sampling_rate() {
    return this.#whenOpen.sampling_rate;
  }

  /** Of a WAV file whose length is not known yet. */
  get header() {
    return this.#whenOpen.header;
  }

  /** Known only after the last window. */
  get end() {
    if (!this.#end) throw new HanvoxError("busy", "the speech is not at its end yet");
    return this.#end;
  }

  /**
   * @returns {AsyncGenerator<AudioWindow, void, void>}
   */
  async *[Symbol.asyncIterator]() {
    try {
      for (;;) {
        const window = await this.#told(() => this.#next());
        if (!window) return;
        this.#announce(window.marks);
        yield window;
      }
    } finally {
      this.#leave();
    }
  }

  /** @param {Mark[]} marks */
  #announce(marks) {
    this.marks.push(...marks);
    for (const detail of marks) this.dispatchEvent(new CustomEvent("mark", { detail }));
  }

  /** Gives the engine back without reading on. */
  close() {
    this.#leave();
  }

  get #whenOpen() {
    if (!this.#opened) throw new HanvoxError("busy", "the speech is not open yet");
    return this.#opened;
  }

  /**
   * Work whose error is logged and counted with where it happened.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #told(work) {
    try {
      return await work();
    } catch (thrown) {
      const { start, end } = this.#opened?.chunks[this.#chunk] ?? {};
      throw await this.#job.trace.failed(thrown, { chunk: this.#chunk, start, end, retries: this.#retries });
    }
  }

  /** The next window that is new to the reader; undefined at the end. */
  async #next() {
    for (;;) {
      try {
        const answer = await this.#ask({ type: "next", speech: this.#number });
        const next = /** @type {EngineWindow | Ended} */ (answer);
        if ("done" in next) return await this.#finish(next);
        const window = this.#unheard(next);
        if (window) return window;
      } catch (thrown) {
        await this.#recover(thrown);
      }
    }
  }

  /** @param {import("../shared/protocol.js").Request} request */
  async #ask(request) {
    const { lease, signal } = this.#job;
    return (await lease.client.callIn(this.#engine, request, { signal })).value;
  }

  /** Opens it in whichever engine is there, from the chunk that is due. */
  async #open() {
    const { lease, text, options, symbols, pcm, signal, trace } = this.#job;
    const client = lease.client;
    client.closeSpeech(this.#number);
    this.#number = client.nextSpeech();
    const limit = Number.isFinite(this.#limit) ? this.#limit : undefined;
    const opening = { request: trace.id, from: this.#chunk, limit };
    const speech = this.#number;
    const request = /** @type {const} */ ({ type: "open", speech, text, options, symbols, pcm, opening });
    const { value, engine } = await client.callIn(undefined, request, { signal });
    this.#engine = engine;
    this.#skip = this.#heard;
    this.#opened ??= /** @type {Opened} */ (value);
  }

  /**
   * Goes on after a fault of the engine: once for each chunk, in halves unless a part of it was heard already.
   * Throws what can't be mended so.
   * @param {unknown} thrown
   */
  async #recover(thrown) {
    // Another request's fault took the engine away.
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

  /** An error with the fault that was to be mended as its cause. @param {HanvoxError} error */
  #after(error) {
    error.cause ??= this.#fault;
    return error;
  }

  /** Half the characters of the chunk. */
  #half() {
    const chunk = this.#opened?.chunks[this.#chunk];
    const characters = chunk ? lengthOf(chunk) : MOST_CHARACTERS;
    return Math.max(FEWEST_CHARACTERS, Math.ceil(Math.min(this.#limit, characters) / 2));
  }

  /**
   * What the reader does not have yet of a window.
   * @param {EngineWindow} window
   * @returns {AudioWindow | undefined}
   */
  #unheard(window) {
    if (window.samples.length === 0 && !window.last)
      throw new HanvoxError("output-invalid", "the engine gave a window without samples");
    const known = Math.min(this.#skip, window.samples.length);
    const samples = window.samples.subarray(known);
    const heard = this.#heard + samples.length;
    if (window.last && heard === 0) throw new HanvoxError("output-invalid", "the engine made no sound of a chunk");
    const marks = this.#timed(window.marks, known);
    this.#skip -= known;
    this.#samples += samples.length;
    const first = this.#heard === 0;
    this.#heard = window.last ? 0 : heard;
    this.#chunk = window.chunk + (window.last ? 1 : 0);
    this.#job.trace.sounded(window.memory_bytes);
    if (this.#fault) this.#job.trace.mended(this.#fault);
    this.#fault = undefined;
    if (samples.length === 0 && !window.last) return undefined;
    return { ...window, first, samples, marks, pcm: window.pcm?.subarray(known * BYTES_PER_SAMPLE) };
  }

  /**
   * The marks of a window that the reader has not passed yet.
   * @param {EngineWindow["marks"]} marks
   * @param {number} known Samples of the window that the reader has.
   */
  #timed(marks, known) {
    const seconds = (/** @type {number} */ sample) => (this.#samples + sample - known) / this.sampling_rate;
    const ahead = marks.filter(({ sample }) => sample >= known);
    return ahead.map(({ name, sample }) => ({ name, time: seconds(sample) }));
  }

  /** @param {Ended} ended */
  async #finish({ stats }) {
    const left = this.chunks.length - this.#chunk;
    if (left > 0) throw new HanvoxError("output-invalid", `the engine made no sound of the last ${left} chunks`);
    const header = await this.#job.lease.client.call({ type: "header", samples: this.#samples });
    this.#end = { stats, header: /** @type {Uint8Array<ArrayBuffer>} */ (header) };
    await this.#job.trace.spoken(this.#spoken());
    return undefined;
  }

  #leave() {
    const { lease, trace } = this.#job;
    lease.client.closeSpeech(this.#number);
    lease.release();
    trace.left(this.#spoken());
  }

  /** @returns {import("./request-trace.js").Spoken} */
  #spoken() {
    const { audio = 0, ...compute } = this.#end?.stats ?? {};
    return {
      audio_s: this.#samples / (this.#opened?.sampling_rate ?? 1),
      compute_s: Object.values(compute).reduce((sum, seconds) => sum + seconds, 0),
      chunks: this.#chunk,
      retries: this.#retries,
    };
  }
}

/**
 * Characters of a chunk as the engine counts them for its limit: what is read, and what stands between.
 * @param {import("../shared/protocol.js").Chunk} chunk
 */
function lengthOf({ readings }) {
  const gap = (/** @type {number} */ at) => Math.max(0, readings[at].start - (readings[at - 1]?.end ?? Infinity));
  return readings.reduce((sum, { surface }, at) => sum + surface.split(" ").length + gap(at), 0);
}
