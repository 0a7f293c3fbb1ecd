/**
 * One request from start to end, as diagnostics sees it: it ends once, with audio, with an error or
 * canceled, and is counted and logged then.
 */
import { HanvoxError } from "../shared/errors.js";
import { textFacts } from "../diagnostics/text-facts.js";
import { measure } from "../shared/limits.js";

/** @typedef {import("../diagnostics/diagnostics.js").Diagnostics} Diagnostics */

/**
 * @typedef {object} Spoken What is known when a speech ends.
 * @property {number} audio_s
 * @property {number} compute_s
 * @property {number} chunks
 * @property {number} retries
 */

export class RequestTrace {
  #diagnostics;
  #voice;
  #text;
  #symbols;
  #start = performance.now();
  /** @type {number | undefined} */ #firstSound;
  #memoryBytes = 0;
  #ended = false;

  /**
   * @param {Diagnostics} diagnostics
   * @param {{voice: string, text: string, symbols?: boolean, id?: string}} request
   */
  constructor(diagnostics, { voice, text, symbols, id = crypto.randomUUID() }) {
    this.#diagnostics = diagnostics;
    this.#voice = voice;
    this.#text = text;
    this.#symbols = symbols;
    this.id = id;
  }

  /** @param {number} [memoryBytes] The engine's, after a window. */
  sounded(memoryBytes) {
    this.#firstSound ??= performance.now() - this.#start;
    this.#memoryBytes = memoryBytes ?? this.#memoryBytes;
  }

  /** A fault is being retried. @param {HanvoxError} error */
  retries({ code }) {
    this.#diagnostics.metrics.add("hanvox_retries_total", { code });
  }

  /** The retry produced audio. @param {HanvoxError} error */
  mended(error) {
    this.#diagnostics.mended(error, { request: this.id, text: this.#text });
  }

  /** @param {Spoken} spoken */
  async spoken(spoken) {
    const facts = this.#finish(spoken);
    // Hashing a long text isn't free.
    if (!this.#diagnostics.log.enabled("info")) return;
    this.#diagnostics.log.write("info", "spoken", { ...facts, ...(await this.#textFacts()) });
  }

  /** The consumer stopped reading it. @param {Spoken} spoken */
  left(spoken) {
    if (this.#ended) return;
    const facts = this.#finish(spoken, "canceled");
    this.#diagnostics.log.write("info", "left before its end", facts);
  }

  /**
   * The error with the request's context, logged and counted.
   * @param {unknown} thrown
   * @param {Record<string, unknown>} [where] Chunk, offsets.
   * @returns {Promise<HanvoxError>}
   */
  async failed(thrown, where = {}) {
    const error = HanvoxError.from(thrown);
    if (this.#ended) return error;
    this.#finish({}, error.code);
    const elapsed_ms = Math.round(performance.now() - this.#start);
    const about = { request: this.id, voice: this.#voice, elapsed_ms, memory_bytes: this.#memoryBytes };
    error.context = { ...about, ...where, ...(await this.#textFacts()), ...error.context };
    return this.#diagnostics.handle(error, { request: this.id, text: this.#text });
  }

  /**
   * @param {Partial<Spoken>} spoken
   * @param {import("../shared/errors.js").ErrorCode} [code]
   */
  #finish(spoken, code) {
    this.#ended = true;
    const facts = {
      request: this.id,
      voice: this.#voice,
      duration_s: (performance.now() - this.#start) / 1000,
      first_sound_s: this.#firstSound === undefined ? undefined : this.#firstSound / 1000,
      memory_bytes: this.#memoryBytes,
      ...spoken,
    };
    this.#diagnostics.finished({ ...facts, code, characters: measure(this.#text, this.#symbols) });
    return facts;
  }

  #textFacts() {
    return textFacts(this.#text, { include: this.#diagnostics.log.includeText });
  }
}
