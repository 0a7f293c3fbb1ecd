/**
 * Structured logging: one JSON object per console line. An error is logged once, by the code that
 * handles it; code that passes it on doesn't log it.
 */
import { HanvoxError, placeOf } from "../shared/errors.js";
import { withoutText } from "./text-facts.js";

/** @typedef {import("../shared/protocol.js").LogLevel} LogLevel */
/** @typedef {import("../shared/protocol.js").Level} Level */
/** @typedef {import("../shared/protocol.js").LogRecord} LogRecord */
/** @typedef {Record<string, unknown>} Fields */
/** @typedef {(record: LogRecord) => void} Sink */
/** @typedef {Pick<Console, "error" | "warn" | "info" | "debug">} ConsoleLike */

/**
 * @typedef {object} LogOptions
 * @property {LogLevel | "off"} [level]
 * @property {boolean | ConsoleLike} [console] Where the lines go; Node's console prints "info" to stdout.
 * @property {Sink[]} [sinks]
 * @property {boolean} [includeText] The user allows records to quote the spoken text.
 */

/** @typedef {{end: (fields?: Fields) => void}} Span */

const RANKS = { off: 0, error: 1, warning: 2, info: 3, debug: 4 };
const METHODS = /** @type {const} */ ({ error: "error", warning: "warn", info: "info", debug: "debug" });
// Length of a message in a record that had to be shortened.
const BRIEF = 1000;
/** Maximum UTF-16 units of a stored line: one record must not push all others out of a ring. */
export const MAX_STORED = 64 * 1024;
/** @type {Span} */
const NO_SPAN = { end() {} };

/**
 * @param {unknown} level
 * @returns {number} From 0 for "off" to 4 for "debug".
 */
export function rankOf(level) {
  if (typeof level === "string" && Object.hasOwn(RANKS, level)) return RANKS[/** @type {LogLevel} */ (level)];
  const message = `the level is one of ${Object.keys(RANKS).join(", ")}`;
  throw new HanvoxError("option-invalid", message, { context: { option: "level", value: String(level) } });
}

/** What a log and its derived logs share. */
class Core {
  /** @type {Set<Sink>} */ sinks = new Set();
  /** @type {Set<(level: LogLevel | "off") => void>} */ levelListeners = new Set();
  /** @type {WeakSet<Sink>} */ faulty = new WeakSet();
  /** @type {WeakSet<object>} */ seen = new WeakSet();
  rank = 0;
  /** @type {boolean | ConsoleLike} */ console = true;
  includeText = false;
}

export class Log {
  #core = new Core();
  /** @type {Fields} */ #fields = {};

  /** @param {LogOptions} [options] */
  constructor({ level = "info", console = true, sinks = [], includeText = false } = {}) {
    this.level = level;
    this.console = console;
    this.includeText = includeText;
    for (const sink of sinks) this.addSink(sink);
  }

