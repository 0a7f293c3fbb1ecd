/** Metrics for Node: those of every host and, if asked for, the figures of the process by prom-client. */
import { Registry, collectDefaultMetrics } from "prom-client";
import { Metrics } from "../diagnostics/metrics.js";

export class PrometheusMetrics extends Metrics {
  /** @type {Registry | undefined} */ #process;

  /** @param {{process?: boolean}} [options] `process`: also the figures of the Node process. */
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
