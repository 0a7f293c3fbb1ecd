/**
 * Metrics: what to measure, and a small registry that runs everywhere and returns the values as an
 * object or as Prometheus exposition text 0.0.4.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { CODES } from "../shared/codes.js";
import { HanvoxError } from "../shared/errors.js";

/**
 * @typedef {object} Metric
 * @property {string} name
 * @property {"counter" | "gauge" | "histogram"} type
 * @property {string} help
 * @property {readonly string[]} labels
 * @property {readonly number[]} [buckets] Upper bounds of a histogram, without infinity.
 */

/** @typedef {Record<string, string | number>} Labels */

/**
 * @typedef {object} Series The value of one metric with one set of labels.
 * @property {Record<string, string>} labels
 * @property {number} value For a histogram, the sum of the observations.
 * @property {number} [count] Histograms only: number of observations.
 * @property {Record<string, number>} [buckets] Histograms only: number of observations up to each bound.
 */

/** @typedef {Record<string, {type: Metric["type"], help: string, series: Series[]}>} Snapshot */

export const TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

// From a word on a fast machine to a page of text on a slow one; requests commonly take up to a minute.
const DURATION_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60];
// Below 1, speech is computed faster than it plays.
const RATIO = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 4];
// HTTP also has responses from memory: health, metrics, refusals.
const HTTP_S = [0.001, 0.005, 0.01, ...DURATION_S];

/** @type {readonly Metric[]} */
export const METRICS = [
  counter("hanvox_requests_total", "Speech requests that ended, by voice and outcome.", ["voice", "outcome"]),
  counter("hanvox_errors_total", "Errors handled, by code.", ["code"]),
  histogram("hanvox_request_duration_seconds", "Time from a speech request to its end.", [], DURATION_S),
  histogram("hanvox_first_sound_seconds", "Time from a speech request to its first samples.", [], DURATION_S),
  histogram("hanvox_real_time_factor", "Time to make speech, divided by its length.", [], RATIO),
  counter("hanvox_audio_seconds_total", "Seconds of speech made."),
  counter("hanvox_characters_total", "Characters of text in the requests that ended."),
  gauge("hanvox_requests_in_flight", "Speech requests at work."),
  gauge("hanvox_queue_depth", "Speech requests that wait for an engine."),
  gauge("hanvox_wasm_memory_bytes", "Memory of an engine; it never shrinks but by a restart.", ["engine"]),
  counter("hanvox_cache_hits_total", "Voices taken from the store of the device."),
  counter("hanvox_cache_misses_total", "Voices that had to be fetched."),
  counter("hanvox_download_bytes_total", "Bytes of voices and engine fetched."),
  counter("hanvox_engine_starts_total", "Engines started."),
  counter("hanvox_engine_restarts_total", "Engines replaced, by the code of the error.", ["code"]),
  counter("hanvox_retries_total", "Chunks tried again, by the code of the error.", ["code"]),
  counter("hanvox_alerts_total", "Alerts raised, by rule and severity.", ["rule", "severity"]),
  counter("hanvox_log_lost_total", "Log records that could not be stored."),
  counter("hanvox_http_requests_total", "Requests to the API, by route and status.", ["route", "status"]),
  histogram("hanvox_http_request_duration_seconds", "Time to answer a request to the API.", ["route"], HTTP_S),
];

/** @type {ReadonlyMap<string, Metric>} */
const BY_NAME = new Map(METRICS.map((metric) => [metric.name, metric]));

// Label values can come from outside (a voice's name): beyond this many series per metric, values of
// labels without a fixed set of values become "other".
const MAX_SERIES = 100;
const CLOSED = new Set(["outcome", "code", "severity", "status"]);
const OTHER = "other";

export class Metrics {
  /** @type {Map<string, Map<string, Series>>} */
  #series = new Map(METRICS.map(({ name }) => [name, new Map()]));

  constructor() {
    for (const { name, labels } of METRICS) if (labels.length === 0) this.#find(name, {});
    for (const code of Object.keys(CODES)) this.#find("hanvox_errors_total", { code });
  }

  /**
   * Adds to a counter or a gauge. A value that isn't a finite number is dropped, here and below: a
   * measurement must never fail a request.
   * @param {string} name
   * @param {Labels} [labels]
   * @param {number} [n] Not negative for a counter.
   */
  add(name, labels = {}, n = 1) {
    const { type } = metricOf(name, ["counter", "gauge"]);
    if (!Number.isFinite(n) || (type === "counter" && n < 0)) return;
    this.#find(name, labels).value += n;
  }

  /**
   * Sets a gauge.
   * @param {string} name
   * @param {Labels | undefined} labels
   * @param {number} value
   */
  set(name, labels = {}, value) {
    metricOf(name, ["gauge"]);
    if (!Number.isFinite(value)) return;
    this.#find(name, labels).value = value;
  }

