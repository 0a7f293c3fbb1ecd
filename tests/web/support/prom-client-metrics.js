/** The metrics as prom-client keeps and writes them, within the same bounds: the reference for our own text. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { METRICS } from "../../../www/lib/diagnostics/metrics.js";
import { CODES } from "../../../www/lib/shared/codes.js";

/** @typedef {Record<string, string | number>} Labels */

const MOST_SERIES = 100;
// Labels with a fixed set of values; those of the others come from outside.
const FIXED = ["outcome", "code", "severity", "status"];

export class PromClientMetrics {
  /** By metric. @type {Map<string, Set<string>>} */ #series = new Map(METRICS.map(({ name }) => [name, new Set()]));
  #registry = new Registry();
  /** @type {Map<string, any>} */ #instruments = new Map();

  constructor() {
    for (const { name, type, help, labels, buckets = [] } of METRICS) {
      const options = { name, help, labelNames: [...labels], registers: [this.#registry] };
      const Instrument = { counter: Counter, gauge: Gauge, histogram: Histogram }[type];
      this.#instruments.set(name, new Instrument({ ...options, buckets: [...buckets] }));
    }
    // The series that there are from the beginning.
    for (const code of Object.keys(CODES)) this.add("hanvox_errors_total", { code }, 0);
  }

  /** @param {string} name @param {Labels} [labels] @param {number} [n] */
  add(name, labels = {}, n = 1) {
    const instrument = this.#instruments.get(name);
    if (Number.isFinite(n) && (n >= 0 || instrument instanceof Gauge)) instrument.inc(this.#bounded(name, labels), n);
  }

  /** @param {string} name @param {Labels | undefined} labels @param {number} value */
  set(name, labels = {}, value) {
    if (Number.isFinite(value)) this.#instruments.get(name).set(this.#bounded(name, labels), value);
  }

  /** @param {string} name @param {Labels | undefined} labels @param {number} value */
  observe(name, labels = {}, value) {
    if (Number.isFinite(value)) this.#instruments.get(name).observe(this.#bounded(name, labels), value);
  }

  /** @param {string} name @param {Labels} labels */
  remove(name, labels) {
    this.#series.get(name)?.delete(JSON.stringify(labels));
    this.#instruments.get(name).remove(labels);
  }

  /** @param {string} name @param {Labels} labels */
  #bounded(name, labels) {
    const known = /** @type {Set<string>} */ (this.#series.get(name));
    const key = JSON.stringify(labels);
    if (!known.has(key) && known.size >= MOST_SERIES)
      return Object.fromEntries(
        Object.entries(labels).map(([label, value]) => [label, FIXED.includes(label) ? value : "other"]),
      );
    known.add(key);
    return labels;
  }

  text() {
    return this.#registry.metrics();
  }
}
