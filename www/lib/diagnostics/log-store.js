/**
 * Records that outlive the page: a ring in IndexedDB, bounded by count, bytes and age. They are written
 * in batches, an error at once. The totals stand in the database and change in the transaction that
 * writes, so several tabs may write to one ring and none must count it.
 */
import { HanvoxError } from "../errors.js";
import { finished, openIndexedDb, result } from "../indexed-db.js";
import { MAX_STORED, toLine } from "./log.js";
import { MemoryRing } from "./memory-ring.js";
import { ndjsonBlob } from "./ndjson.js";
import { collect } from "./record-filter.js";

/** @typedef {import("./log.js").LogRecord} LogRecord */
/** @typedef {import("./diagnostics.js").LogStore} LogStore */
/** @typedef {import("./diagnostics.js").RecordFilter} RecordFilter */

/**
 * @typedef {object} Limits
 * @property {number} count
 * @property {number} bytes Of the lines as UTF-8.
 * @property {number} age_ms
 */

/** @typedef {{at: number, bytes: number, line: string}} Entry */
/** @typedef {{count: number, bytes: number}} Totals */

/**
 * @typedef {object} StoreOptions
 * @property {IDBFactory | null} [factory]
 * @property {Partial<Limits>} [limits]
 * @property {(error: HanvoxError) => void} [onfault] Told once, when records are only kept in memory.
 * @property {() => number} [now]
 */

const NAME = "hanvox-logs";
const DAY_MS = 24 * 3600 * 1000;
/** @type {Limits} */
export const LIMITS = { count: 5000, bytes: 4 * 1024 * 1024, age_ms: 7 * DAY_MS };
// Long enough to make one transaction of many records, short enough for a reader who watches.
const FLUSH_MS = 500;
// Records of one read; bounds what an export holds in memory at a time.
const PAGE = 500;

/**
 * Opens the ring, without waiting for it: until it is there, and where it never is, records are in memory.
 * @param {StoreOptions} [options]
 * @returns {LogStore}
 */
export function openLogStore(options) {
  return new IndexedDbLog(options);
}

/** @implements {LogStore} */
class IndexedDbLog {
  #factory;
  #limits;
  #onfault;
  #now;
  /** Not yet in the database. */ #pending;
  /** @type {IDBDatabase | undefined} */ #db;
  /** @type {HanvoxError | undefined} */ #fault;
  /** @type {Promise<void>} */ #work;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #queued = false;
  #leaving = () => void this.flush();

  /** @param {StoreOptions} [options] */
  constructor({ factory = globalThis.indexedDB, limits = {}, onfault = () => {}, now = Date.now } = {}) {
    this.#factory = factory;
    this.#limits = { ...LIMITS, ...limits };
    this.#onfault = onfault;
    this.#now = now;
    this.#pending = new MemoryRing(this.#limits);
    this.#work = this.#guarded(() => this.#write([]));
    globalThis.addEventListener?.("pagehide", this.#leaving);
  }

  /** @param {LogRecord} record */
  append(record) {
    const line = toLine(record, MAX_STORED);
    this.#pending.push({ at: this.#now(), bytes: byteLength(line), line });
    if (this.#fault) return;
    if (record.level === "error") this.flush();
    else this.#timer ??= unref(setTimeout(() => this.flush(), FLUSH_MS));
  }

  /** Resolves when all records so far are stored, or can't be. */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#queued) {
      this.#queued = true;
      this.#work = this.#work.then(() => this.#guarded(() => this.#writePending()));
    }
    return this.#work;
  }

  /** @param {RecordFilter} [filter] */
  all(filter) {
    return collect(this.#pages(), filter);
  }

  /** @param {{gzip?: boolean}} [options] */
  async exportNdjson({ gzip = false } = {}) {
    return ndjsonBlob(this.#pages(), gzip);
  }

  async clear() {
    await this.flush();
    this.#pending.take();
    await this.#guarded(async () => {
      const db = await this.#open();
      const transaction = db.transaction(["records", "totals"], "readwrite");
      transaction.objectStore("records").clear();
      transaction.objectStore("totals").clear();
      await finished(transaction);
    });
  }

