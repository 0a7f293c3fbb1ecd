/** The public class, the same in a browser and in Node; the two entry points differ only in how they connect. */
import { Client } from "./client/client.js";
import { EngineGauges } from "./client/engine-gauges.js";
import { Diagnostics } from "./diagnostics/diagnostics.js";
import { disposable } from "./shared/disposable.js";
import { HanvoxError } from "./shared/errors.js";
import { LIMITS, checkText } from "./shared/limits.js";
import { Pool } from "./client/pool.js";
import { RequestTrace } from "./client/request-trace.js";
import { Speech } from "./client/speech.js";
import { Generated } from "./generated.js";
import { partsOf } from "./spoken-part.js";
import { sentencesOf } from "./shared/text-stream.js";
import { engineCounts } from "./client/workers.js";
import { BUILD } from "./engine/version.js";
import { WorkerConnection } from "./client/worker-connection.js";

/**
 * @typedef {object} CallOptions
 * @property {AbortSignal} [signal]
 * @property {string} [request] Id of the request in the logs.
 * @property {boolean} [symbols] Whether the text is lines of the voice's symbols, as `Hanvox.symbols` returns them:
 *   one chunk per line, no silence between them. Each symbol names its emotion, so there is no `emotion` option then.
 * @property {number} [engines] How many engines may share it, default all that are idle. What is played needs only one
 *   that is fast enough; another request then finds the next one free.
 * @property {MessagePort} [feed] Of `open` in a browser: takes the samples of the first chunk straight from the engine,
 *   ahead of the windows; see `Player.feed`.
 */

/** @typedef {import("./shared/protocol.js").SpeechOptions & CallOptions} GenerateOptions */

/**
 * @typedef {object} Options
 * @property {string} [assets] In a browser: address of a copy of the folder `www` of the package, where no bundler puts
 *   its parts into place, such as on a CDN; the worker comes from there, too.
 * @property {string | URL} [wasmUrl] In a browser: address of the engine's wasm, instead of that in the package.
 * @property {import("./start-worker.js").WorkerOption} [worker] In a browser: the worker, instead of that in the package.
 * @property {string} [base] Address or path of the folder with `pkg/` (default: the package's own).
 * @property {string} [voices] Address or path of a folder that holds one folder per voice (default: `base`/voices).
 * @property {(string | Source)[]} [sources] Where to fetch voices from, tried in order, instead of `voices`: the
 *   address of a folder that holds one folder per voice, or a `Source`.
 * @property {string} [revision] For sources that name none: see `Source`.
 * @property {import("./shared/protocol.js").Reading} [reading] Custom dictionary, emoji, figures, 啊 variants.
 * @property {number | "auto"} [workers] Engines that run in parallel, default 1; each has its own memory. A long text is
 *   spread over the idle ones. "auto": chosen by the machine's cores and memory, each started when first needed.
 * @property {Partial<import("./shared/limits.js").Limits>} [limits]
 * @property {boolean} [relaxed_simd] Whether the engine may use relaxed SIMD where the host has it, default true. Without
 *   it an engine is slower, and gives the same samples on every machine.
 * @property {Diagnostics} [diagnostics] Where logs, counts and alerts go; several Hanvox may share one. By default,
 *   warnings go to the console, and errors only to those who called.
 * @property {(progress: import("./shared/protocol.js").Progress) => void} [progressCallback]
 * @property {(progress: import("./shared/protocol.js").Progress) => void} [progress_callback] `progressCallback` by the
 *   name that transformers.js has for it.
 * @property {AbortSignal} [signal]
 */

/** @typedef {import("./store/sources.js").Source} Source */

/**
 * @typedef {object} Where What to load; absolute addresses.
 * @property {string} voice
 * @property {string} base
 * @property {string} voices
 * @property {readonly Source[]} sources
 * @property {Record<string, string>} [parts] Addresses of parts that are not at their paths in `base`.
 */

