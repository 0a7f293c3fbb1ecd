/**
 * Receives every error and every finished request: logs them once, counts them, matches them against the
 * alert rules, and keeps them for inspection. Everything kept in memory is bounded.
 */
import { asyncDisposable } from "../shared/disposable.js";
import { HanvoxError } from "../shared/errors.js";
import { Alerts } from "./alerts.js";
import { Log, keyOf } from "./log.js";
import { Metrics } from "./metrics.js";
import { openLogStore } from "./log-store.js";
import { Statistics } from "./statistics.js";

/** @typedef {import("./log.js").LogRecord} LogRecord */
/** @typedef {import("./alerts.js").Alert} Alert */

/** @typedef {import("./log-store.js").LogStore} LogStore */
/** @typedef {import("./record-filter.js").RecordFilter} RecordFilter */

/**
 * @typedef {object} Finished A speech request that ended in any way.
 * @property {string} voice
 * @property {string} [code] Of the error that ended it.
 * @property {number} duration_s From the request to its end.
 * @property {number} [first_sound_s] From the request to its first samples.
 * @property {number} [audio_s] Length of the audio produced.
 * @property {number} [compute_s] Time the engine spent on it (default: the duration).
 * @property {number} [characters] Of its text.
 * @property {number} [memory_bytes] Of its engine.
 */

/**
 * @typedef {object} Point A finished request as a point in a chart.
 * @property {number} at Milliseconds.
 * @property {number} duration_s
 * @property {number} [first_sound_s]
 * @property {number} [rtf]
 * @property {number} [audio_s]
 * @property {number} [memory_bytes]
 * @property {string} [code]
 */

/**
 * @typedef {object} CreateOptions
 * @property {import("./log.js").LogLevel | "off"} [level]
 * @property {import("./log.js").LogOptions["console"]} [console]
 * @property {boolean} [includeText] The user allows records to quote the spoken text.
 * @property {Log} [log] Instead of a new one; its owner then sets the three options above.
 * @property {LogStore | boolean} [store] Default: IndexedDB, if available.
 * @property {import("./alerts.js").Rule[]} [rules] Default: the stored ones, or else the package's.
 * @property {import("./alerts.js").RuleStorage} [storage] Keeps the rules.
 * @property {Metrics} [metrics]
 * @property {() => number} [now] Milliseconds since 1970.
 */

const RECENT = 200;
const SERIES = 300;

export class Diagnostics extends EventTarget {
  /** @type {LogRecord[]} */ #recent = [];
  /** @type {Point[]} */ #series = [];
  /** @type {WeakMap<object, HanvoxError>} */ #handled = new WeakMap();
  #requests;
  #now;
  #removeSink;

  /**
   * Use `Diagnostics.create`.
   * @param {{log: Log, metrics: Metrics, alerts: Alerts, store?: LogStore, now: () => number}} parts
   */
  constructor({ log, metrics, alerts, store, now }) {
    super();
    this.log = log;
    this.metrics = metrics;
    this.alerts = alerts;
    this.store = store;
    /** Errors by code over sliding windows. */
    this.statistics = new Statistics({ now });
    this.#requests = new Statistics({ now });
    this.#now = now;
    this.#removeSink = log.addSink((record) => this.#keep(record));
  }

  /** @param {CreateOptions} [options] */
  static async create(options = {}) {
    const { level, console, includeText, rules, storage, now = Date.now } = options;
    const { log = new Log({ level, console, includeText }), metrics = new Metrics() } = options;
    const alerts = new Alerts({ rules, storage, now });
    const store = openStore(options.store, log);
    const diagnostics = new Diagnostics({ log, metrics, alerts, store, now });
    // Broken stored rules are no reason to have none: keep the given ones.
    if (!rules) await alerts.load().catch((error) => diagnostics.handle(error));
    return diagnostics;
  }

  /**
   * Handles an error: logs and counts it, and raises any alerts that are due. A repeated error is only
   * returned, so call it wherever an error passes.
   * @param {unknown} thrown
   * @param {import("./log.js").Fields} [fields] For the record, such as request and chunk. A field `text`
   *   is the text of the request, which is hidden where the error quotes it.
   * @returns {HanvoxError} To rethrow.
   */
  handle(thrown, fields = {}) {
    const known = this.#handled.get(/** @type {object} */ (thrown));
    if (known) return known;
    const error = HanvoxError.from(thrown);
    this.#handled.set(keyOf(thrown, error), error).set(error, error);
    this.log.error(error, fields);
    this.#count(error, fields);
    return error;
  }

