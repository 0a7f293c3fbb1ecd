/** The records that the log shows: the kept ones, then every new one, never more than a bound. */
import { merged } from "./log-filter.js";

/** @typedef {import("../../lib/diagnostics/log.js").LogRecord} LogRecord */
/** @typedef {import("../../lib/diagnostics/diagnostics.js").Diagnostics} Diagnostics */

const MAX_RECORDS = 5000;

export class LogModel {
  #diagnostics;
  /** @type {LogRecord[]} Oldest first. */ records = [];
  /** @type {LogRecord[] | undefined} What came while the kept ones are read. */ #early;
  #onrecord = (/** @type {any} */ event) => this.#take(event.detail);

  /**
   * @param {Diagnostics} diagnostics
   * @param {{onrecord: (record: LogRecord) => void, onreset: () => void}} how
   */
  constructor(diagnostics, { onrecord, onreset }) {
    this.#diagnostics = diagnostics;
    this.onrecord = onrecord;
    this.onreset = onreset;
  }

  async start() {
    this.#early = [];
    this.#diagnostics.addEventListener("record", this.#onrecord);
    const kept = await this.#kept();
    this.records = merged(kept, this.#early).slice(-MAX_RECORDS);
    this.#early = undefined;
    this.onreset();
  }

  stop() {
    this.#diagnostics.removeEventListener("record", this.#onrecord);
  }

  async clear() {
    await this.#diagnostics.store?.clear();
    this.records = [];
    this.onreset();
  }

  /** @returns {Promise<LogRecord[]>} */
  async #kept() {
    const { store } = this.#diagnostics;
    if (!store) return [...this.#diagnostics.recent()];
    await store.flush();
    return store.all({ limit: MAX_RECORDS });
  }

  /** @param {LogRecord} record */
  #take(record) {
    if (this.#early) return this.#early.push(record);
    this.records.push(record);
    // In steps, because each cut moves all that stay.
    if (this.records.length > MAX_RECORDS * 1.1) this.records.splice(0, this.records.length - MAX_RECORDS);
    return this.onrecord(record);
  }
}
