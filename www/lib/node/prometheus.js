/** Metrics for Node: the same values, with the exposition text by prom-client. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import { METRICS, Metrics } from "../diagnostics/metrics.js";

/** @typedef {Counter | Gauge | Histogram} Instrument */

export class PrometheusMetrics extends Metrics {
  #registry = new Registry();
  /** @type {Map<string, Instrument>} */ #instruments = new Map();

  /** @param {{process?: boolean}} [options] `process`: also the figures of the Node process. */
  constructor({ process = false } = {}) {
    super();
    for (const metric of METRICS) this.#instruments.set(metric.name, instrument(metric, this.#registry));
    // The series that every metric starts with.
    for (const [name, { series }] of Object.entries(this.snapshot())) {
      for (const { labels, value, count } of series) if (count === undefined) this.added(name, labels, value);
    }
    if (process) collectDefaultMetrics({ register: this.#registry });
  }

  text() {
    return this.#registry.metrics();
  }

  /** @param {string} name @param {Record<string, string>} labels @param {number} n @override */
  added(name, labels, n) {
    /** @type {Counter | Gauge} */ (this.#instruments.get(name)).inc(labels, n);
  }

  /** @param {string} name @param {Record<string, string>} labels @param {number} value @override */
  wasSet(name, labels, value) {
    /** @type {Gauge} */ (this.#instruments.get(name)).set(labels, value);
  }

  /** @param {string} name @param {Record<string, string>} labels @param {number} value @override */
  observed(name, labels, value) {
    /** @type {Histogram} */ (this.#instruments.get(name)).observe(labels, value);
  }

  /** @param {string} name @param {Record<string, string>} labels @override */
  removed(name, labels) {
    this.#instruments.get(name)?.remove(labels);
  }
}

/**
 * @param {import("../diagnostics/metrics.js").Metric} metric
 * @param {Registry} registry
 * @returns {Instrument}
 */
function instrument({ name, type, help, labels, buckets = [] }, registry) {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === "histogram") return new Histogram({ ...options, buckets: [...buckets] });
  return type === "gauge" ? new Gauge(options) : new Counter(options);
}
