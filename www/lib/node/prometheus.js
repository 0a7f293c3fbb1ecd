/** Metrics for Node: those of every host and, on request, the process metrics of prom-client. */
import { Registry, collectDefaultMetrics } from "prom-client";
import { Metrics } from "../diagnostics/metrics.js";

export class PrometheusMetrics extends Metrics {
  /** @type {Registry | undefined} */ #process;

  /** @param {{process?: boolean}} [options] `process`: include the Node process's metrics. */
  constructor({ process = false } = {}) {
    super();
    if (!process) return;
    this.#process = new Registry();
    collectDefaultMetrics({ register: this.#process });
  }

  /** @override */
  async text() {
    const own = await super.text();
    return this.#process ? `${own}\n${await this.#process.metrics()}` : own;
  }
}
