/** The records that the log shows: the stored ones, then each new one, up to a limit. */
import { merged } from "./log-filter.js";

/** @typedef {import("../../lib/diagnostics/log.js").LogRecord} LogRecord */
/** @typedef {import("../../lib/diagnostics/diagnostics.js").Diagnostics} Diagnostics */

const MAX_RECORDS = 5000;

export class LogModel {
  #diagnostics;
  /** @type {LogRecord[]} Oldest first. */ records = [];
  /** @type {LogRecord[] | undefined} Arrived while the stored ones are being read. */ #early;
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
    /** @type {LogRecord[]} */
    const early = [];
    this.#early = early;
    this.#diagnostics.addEventListener("record", this.#onrecord);
    const kept = await this.#kept();
    // It was stopped and restarted in the meantime.
    if (this.#early !== early) return;
    this.records = merged(kept, early).slice(-MAX_RECORDS);
    this.#early = undefined;
    this.onreset();
  }

  stop() {
    this.#early = undefined;
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
    try {
      await store?.flush();
      return (await store?.all({ limit: MAX_RECORDS })) ?? this.#diagnostics.recent();
    } catch (error) {
      this.#diagnostics.handle(error, { action: "reading of the log" });
      return this.#diagnostics.recent();
    }
  }

  /** @param {LogRecord} record */
  #take(record) {
    if (this.#early) return this.#early.push(record);
    this.records.push(record);
    // In batches, because each cut moves all remaining records.
    if (this.records.length > MAX_RECORDS * 1.1) this.records.splice(0, this.records.length - MAX_RECORDS);
    return this.onrecord(record);
  }
}