  async close() {
    globalThis.removeEventListener?.("pagehide", this.#leaving);
    await this.flush();
    this.#db?.close();
    this.#db = undefined;
  }

  /** Pages of lines, oldest first; with no database what is in memory. */
  async *#pages() {
    await this.flush();
    /** @type {IDBValidKey | undefined} */
    let after;
    for (;;) {
      /** @type {{key: IDBValidKey, lines: string[]} | undefined} */
      const page = this.#fault ? undefined : await this.#page(after);
      if (!page) break;
      yield page.lines;
      after = page.key;
    }
    yield this.#pending.lines();
  }

  /** @param {IDBValidKey | undefined} after */
  async #page(after) {
    const records = (await this.#open()).transaction("records").objectStore("records");
    const range = after === undefined ? undefined : IDBKeyRange.lowerBound(after, true);
    const [keys, entries] = await Promise.all([
      result(records.getAllKeys(range, PAGE)),
      result(records.getAll(range, PAGE)),
    ]);
    const key = keys.at(-1);
    return key === undefined ? undefined : { key, lines: entries.map(({ line }) => line) };
  }

  async #writePending() {
    this.#queued = false;
    const entries = this.#pending.take();
    if (entries.length === 0) return;
    try {
      await this.#write(entries);
    } catch (error) {
      this.#pending.restore(entries);
      throw error;
    }
  }

  /**
   * A connection may be gone (the user cleared the site's data), a disk may be full: one more try,
   * with a new connection and half the ring.
   * @param {Entry[]} entries
   */
  async #write(entries) {
    try {
      await write(await this.#open(), entries, this.#limits, this.#now());
    } catch {
      const { count, bytes, age_ms } = this.#limits;
      this.#db?.close();
      this.#db = undefined;
      const db = await this.#open();
      await write(db, [], { count: count >> 1, bytes: bytes >> 1, age_ms }, this.#now());
      await write(db, entries, this.#limits, this.#now());
    }
  }

  async #open() {
    if (!this.#factory) throw new HanvoxError("storage-blocked", "the browser offers no IndexedDB here");
    this.#db ??= await openIndexedDb(this.#factory, NAME, createStores);
    return this.#db;
  }

  /**
   * Whatever fails in storing, the caller goes on; from then on records are in memory only.
   * @param {() => Promise<void>} work
   */
  async #guarded(work) {
    if (this.#fault) return;
    try {
      await work();
    } catch (cause) {
      const full = /** @type {any} */ (cause)?.name === "QuotaExceededError";
      const code = full ? "quota-exceeded" : "storage-blocked";
      this.#fault = new HanvoxError(code, "the log is only kept in memory", { cause });
      this.#onfault(this.#fault);
    }
  }
}

/** @param {IDBDatabase} db */
function createStores(db) {
  db.createObjectStore("records", { autoIncrement: true });
  db.createObjectStore("totals");
}

/**
 * Adds entries and drops the oldest beyond the limits, in one transaction.
 * @param {IDBDatabase} db
 * @param {Entry[]} entries
 * @param {Limits} limits
 * @param {number} now
 */
async function write(db, entries, limits, now) {
  const transaction = db.transaction(["records", "totals"], "readwrite");
  const done = finished(transaction);
  const records = transaction.objectStore("records");
  const store = transaction.objectStore("totals");
  const read = store.get("totals");
  read.onsuccess = () => {
    /** @type {Totals} */
    const totals = read.result ?? { count: 0, bytes: 0 };
    for (const entry of entries) {
      records.add(entry);
      totals.count += 1;
      totals.bytes += entry.bytes;
    }
    dropOldest(records, totals, limits, now, () => store.put(totals, "totals"));
  };
  await done;
}

/**
 * @param {IDBObjectStore} records
 * @param {Totals} totals Changed.
 * @param {Limits} limits
 * @param {number} now
 * @param {() => void} done
 */
function dropOldest(records, totals, limits, now, done) {
  const request = records.openCursor();
  request.onsuccess = () => {
    const cursor = request.result;
    const { at, bytes } = /** @type {Entry} */ (cursor?.value ?? {});
    const over = totals.count > limits.count || totals.bytes > limits.bytes || at < now - limits.age_ms;
    if (!cursor || !over) return done();
    cursor.delete();
    totals.count -= 1;
    totals.bytes -= bytes;
    cursor.continue();
  };
}

/** @param {string} line */
function byteLength(line) {
  return new TextEncoder().encode(line).length;
}

/**
 * A timer that does not hold a Node process; in a browser it is a number.
 * @param {any} timer
 */
function unref(timer) {
  timer.unref?.();
  return timer;
}
