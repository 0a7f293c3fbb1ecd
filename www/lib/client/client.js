/**
 * The connection to one engine, which may crash, hang or run out of memory: calls run one by one, each with a
 * time limit, and a lost engine is replaced by a new one that loads its voice.
 */
import { Breaker } from "./breaker.js";
import { CODES } from "../shared/codes.js";
import { HanvoxError, canceled, throwIfCanceled } from "../shared/errors.js";
import { measure } from "../shared/limits.js";

/** @typedef {import("../shared/protocol.js").Request} Request */
/** @typedef {import("../shared/protocol.js").CallOptions} CallOptions */

/**
 * @typedef {object} Connection A live engine.
 * @property {(request: Request, options?: CallOptions) => Promise<unknown>} call
 * @property {(error: HanvoxError) => void} close
 * @property {HanvoxError | undefined} closed Why it ended, including when it died by itself.
 * @property {boolean} busy Whether it computes.
 */

/**
 * @typedef {object} ClientOptions
 * @property {number} chunk_ms Time limit for a window.
 * @property {number} [memory_bytes] Memory limit of the engine.
 * @property {Breaker} [breaker]
 * @property {(code?: import("../shared/errors.js").ErrorCode) => void} [onstart] With the code that ended the last engine.
 * @property {(bytes: number) => void} [onmemory] The engine's memory, after each window.
 */

// An idle engine that uses this share of its memory is replaced: wasm memory never shrinks.
const RELIEF = 0.75;
// Reading takes a fraction of this per character.
const OPEN_MS_PER_CHARACTER = 1;
// By then the voice comes from the store, within a second or two.
const RELOAD_MS = 60_000;

/** What was opened in an engine is lost with it. */
export class EngineLost extends Error {}

export class Client {
  #connect;
  #chunkMs;
  #memoryLimit;
  #memory = 0;
  #breaker;
  #onstart;
  #onmemory;
  #lastSpeech = 0;
  #engines = 0;
  /** Resolves when all calls so far are done. */ #turn = Promise.resolve();
  /** @type {Connection | undefined} */ #connection;
  /** @type {(Request & {type: "load"}) | undefined} */ #loaded;
  #disposed = false;

  /**
   * @param {() => Connection} connect
   * @param {ClientOptions} options
   */
  constructor(
    connect,
    { chunk_ms, memory_bytes = Infinity, breaker = new Breaker(), onstart = () => {}, onmemory = () => {} },
  ) {
    this.#connect = connect;
    this.#chunkMs = chunk_ms;
    this.#memoryLimit = memory_bytes;
    this.#breaker = breaker;
    this.#onstart = onstart;
    this.#onmemory = onmemory;
  }

  /** What a call would wait for: 0 nothing, 1 what the engine computes, 2 the start of an engine. */
  get delay() {
    const engine = this.#alive();
    if (!engine) return 2;
    return engine.busy ? 1 : 0;
  }