/**
 * @typedef {object} Parts
 * @property {Pool} pool
 * @property {EngineGauges} gauges
 * @property {import("./shared/protocol.js").VoiceInfo} voice
 * @property {Diagnostics} diagnostics
 * @property {import("./shared/limits.js").Limits} limits
 */

/** @typedef {import("./shared/protocol.js").SpokenAt} SpokenAt */
/** @typedef {import("./shared/subtitles.js").SubtitleOptions} SubtitleOptions */
/** @typedef {import("./shared/protocol.js").AudioWindow} AudioWindow */
/** @typedef {import("./spoken-part.js").SpokenPart} SpokenPart */

export class Hanvox {
  #pool;
  #gauges;
  #limits;
  #forget;

  /**
   * For the entry points of this package; call `Hanvox.fromPretrained` instead.
   * @param {Parts} parts
   */
  constructor({ pool, gauges, voice, diagnostics, limits }) {
    this.#pool = pool;
    this.#gauges = gauges;
    this.#limits = limits;
    this.voice = voice;
    this.diagnostics = diagnostics;
    this.#forget = diagnostics.log.onlevel((level) => {
      for (const client of pool.clients) client.setLogLevel(level);
    });
  }

  /**
   * Starts the engines and loads the voice into each of them.
   * @protected
   * @param {() => import("./client/worker-connection.js").WorkerLike} startWorker
   * @param {Where} where
   * @param {Options} options
   * @param {number} [automatic] The number of workers that "auto" means here.
   * @returns {Promise<Parts>}
   */
  static async load(startWorker, where, options, automatic = 1) {
    const { all, atOnce } = engineCounts(options.workers ?? 1, automatic);
    const diagnostics = options.diagnostics ?? (await Diagnostics.create({ level: "warning", console: UNTHROWN }));
    const limits = withDefaults(options.limits);
    const { chunk_ms, memory_bytes } = limits;
    const connect = () => new WorkerConnection(startWorker(), (record) => diagnostics.log.accept(record));
    const onstart = (/** @type {import("./shared/errors.js").ErrorCode | undefined} */ code) => {
      diagnostics.metrics.add("hanvox_engine_starts_total");
      if (code) diagnostics.metrics.add("hanvox_engine_restarts_total", { code });
    };
    const gauges = new EngineGauges(diagnostics.metrics, all);
    const clients = Array.from({ length: all }, (_, engine) => {
      const onmemory = (/** @type {number} */ bytes) => gauges.memory(engine, bytes);
      return new Client(connect, { chunk_ms, memory_bytes, onstart, onmemory });
    });
    for (const outcome of ["ok", "error", "canceled"])
      diagnostics.metrics.add("hanvox_requests_total", { voice: where.voice, outcome }, 0);
    try {
      const voice = await loadAll(clients, atOnce, where, { ...options, limits, diagnostics });
      const pool = new Pool(clients, limits, (load) => gauges.load(load));
      return { pool, gauges, voice, diagnostics, limits };
    } catch (thrown) {
      gauges.close();
      for (const client of clients) client.dispose();
      throw diagnostics.handle(thrown, { voice: where.voice });
    }
  }

  /**
   * Speaks a text, all of it in memory: about 96 KB per second of audio. For long texts use `stream`.
   * @param {string} text
   * @param {GenerateOptions} [options]
   */
  async generate(text, options) {
    const speech = await this.open(text, { ...options, pcm: true });
    const windows = [];
    for await (const window of speech) windows.push(window);
    return new Generated(speech, windows, { text: String(text), ...this.outlets });
  }

  /**
   * Speaks a text part by part, each as soon as it is made, and computed only as fast as the parts are consumed. A text
   * that is still being written, such as the answer of a chatbot, is spoken sentence by sentence as it grows.
   * @param {string | AsyncIterable<string>} text
   * @param {GenerateOptions & {pause_ms?: number}} [options] `pause_ms`: after so long without a further piece of the
   *   text, what there is of a sentence is spoken; default 1,000.
   * @returns {AsyncGenerator<SpokenPart, void, void>}
   */
  async *stream(text, { pause_ms, ...options } = {}) {
    const sentences = typeof text === "string" ? [{ text, start: 0 }] : sentencesOf(text, pause_ms);
    let time = 0;
    for await (const sentence of sentences) {
      const speech = await this.open(sentence.text, options).catch((thrown) => {
        // What follows must not be lost for a sentence in another script.
        if (typeof text === "string" || thrown.code !== "nothing-to-speak") throw thrown;
      });
      if (!speech) continue;
      for await (const part of partsOf(speech, sentence, time)) {
        yield part;
        time = part.time + part.audio.length / part.samplingRate;
      }
    }
  }

  /**
   * The lower level: a speech whose windows of samples are computed one by one on demand. It holds its engine
   * until it is read to the end, abandoned or closed.
   * @param {string} text
   * @param {GenerateOptions & {pcm?: boolean}} [options] `pcm`: windows also carry 16-bit PCM; `request`: its id.
   */
  async open(text, { signal, request, symbols = false, pcm = false, engines = Infinity, feed, ...options } = {}) {
    const trace = new RequestTrace(this.diagnostics, {
      voice: this.voice.id,
      text: String(text),
      symbols,
      id: request,
    });
    try {
      checkText(text, this.#limits.text, symbols);
      const lease = await this.#pool.acquire(signal);
      const spare = (/** @type {number} */ most) => this.#pool.spare(Math.min(most, engines - 1));
      return await Speech.open({ trace, text, options, symbols, pcm, signal }, { lease, spare, feed });
    } catch (thrown) {
      throw await trace.failed(thrown);
    }
  }

  /**
   * Changes how texts are read from now on; fails with `option-invalid` for a dictionary with a bad line.
   * @param {import("./shared/protocol.js").Reading} reading Replaces the one given before.
   */
  async setReading(reading) {
    // The first engine says what is wrong before another one has changed.
    const [first, ...others] = this.#pool.clients;
    await first.setReading(reading);
    await Promise.all(others.map((client) => client.setReading(reading)));
  }

  /**
   * The line as it is read aloud: numbers, dates and signs as words.
   * @param {string} line
   */
  normalize(line) {
    return this.#read("normalize", line);
  }

  /** @param {string} line */
  pinyin(line) {
    return this.#read("pinyin", line);
  }

  /**
   * What each stage made of a line, to explain its reading.
   * @param {string} line
   */
  explain(line) {
    return this.#read("explain", line);
  }

  /**
   * The input of the voice for a text: one line per chunk, with its index, a tab and its symbols (`{...} {...}`). With
   * the option `symbols`, such lines can be spoken.
   * @param {string} text
   * @param {import("./shared/protocol.js").SpeechOptions & {signal?: AbortSignal}} [options] Symbols for a voice with
   *   trained emotions include the `emotion`.
   */
  async symbols(text, { signal, ...options } = {}) {
    checkText(text, this.#limits.text);
    return this.#read("symbols", text, { options, signal });
  }

  /**
   * Starts one more of the engines that wait to be needed (`workers: "auto"`), and loads the voice into it. A speech that
   * is canceled leaves its engine in the middle of a window; the next one then doesn't wait for it.
   */
  async warm() {
    await this.#pool.warm();
  }

  /** Peak bytes of the engine's wasm memory. */
  async memory() {
    return /** @type {number} */ (await this.#first.call({ type: "memory" }));
  }

  /** Counts, times and sizes so far. */
  metrics() {
    return this.diagnostics.metrics.snapshot();
  }

  /** The same, in Prometheus text format. */
  metricsText() {
    return this.diagnostics.metrics.text();
  }

  /** Whether engines are paused after repeated failures: "broken" until the pause is over or `reset` is called. */
  get state() {
    return this.#pool.clients.every((client) => client.resting) ? "broken" : "ready";
  }

  /** Lets engines that failed repeatedly be tried again at once. */
  reset() {
    for (const client of this.#pool.clients) client.reset();
  }

  /** Where results go: set by the entry points. @protected @type {import("./generated.js").Outlets} */
  get outlets() {
    return {};
  }

  /** Stops the engines; pending calls fail with `canceled`. */
  dispose() {
    this.#forget();
    for (const client of this.#pool.clients) client.dispose();
    this.#gauges.close();
  }

  /**
   * @template {import("./shared/protocol.js").ReadCall} Call
   * @param {Call} call
   * @param {string} text
   * @param {{options?: import("./shared/protocol.js").SpeechOptions, signal?: AbortSignal}} [more]
   */
  async #read(call, text, { options, signal } = {}) {
    const answer = await this.#first.call({ type: "read", call, text, options }, { signal });
    return /** @type {import("./shared/protocol.js").Answer<Call>} */ (answer);
  }

  get #first() {
    return this.#pool.clients[0];
  }
}

/**
 * @param {Partial<import("./shared/limits.js").Limits>} [limits] Undefined ones keep their defaults.
 * @returns {import("./shared/limits.js").Limits}
 */
function withDefaults(limits = {}) {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return { ...LIMITS, ...Object.fromEntries(given) };
}

/**
 * @param {Client[]} clients
 * @param {number} atOnce How many of them load now; the others load before their first call.
 * @param {Where} where
 * @param {Options & {limits: import("./shared/limits.js").Limits, diagnostics: Diagnostics}} options
 */
async function loadAll(clients, atOnce, where, options) {
  const { reading, limits, diagnostics, signal, relaxed_simd } = options;
  const { memory_bytes } = limits;
  const log_level = diagnostics.log.level;
  const known = { ...where, reading, memory_bytes, log_level, relaxed_simd };
  const request = /** @type {const} */ ({ type: "load", build: BUILD.version, ...known });
  // Engines load the same files: the one that is ahead shows how far they are.
  let most = 0;
  const onprogress = (/** @type {import("./shared/protocol.js").Progress} */ progress) => {
    countProgress(diagnostics, progress);
    most = Math.max(most, progress.loaded ?? 0);
    progressCallbackOf(options)?.(progress.loaded === undefined ? progress : { ...progress, loaded: most });
  };
  const loads = clients.slice(0, atOnce).map((client) => client.call(request, { signal, onprogress }));
  for (const client of clients.slice(atOnce)) client.expect(request);
  const [voice] = await Promise.all(loads);
  return /** @type {import("./shared/protocol.js").VoiceInfo} */ (voice);
}

/**
 * @param {Diagnostics} diagnostics
 * @param {import("./shared/protocol.js").Progress} progress
 */
function countProgress(diagnostics, { status, fromCache, downloaded = 0, error }) {
  if (status === "warning" && error) diagnostics.handle(HanvoxError.fromJSON(error), { degraded: true });
  if (status !== "ready") return;
  diagnostics.metrics.add(fromCache ? "hanvox_cache_hits_total" : "hanvox_cache_misses_total");
  diagnostics.metrics.add("hanvox_download_bytes_total", {}, downloaded);
}

/** The console without errors that a caller catches, and without the alerts that it raises. */
const UNTHROWN = {
  error: (/** @type {string} */ line) => isThrown(line) || console.error(line),
  warn: (/** @type {string} */ line) => isThrown(line) || console.warn(line),
  info: console.info,
  debug: console.debug,
};

/** @param {string} line A record as JSON. */
function isThrown(line) {
  const { code, mended, degraded, rule } = JSON.parse(line);
  return rule !== undefined || (code !== undefined && !mended && !degraded);
}

/** @param {Options} options */
export function progressCallbackOf({ progressCallback, progress_callback }) {
  return progressCallback ?? progress_callback;
}

// `using tts = await Hanvox.fromPretrained()`
disposable(Hanvox.prototype, (/** @type {Hanvox} */ tts) => tts.dispose());
