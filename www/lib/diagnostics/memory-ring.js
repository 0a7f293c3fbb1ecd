/** The newest entries of a log, bounded by count and bytes. */

/** @typedef {{at: number, bytes: number, line: string}} Entry */

export class MemoryRing {
  /** @type {Entry[]} */ #entries = [];
  #bytes = 0;
  #limits;

  /** @param {{count: number, bytes: number}} limits */
  constructor(limits) {
    this.#limits = limits;
  }

  /** @param {Entry} entry */
  push(entry) {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    while (this.#entries.length > this.#limits.count || this.#bytes > this.#limits.bytes) {
      this.#bytes -= /** @type {Entry} */ (this.#entries.shift()).bytes;
    }
  }

  get count() {
    return this.#entries.length;
  }

  get bytes() {
    return this.#bytes;
  }

  /** Empties the ring and returns its entries. */
  take() {
    const entries = this.#entries;
    this.#entries = [];
    this.#bytes = 0;
    return entries;
  }

  /** Puts taken entries back; those added since are newer. @param {Entry[]} entries */
  restore(entries) {
    for (const entry of [...entries, ...this.take()]) this.push(entry);
  }

  lines() {
    return this.#entries.map(({ line }) => line);
  }
}