  /**
   * Adds an observation to a histogram.
   * @param {string} name
   * @param {Labels | undefined} labels
   * @param {number} value
   */
  observe(name, labels = {}, value) {
    const { buckets = [] } = metricOf(name, ["histogram"]);
    if (!Number.isFinite(value)) return;
    const series = this.#find(name, labels);
    series.value += value;
    series.count = (series.count ?? 0) + 1;
    for (const bound of buckets) if (value <= bound && series.buckets) series.buckets[bound] += 1;
  }

  /**
   * Drops the series with these labels, such as the memory of an engine that ended.
   * @param {string} name
   * @param {Labels} labels
   */
  remove(name, labels) {
    const series = this.#series.get(name)?.get(keyOf(pick(name, labels)));
    if (!series) return;
    this.#series.get(name)?.delete(keyOf(series.labels));
  }

  /** @returns {Snapshot} */
  snapshot() {
    const entries = METRICS.map(({ name, type, help }) => [name, { type, help, series: this.#all(name) }]);
    return structuredClone(Object.fromEntries(entries));
  }

  /** @returns {Promise<string>} Prometheus exposition text. */
  async text() {
    return `${METRICS.map((metric) => toText(metric, this.#all(metric.name))).join("\n\n")}\n`;
  }

  /** The sum of a counter or gauge over all labels. @param {string} name */
  total(name) {
    return this.#all(name).reduce((sum, { value }) => sum + value, 0);
  }

  /** @param {string} name */
  #all(name) {
    return [...(this.#series.get(name)?.values() ?? [])];
  }

  /**
   * @param {string} name
   * @param {Labels} given
   * @returns {Series}
   */
  #find(name, given) {
    const all = /** @type {Map<string, Series>} */ (this.#series.get(name));
    const labels = pick(name, given);
    const known = all.get(keyOf(labels));
    if (known) return known;
    const bounded = all.size < MAX_SERIES ? labels : closed(labels);
    const series = all.get(keyOf(bounded)) ?? emptySeries(name, bounded);
    all.set(keyOf(bounded), series);
    return series;
  }
}

/**
 * @param {string} name
 * @param {string} help
 * @param {string[]} [labels]
 * @returns {Metric}
 */
function counter(name, help, labels = []) {
  return { name, type: "counter", help, labels };
}

/**
 * @param {string} name
 * @param {string} help
 * @param {string[]} [labels]
 * @returns {Metric}
 */
function gauge(name, help, labels = []) {
  return { name, type: "gauge", help, labels };
}

/**
 * @param {string} name
 * @param {string} help
 * @param {string[]} labels
 * @param {number[]} buckets
 * @returns {Metric}
 */
function histogram(name, help, labels, buckets) {
  return { name, type: "histogram", help, labels, buckets };
}

/**
 * @param {string} name
 * @param {Metric["type"][]} types
 */
function metricOf(name, types) {
  const metric = BY_NAME.get(name);
  if (metric && types.includes(metric.type)) return metric;
  throw new HanvoxError("option-invalid", `there is no ${types.join(" or ")} "${name}"`);
}

/**
 * The metric's labels, in its own order.
 * @param {string} name
 * @param {Labels} given
 * @returns {Record<string, string>}
 */
function pick(name, given) {
  const labels = BY_NAME.get(name)?.labels ?? [];
  return Object.fromEntries(labels.map((label) => [label, String(given[label] ?? "")]));
}

/** @param {Record<string, string>} labels */
function keyOf(labels) {
  return JSON.stringify(Object.values(labels));
}

/**
 * @param {string} name
 * @param {Record<string, string>} labels
 * @returns {Series}
 */
function emptySeries(name, labels) {
  const { buckets } = /** @type {Metric} */ (BY_NAME.get(name));
  if (!buckets) return { labels, value: 0 };
  return { labels, value: 0, count: 0, buckets: Object.fromEntries(buckets.map((bound) => [bound, 0])) };
}

/**
 * @param {Metric} metric
 * @param {Series[]} series
 */
function toText({ name, type, help, buckets }, series) {
  const lines = series.flatMap((each) =>
    buckets ? histogramLines(name, buckets, each) : line(name, each.labels, each.value),
  );
  return [`# HELP ${name} ${escapeText(help)}`, `# TYPE ${name} ${type}`, ...lines].join("\n");
}

/**
 * @param {string} name
 * @param {readonly number[]} bounds
 * @param {Series} series
 */
function histogramLines(name, bounds, { labels, value, count = 0, buckets = {} }) {
  return [
    ...bounds.map((bound) => line(`${name}_bucket`, { le: String(bound), ...labels }, buckets[bound])),
    line(`${name}_bucket`, { le: "+Inf", ...labels }, count),
    line(`${name}_sum`, labels, value),
    line(`${name}_count`, labels, count),
  ];
}

/**
 * @param {string} name
 * @param {Record<string, string>} labels
 * @param {number} value
 */
function line(name, labels, value) {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`;
}

/** @param {string} text */
function escapeText(text) {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** @param {string} text */
function escapeLabel(text) {
  return escapeText(text).replaceAll('"', '\\"');
}

/** @param {Record<string, string>} labels */
function closed(labels) {
  const entries = Object.entries(labels);
  return Object.fromEntries(entries.map(([label, value]) => [label, CLOSED.has(label) ? value : OTHER]));
}
