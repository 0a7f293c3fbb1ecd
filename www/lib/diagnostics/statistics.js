/** Counts over a sliding window, in one-second buckets: the cost depends on time, not on the number of events. */

const BUCKET_MS = 1000;

export class Statistics {
  /** @type {{second: number, counts: Map<string, number>}[]} Oldest first. */ #buckets = [];
  /** @type {Map<string, number>} */ #totals = new Map();
  #keep;
  #now;

  /** @param {{keep_s?: number, now?: () => number}} [options] `keep_s`: the longest window that can be queried. */
  constructor({ keep_s = 3600, now = Date.now } = {}) {
    this.#keep = keep_s;
    this.#now = now;
  }

  /**
   * @param {string} key One of a small set, such as an error code.
   * @param {number} [count]
   * @param {number} [at] Milliseconds; anything older than the last event is counted with it.
   */
  add(key, count = 1, at = this.#now()) {
    const { counts } = this.#bucket(Math.floor(at / BUCKET_MS));
    counts.set(key, (counts.get(key) ?? 0) + count);
    this.#totals.set(key, (this.#totals.get(key) ?? 0) + count);
  }

  /**
   * Counts by key over the last `window_s` seconds, including the current one.
   * @param {number} [window_s] Default: since the start.
   * @returns {Record<string, number>}
   */
  counts(window_s) {
    if (window_s === undefined) return Object.fromEntries(this.#totals);
    const after = Math.floor(this.#now() / BUCKET_MS) - window_s;
    /** @type {Record<string, number>} */
    const sums = {};
    for (let index = this.#buckets.length - 1; index >= 0; index -= 1) {
      const { second, counts } = this.#buckets[index];
      if (second <= after) break;
      for (const [key, count] of counts) sums[key] = (sums[key] ?? 0) + count;
    }
    return sums;
  }

  /** @param {number} second */
  #bucket(second) {
    const last = this.#buckets.at(-1);
    // A clock that is set back must not put the buckets out of order.
    if (last && second <= last.second) return last;
    const bucket = { second, counts: new Map() };
    this.#buckets.push(bucket);
    const fresh = this.#buckets.findIndex((each) => each.second > second - this.#keep);
    this.#buckets.splice(0, fresh);
    return bucket;
  }
}