  /** Starts the engine and loads its voice, if it has none yet. */
  async warm() {
    if (!this.#alive()) await this.call({ type: "memory" });
  }

  /** A number for the next speech. */
  nextSpeech() {
    return ++this.#lastSpeech;
  }

  /**
   * @param {Request} request
   * @param {CallOptions} [options]
   * @returns {Promise<unknown>}
   */
  async call(request, options) {
    return (await this.callIn(undefined, request, options)).value;
  }

  /**
   * A call to a specific engine: `EngineLost` if it is gone. Resolves to the value and the engine's number.
   * @param {number | undefined} engine Undefined: any.
   * @param {Request} request
   * @param {CallOptions} [options]
   */
  callIn(engine, request, options = {}) {
    return this.#inTurn(options.signal, async () => {
      if (this.#disposed) throw disposed();
      throwIfCanceled(options.signal);
      if (engine !== undefined && !(this.#alive() && engine === this.#engines)) throw new EngineLost();
      return { value: await this.#run(request, options), engine: this.#engines };
    });
  }

  /**
   * Sets the voice that the engine loads when it first starts.
   * @param {Request & {type: "load"}} request
   */
  expect(request) {
    this.#loaded = request;
  }

  /**
   * Frees a speech's memory; if its engine is gone, there is nothing to free.
   * @param {number} speech
   */
  closeSpeech(speech) {
    this.#alive()
      ?.call({ type: "close", speech })
      .catch(() => {});
  }

  /**
   * Also applied to the engine when it next starts.
   * @param {import("../diagnostics/log.js").Level} level
   */
  setLogLevel(level) {
    if (this.#loaded) this.#loaded = { ...this.#loaded, log_level: level };
    this.#alive()
      ?.call({ type: "log", level })
      .catch(() => {});
  }

  /**
   * Applied to texts that are opened from now on, and to the engine when it next starts.
   * @param {import("../shared/protocol.js").Reading} reading
   */
  async setReading(reading) {
    // A dictionary that the engine refuses would keep the next one from starting.
    if (this.#alive()) await this.call({ type: "reading", reading });
    if (this.#loaded) this.#loaded = { ...this.#loaded, reading };
  }

  /** Called when no speech is open: replaces an engine whose memory has grown too large. */
  relieve() {
    if (this.#memory <= RELIEF * this.#memoryLimit) return;
    this.#memory = 0;
    this.#connection?.close(new HanvoxError("out-of-memory", "the engine was replaced for its memory"));
  }

  /** Whether it is pausing before it restarts an engine. */
  get resting() {
    return this.#breaker.open;
  }

  /** Lets the next call start an engine at once. */
  reset() {
    this.#breaker.success();
  }

  dispose() {
    this.#disposed = true;
    this.#connection?.close(disposed());
  }

  /**
   * @template T
   * @param {AbortSignal | undefined} signal
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #inTurn(signal, work) {
    const before = this.#turn;
    let end = () => {};
    this.#turn = new Promise((resolve) => (end = resolve));
    try {
      await abortable(before, signal);
      return await work();
    } finally {
      before.then(end);
    }
  }

  /**
   * @param {Request} request
   * @param {CallOptions} options
   */
  async #run(request, options) {
    const connection = this.#alive() ?? (await this.#start(request));
    const value = await this.#guarded(connection, request, options, this.#allowance(request));
    if (request.type === "load") this.#loaded = request;
    if (request.type === "next") this.#breaker.success();
    const { memory_bytes } = /** @type {{memory_bytes?: number}} */ (value ?? {});
    if (memory_bytes === undefined) return value;
    this.#memory = memory_bytes;
    this.#onmemory(memory_bytes);
    return value;
  }

  #alive() {
    return this.#connection?.closed ? undefined : this.#connection;
  }

  /**
   * @param {Request} request
   * @returns {Promise<Connection>}
   */
  async #start(request) {
    this.#breaker.check();
    const before = this.#connection?.closed;
    const connection = this.#connect();
    this.#connection = connection;
    this.#engines += 1;
    this.#onstart(before?.code);
    if (request.type !== "load" && this.#loaded) await this.#reload(connection, this.#loaded);
    return connection;
  }

  /**
   * @param {Connection} connection
   * @param {Request & {type: "load"}} request
   */
  async #reload(connection, request) {
    try {
      await this.#guarded(connection, request, {}, RELOAD_MS);
    } catch (thrown) {
      // Don't leave a half-loaded engine to the next call, which may well succeed.
      connection.close(HanvoxError.from(thrown));
      throw thrown;
    }
  }

  /**
   * A call with a time limit; closes an engine that is at fault.
   * @param {Connection} connection
   * @param {Request} request
   * @param {CallOptions} options
   * @param {number} allowance Milliseconds.
   */
  async #guarded(connection, request, options, allowance) {
    const timer = setTimeout(() => connection.close(timedOut(request, allowance)), Math.min(allowance, 2 ** 31 - 1));
    try {
      return await connection.call(request, options);
    } catch (thrown) {
      const error = HanvoxError.from(thrown);
      if (CODES[error.code].recovery === "replace") {
        connection.close(error);
        this.#breaker.fault(error);
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Time limit of a request in milliseconds. @param {Request} request */
  #allowance(request) {
    // A first load fetches a voice; stalled transfers have their own time limit.
    if (request.type === "load") return Infinity;
    const lines = request.type === "open" && request.symbols;
    const length = "text" in request ? measure(request.text, lines) : 0;
    return this.#chunkMs + OPEN_MS_PER_CHARACTER * length;
  }
}

function disposed() {
  return new HanvoxError("canceled", "this Hanvox was disposed of");
}

/**
 * @param {Request} request
 * @param {number} allowance
 */
function timedOut(request, allowance) {
  const call = "call" in request ? request.call : request.type;
  return new HanvoxError("synthesis-timeout", `the engine gave no answer to "${call}" in ${allowance} ms`, {
    context: { call, limit_ms: allowance },
  });
}

/**
 * @param {Promise<void>} promise
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function abortable(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(canceled(signal));
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
  });
}
