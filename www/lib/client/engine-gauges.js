/** The gauges of engines, right also where several Hanvox share one registry of metrics. */

/** @typedef {import("../diagnostics/metrics.js").Metrics} Metrics */

const MEMORY = "hanvox_wasm_memory_bytes";

/** Numbers of engines that are in use. @type {WeakMap<Metrics, Set<number>>} */
const taken = new WeakMap();

export class EngineGauges {
  #metrics;
  /** The label of each engine. @type {number[]} */ #numbers = [];
  #load = { speeches: 0, waiting: 0 };
  #closed = false;

  /**
   * @param {Metrics} metrics
   * @param {number} engines
   */
  constructor(metrics, engines) {
    this.#metrics = metrics;
    const used = taken.get(metrics) ?? new Set();
    taken.set(metrics, used);
    for (let number = 0; this.#numbers.length < engines; number += 1) {
      if (used.has(number)) continue;
      used.add(number);
      this.#numbers.push(number);
    }
  }

  /**
   * @param {number} engine From 0.
   * @param {number} bytes
   */
  memory(engine, bytes) {
    if (this.#closed) return;
    this.#metrics.set(MEMORY, { engine: String(this.#numbers[engine]) }, bytes);
  }

  /** @param {{speeches: number, waiting: number}} load */
  load(load) {
    if (this.#closed) return;
    this.#metrics.add("hanvox_requests_in_flight", {}, load.speeches - this.#load.speeches);
    this.#metrics.add("hanvox_queue_depth", {}, load.waiting - this.#load.waiting);
    this.#load = load;
  }

  /** The engines are no more. */
  close() {
    this.load({ speeches: 0, waiting: 0 });
    this.#closed = true;
    for (const number of this.#numbers.splice(0)) {
      taken.get(this.#metrics)?.delete(number);
      this.#metrics.remove(MEMORY, { engine: String(number) });
    }
  }
}