  /**
   * Records a fault that a retry recovered from: a warning in the log and a match for the alerts, but no failed
   * request.
   * @param {HanvoxError} error
   * @param {import("./log.js").Fields} [fields] As for `handle`.
   */
  mended(error, fields = {}) {
    this.log.error(error, { level: "warning", mended: true, ...fields });
    this.#alert(error, fields);
  }

  /** @param {Finished} request */
  finished({ voice, code, duration_s, first_sound_s, audio_s = 0, compute_s, characters = 0, memory_bytes }) {
    const outcome = code === undefined ? "ok" : code === "canceled" ? "canceled" : "error";
    const rtf = audio_s > 0 ? (compute_s ?? duration_s) / audio_s : undefined;
    this.metrics.add("hanvox_requests_total", { voice, outcome });
    this.metrics.add("hanvox_audio_seconds_total", {}, audio_s);
    this.metrics.add("hanvox_characters_total", {}, characters);
    this.#requests.add(outcome);
    if (outcome !== "canceled") {
      // How long the user waited before stopping it says nothing about the engine.
      this.metrics.observe("hanvox_request_duration_seconds", {}, duration_s);
      this.#requests.add("seconds", duration_s);
    }
    if (first_sound_s !== undefined) this.metrics.observe("hanvox_first_sound_seconds", {}, first_sound_s);
    if (rtf !== undefined) this.metrics.observe("hanvox_real_time_factor", {}, rtf);
    const point = { at: this.#now(), duration_s, first_sound_s, rtf, audio_s, memory_bytes, code };
    push(this.#series, point, SERIES);
  }

  /** The last records, oldest first. */
  recent() {
    return [...this.#recent];
  }

  /** The last finished requests, oldest first. */
  series() {
    return [...this.#series];
  }

  /**
   * The data for a chart of the last seconds. A canceled request counts as a request, not as an error.
   * @param {number} [window_s] Up to 3,600.
   */
  derived(window_s = 60) {
    const { ok = 0, error = 0, canceled = 0, seconds = 0 } = this.#requests.counts(window_s);
    const ended = ok + error;
    return {
      qps: (ended + canceled) / window_s,
      mean_latency_s: ended > 0 ? seconds / ended : 0,
      error_rate: ended > 0 ? error / ended : 0,
    };
  }

  /** Stores pending records, and detaches from the log and the store. */
  async close() {
    this.#removeSink();
    await this.store?.close();
  }

  /**
   * @param {HanvoxError} error
   * @param {import("./log.js").Fields} fields
   */
  #count(error, fields) {
    this.metrics.add("hanvox_errors_total", { code: error.code });
    this.statistics.add(error.code);
    this.#alert(error, fields);
  }

  /**
   * @param {HanvoxError} error
   * @param {import("./log.js").Fields} fields
   */
  #alert(error, fields) {
    const { code, level } = error;
    const message = this.log.shown(error.message, fields.text);
    for (const alert of this.alerts.observe({ code, level, message, at: this.#now() })) this.#raise(alert);
  }

  /**
   * The record has no `code`: each error has exactly one record with its code.
   * @param {Alert} alert
   */
  #raise(alert) {
    const { rule, severity, code, count, advice } = alert;
    this.metrics.add("hanvox_alerts_total", { rule, severity });
    this.log.write("warning", `alert: ${rule}`, { rule, severity, error: code, count, advice });
    this.dispatchEvent(new CustomEvent("alert", { detail: alert }));
  }

  /** @param {LogRecord} record */
  #keep(record) {
    push(this.#recent, record, RECENT);
    this.store?.append(record);
    this.dispatchEvent(new CustomEvent("record", { detail: record }));
  }
}

/**
 * @param {LogStore | boolean | undefined} store
 * @param {Log} log
 */
function openStore(store = Boolean(globalThis.indexedDB), log) {
  if (typeof store !== "boolean") return store;
  return store ? openLogStore({ onfault: (error) => log.error(error) }) : undefined;
}

/**
 * @template T
 * @param {T[]} list
 * @param {T} item
 * @param {number} most
 */
function push(list, item, most) {
  list.push(item);
  if (list.length > most) list.shift();
}

asyncDisposable(Diagnostics.prototype, (/** @type {Diagnostics} */ diagnostics) => diagnostics.close());