  /** @returns {LogLevel | "off"} */
  get level() {
    const level = Object.keys(RANKS)[this.#core.rank];
    return /** @type {LogLevel | "off"} */ (level);
  }

  set level(level) {
    this.#core.rank = rankOf(level);
    for (const listener of this.#core.levelListeners) listener(level);
  }

  /**
   * Reports level changes, for logs elsewhere that follow this one.
   * @param {(level: LogLevel | "off") => void} listener
   * @returns {() => void} Removes the listener.
   */
  onlevel(listener) {
    this.#core.levelListeners.add(listener);
    return () => void this.#core.levelListeners.delete(listener);
  }

  get console() {
    return this.#core.console;
  }

  set console(console) {
    this.#core.console = console;
  }

  get includeText() {
    return this.#core.includeText;
  }

  set includeText(include) {
    this.#core.includeText = include;
  }

  /** @param {LogLevel} level */
  enabled(level) {
    return RANKS[level] <= this.#core.rank;
  }

  /**
   * @param {LogLevel} level
   * @param {string} message
   * @param {Fields} [fields]
   */
  write(level, message, fields) {
    if (RANKS[level] > this.#core.rank) return;
    const place = fields?.module === undefined ? placeOf(new Error().stack) : undefined;
    this.#emit({ timestamp: new Date().toISOString(), level, message, ...place, ...this.#fields, ...fields });
  }

  /**
   * Writes an error, but never the same one twice. A field `text` is the text of the request: it is not
   * recorded, and where the error quotes it, only the length is kept.
   * @param {unknown} thrown
   * @param {Fields} [fields] `level` overrides the error's own.
   * @returns {boolean} False if it was already written.
   */
  error(thrown, { text, ...fields } = {}) {
    const error = HanvoxError.from(thrown);
    if (this.#core.seen.has(keyOf(thrown, error))) return false;
    for (const key of [error, keyOf(thrown, error)]) this.#core.seen.add(key);
    const level = /** @type {LogLevel} */ (fields.level ?? error.level);
    if (!this.enabled(level)) return true;
    this.write(level, ...this.#facts(error, text, fields));
    return true;
  }

  /**
   * @param {HanvoxError} error
   * @param {unknown} text
   * @param {Fields} fields
   * @returns {[string, Fields]} The message and the fields of its record.
   */
  #facts(error, text, fields) {
    const { name: _, message, context, cause, ...rest } = error.toJSON();
    const shown = this.shown({ message, context, cause }, text);
    const request = context.request === undefined ? {} : { request: context.request };
    return [shown.message, { ...rest, ...request, context: shown.context, cause: shown.cause, ...fields }];
  }

  /**
   * A message, or data that contains messages, in the form that may be recorded.
   * @template T
   * @param {T} value
   * @param {unknown} text The text of the request, if any.
   * @returns {T}
   */
  shown(value, text) {
    return typeof text !== "string" || this.includeText ? value : withoutText(value, text);
  }

  /**
   * The same log with fields added to every record, such as `request`.
   * @param {Fields} fields
   */
  with(fields) {
    const view = new Log();
    view.#core = this.#core;
    view.#fields = { ...this.#fields, ...fields };
    return view;
  }

  /**
   * Passes on a record made elsewhere, in a worker or in Rust, unchanged.
   * @param {LogRecord} record
   */
  accept(record) {
    if (this.enabled(record.level)) this.#emit(record);
  }

  /**
   * Measures a piece of work and logs its duration as a "debug" record at the end.
   * @param {string} name
   * @param {Fields} [fields]
   * @returns {Span}
   */
  span(name, fields) {
    if (!this.enabled("debug")) return NO_SPAN;
    const start = performance.now();
    return {
      end: (more) => {
        const duration_ms = Math.round((performance.now() - start) * 1000) / 1000;
        this.write("debug", name, { duration_ms, ...fields, ...more });
      },
    };
  }

  /**
   * @param {Sink} sink
   * @returns {() => void} Removes the sink.
   */
  addSink(sink) {
    this.#core.sinks.add(sink);
    return () => void this.#core.sinks.delete(sink);
  }

  /** @param {LogRecord} record */
  #emit(record) {
    this.#print(record);
    for (const sink of this.#core.sinks) {
      try {
        sink(record);
      } catch (cause) {
        this.#reportSink(sink, cause);
      }
    }
  }

  /** @param {LogRecord} record */
  #print(record) {
    const to = this.#core.console === true ? globalThis.console : this.#core.console;
    if (to) to[METHODS[record.level]](toLine(record));
  }

  /**
   * Reports only to the console, and only once: a failing sink must not affect the others.
   * @param {Sink} sink
   * @param {unknown} cause
   */
  #reportSink(sink, cause) {
    if (this.#core.faulty.has(sink)) return;
    this.#core.faulty.add(sink);
    const timestamp = new Date().toISOString();
    this.#print({ timestamp, level: "error", message: "a sink of the log failed", cause });
  }
}

/** The log of this thread's library code; its owner sets the level and adds the sinks. */
export const log = new Log();

/**
 * A record as one line of JSON, without the newline. Fields that JSON can't represent, or that make the line
 * longer than `most` UTF-16 units, never cost the record: it is written without them.
 * @param {LogRecord} record
 * @param {number} [most]
 * @returns {string}
 */
export function toLine(record, most = Number.POSITIVE_INFINITY) {
  try {
    const line = JSON.stringify(record, plainValue);
    if (line.length <= most) return line;
  } catch {
    // A circular reference or a failing toJSON.
  }
  const { timestamp, level, message, code, module, funcName, lineno } = record;
  const short = message.slice(0, BRIEF);
  return JSON.stringify({ timestamp, level, message: short, code, module, funcName, lineno, omitted: true });
}

/**
 * @param {string} _
 * @param {unknown} value
 */
function plainValue(_, value) {
  if (typeof value === "bigint") return String(value);
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, cause: value.cause };
}

/**
 * The identity of an error: the thrown value itself, even if it is not a HanvoxError and is converted each time.
 * @param {unknown} thrown
 * @param {HanvoxError} error
 * @returns {object}
 */
export function keyOf(thrown, error) {
  return typeof thrown === "object" && thrown !== null ? thrown : error;
}
