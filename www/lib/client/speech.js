/**
 * One text being spoken: an async iterable of windows, in order, however many engines compute them. Each named mark
 * of the markup fires a `mark` event when the window that contains it is delivered.
 */
import { disposable } from "../shared/disposable.js";
import { HanvoxError } from "../shared/errors.js";
import { Lane } from "./lane.js";
import { Spread } from "./spread.js";

/** @typedef {import("../shared/protocol.js").AudioWindow} AudioWindow */
/** @typedef {import("../shared/protocol.js").EngineWindow} EngineWindow */
/** @typedef {import("../shared/protocol.js").Mark} Mark */
/** @typedef {import("../shared/protocol.js").Opened} Opened */
/** @typedef {import("../shared/protocol.js").SpeechEnd} SpeechEnd */
/** @typedef {import("../shared/protocol.js").Stats} Stats */

/**
 * @typedef {object} Engines The engines a speech may use.
 * @property {import("./pool.js").Lease} lease
 * @property {(most: number) => import("./pool.js").Lease[]} spare Leases up to `most` more idle engines.
 * @property {MessagePort} [feed] Takes the samples of the first chunk from the first engine, too.
 */

// This many chunks are worth reading the text, and perhaps starting up, in another engine.
const CHUNKS_PER_LANE = 2;

export class Speech extends EventTarget {
  #job;
  #spare;
  /** @type {Lane[]} The first one opened the text. */ #lanes;
  #opened;
  /** Index of the chunk that is being read. */ #chunk = 0;
  #samples = 0;
  /** Samples before the chunk that is being read. */ #before = 0;
  /** Named marks that the consumer has passed. @type {Mark[]} */ marks = [];
  /** @type {SpeechEnd | undefined} */ #end;

  /**
   * Use `Speech.open`.
   * @param {import("./lane.js").Job} job
   * @param {Lane} lane
   * @param {Opened} opened
   * @param {Engines["spare"]} spare
   */
  constructor(job, lane, opened, spare) {
    super();
    this.#job = job;
    this.#lanes = [lane];
    this.#opened = opened;
    this.#spare = spare;
  }

  /**
   * @param {import("./lane.js").Job} job
   * @param {Engines} engines
   * @returns {Promise<Speech>}
   */
  static async open(job, { lease, spare, feed }) {
    const lane = new Lane(job, lease, feed);
    try {
      return new Speech(job, lane, await lane.open(), spare);
    } catch (thrown) {
      const error = await job.trace.failed(thrown, { chunk: 0, retries: lane.retries });
      lane.leave();
      throw error;
    }
  }

  /** Id of the request in the logs. */
  get request() {
    return this.#job.trace.id;
  }

  get chunks() {
    return this.#opened.chunks;
  }

  get samplingRate() {
    return this.#opened.sampling_rate;
  }

  /** `samplingRate` by the name that transformers.js has for it. */
  get sampling_rate() {
    return this.samplingRate;
  }

  /** For a WAV file of unknown length. */
  get header() {
    return this.#opened.header;
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
      for await (const window of this.#windows()) {
        const marks = window.marks.map(({ name, sample }) => this.#mark(name, sample));
        if (window.first) this.#before = this.#samples;
        this.#samples += window.samples.length;
        this.#chunk = window.chunk + (window.last ? 1 : 0);
        this.#job.trace.sounded(window.memory_bytes);
        yield { ...window, marks, chunkStart: this.#before / this.samplingRate };
      }
      await this.#finish();
    } catch (thrown) {
      const { start, end } = this.chunks[this.#chunk] ?? {};
      const failed = this.#job.trace.failed(thrown, { chunk: this.#chunk, start, end, retries: this.#retries });
      // Before the text is hashed for the log: whoever cancels may want the engine at once.
      this.#leave();
      throw await failed;
    } finally {
      this.#leave();
    }
  }

  /**
   * Announces a named mark.
   * @param {string} name
   * @param {number} sample In the next window.
   * @returns {Mark}
   */
  #mark(name, sample) {
    const detail = { name, time: (this.#samples + sample) / this.samplingRate };
    this.marks.push(detail);
    this.dispatchEvent(new CustomEvent("mark", { detail }));
    return detail;
  }

  /** Releases the engines without reading on. */
  close() {
    this.#leave();
  }

  /**
   * The first chunk comes from one engine, so that nothing delays it; others join for the rest.
   * @returns {AsyncGenerator<EngineWindow, void, void>}
   */
  async *#windows() {
    const [lane] = this.#lanes;
    const count = this.chunks.length;
    yield* lane.speak(0);
    const spares = this.#spare(Math.floor(count / CHUNKS_PER_LANE) - 1);
    if (spares.length === 0) {
      for (let chunk = 1; chunk < count; chunk += 1) yield* lane.speak(chunk);
      return;
    }
    this.#lanes.push(...spares.map((lease) => new Lane(this.#job, lease)));
    const onmoved = (/** @type {HanvoxError} */ error) => this.#job.trace.retries(error);
    yield* new Spread(this.#lanes, { from: 1, to: count, onmoved, signal: this.#job.signal });
  }

  async #finish() {
    const lane = this.#lanes.find(({ lost }) => !lost) ?? this.#lanes[0];
    const header = await lane.header(this.#samples);
    const stats = sum(await Promise.all(this.#lanes.map((lane) => lane.stats())));
    this.#end = { stats, header };
    await this.#job.trace.spoken(this.#spoken());
  }

  #leave() {
    for (const lane of this.#lanes) lane.leave();
    this.#job.trace.left(this.#spoken());
  }

  get #retries() {
    return this.#lanes.reduce((sum, { retries }) => sum + retries, 0);
  }

  /** @returns {import("./request-trace.js").Spoken} */
  #spoken() {
    const { audio = 0, ...compute } = this.#end?.stats ?? {};
    return {
      audio_s: this.#samples / this.samplingRate,
      compute_s: Object.values(compute).reduce((sum, seconds) => sum + seconds, 0),
      chunks: this.#chunk,
      retries: this.#retries,
    };
  }
}

/**
 * @param {(Stats | undefined)[]} stats
 * @returns {Stats}
 */
function sum(stats) {
  const total = { frontend: 0, encoder: 0, decoder: 0, vocoder: 0, audio: 0 };
  for (const one of stats)
    for (const stage of /** @type {(keyof Stats)[]} */ (Object.keys(total))) total[stage] += one?.[stage] ?? 0;
  return total;
}

disposable(Speech.prototype, (/** @type {Speech} */ speech) => speech.close());
