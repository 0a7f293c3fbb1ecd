/**
 * Records that outlive the page: a ring in IndexedDB, bounded by count, bytes and age. A batch goes to
 * the inbox in one request that needs no reply, so it arrives even if the page closes right then. From
 * there, any open tab moves it into the ring and drops excess and old records; the totals are in the
 * database and change in the same transaction, so no tab has to count the ring.
 */
import { HanvoxError } from "../shared/errors.js";
import { finished, openIndexedDb, result } from "../shared/indexed-db.js";
import { MAX_STORED, toLine } from "./log.js";
import { MemoryRing } from "./memory-ring.js";
import { ndjsonBlob } from "./ndjson.js";
import { collect } from "./record-filter.js";

/** @typedef {import("./log.js").LogRecord} LogRecord */
/** @typedef {import("./memory-ring.js").Entry} Entry */
/** @typedef {import("./record-filter.js").RecordFilter} RecordFilter */

/**
 * @typedef {object} LogStore Storage for records that outlives the page or the process.
 * @property {(record: LogRecord) => void} append Never throws.
 * @property {(filter?: RecordFilter) => Promise<LogRecord[]>} all Oldest first.
 * @property {(options?: {gzip?: boolean}) => Promise<Blob>} exportNdjson
 * @property {() => Promise<void>} clear
 * @property {() => Promise<void>} flush
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} Limits
 * @property {number} count
 * @property {number} bytes Size of the lines in UTF-8.
 * @property {number} age_ms
 */

/** @typedef {{count: number, bytes: number}} Totals */

/**
 * @typedef {object} StoreOptions
 * @property {IDBFactory | null} [factory]
 * @property {Partial<Limits>} [limits]
 * @property {(error: HanvoxError) => void} [onfault] Called once, when records can only be kept in memory.
 * @property {() => number} [now]
 */

const NAME = "hanvox-logs";
const STORES = ["inbox", "records", "totals"];
const DAY_MS = 24 * 3600 * 1000;
/** @type {Limits} */
export const LIMITS = { count: 5000, bytes: 4 * 1024 * 1024, age_ms: 7 * DAY_MS };
// Long enough to batch many records in one transaction, short enough for someone watching the log.
const FLUSH_MS = 500;
// Records per read; bounds what an export holds in memory at a time.
const PAGE = 500;

/**
 * Opens the ring without waiting for it: until it is open, or if it never opens, records stay in memory.
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
  /** The last batch being sent to the inbox. */ #sending = Promise.resolve();
  /** Why it failed to arrive. @type {unknown} */ #refused;
  #queued = false;
  #leaving = () => this.#send();

  /** @param {StoreOptions} [options] */
  constructor({ factory = globalThis.indexedDB, limits = {}, onfault = () => {}, now = Date.now } = {}) {
    this.#factory = factory;
    this.#limits = { ...LIMITS, ...limits };
    this.#onfault = onfault;
    this.#now = now;
    this.#pending = new MemoryRing(this.#limits);
    this.#work = this.#guarded(() => this.#store());
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

  /** Resolves when all records so far are stored or have failed to be. */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#send();
    if (!this.#queued && !this.#fault) {
      this.#queued = true;
      this.#work = this.#work.then(() => this.#guarded(() => this.#storeOrShrink()));
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
    const db = this.#db;
    if (!db) return;
    await this.#guarded(async () => {
      const transaction = db.transaction(STORES, "readwrite");
      for (const name of STORES) transaction.objectStore(name).clear();
      await finished(transaction);
    });
  }

  async close() {
    globalThis.removeEventListener?.("pagehide", this.#leaving);
    await this.flush();
    this.#db?.close();
    this.#db = undefined;
  }

  /** Pages of lines, oldest first, from the database and from what could not be stored. */
  async *#pages() {
    await this.flush();
    if (this.#db) yield* pagesOf(this.#db);
    yield this.#pending.lines();
  }

  /** Sends pending records to the inbox; what can't be sent becomes pending again. */
  #send() {
    const db = this.#db;
    if (!db || this.#fault || this.#pending.count === 0) return;
    const entries = this.#pending.take();
    this.#sending = send(db, entries).catch((error) => {
      this.#pending.restore(entries);
      this.#refused = error;
    });
  }

  async #store() {
    this.#queued = false;
    const db = await this.#open();
    this.#send();
    await this.#sending;
    const error = this.#refused;
    this.#refused = undefined;
    if (error) throw error;
    await settle(db, this.#limits, this.#now());
  }

  /**
   * The connection may be gone (the user cleared the site's data) or the disk full: retry once with a
   * new connection and half the ring.
   */
  async #storeOrShrink() {
    try {
      await this.#store();
    } catch {
      const { count, bytes, age_ms } = this.#limits;
      this.#db?.close();
      this.#db = undefined;
      await settle(await this.#open(), { count: count >> 1, bytes: bytes >> 1, age_ms }, this.#now());
      await this.#store();
    }
  }

  async #open() {
    if (!this.#factory) throw new HanvoxError("storage-blocked", "the browser offers no IndexedDB here");
    this.#db ??= await openIndexedDb(this.#factory, NAME, createStores);
    return this.#db;
  }

  /**
   * If storing fails, the caller continues; from then on new records stay in memory only.
   * @param {() => Promise<void>} work
   */
  async #guarded(work) {
    try {
      await work();
    } catch (cause) {
      if (this.#fault) return;
      const full = /** @type {any} */ (cause)?.name === "QuotaExceededError";
      const code = full ? "quota-exceeded" : "storage-blocked";
      this.#fault = new HanvoxError(code, "the log is only kept in memory", { cause });
      this.#onfault(this.#fault);
    }
  }
}

/** @param {IDBDatabase} db */
function createStores(db) {
  db.createObjectStore("inbox", { autoIncrement: true });
  db.createObjectStore("records", { autoIncrement: true });
  db.createObjectStore("totals");
}

/**
 * @param {IDBDatabase} db
 * @param {Entry[]} entries
 */
async function send(db, entries) {
  const transaction = db.transaction("inbox", "readwrite");
  transaction.objectStore("inbox").add(entries);
  // Otherwise it would wait for a page that may be gone, and be rolled back.
  transaction.commit();
  await finished(transaction);
}

/**
 * Moves the inbox into the ring, in one transaction.
 * @param {IDBDatabase} db
 * @param {Limits} limits
 * @param {number} now
 */
async function settle(db, limits, now) {
  const transaction = db.transaction(STORES, "readwrite");
  await Promise.all([move(transaction, limits, now), finished(transaction)]);
}

/**
 * @param {IDBTransaction} transaction
 * @param {Limits} limits
 * @param {number} now
 */
async function move(transaction, limits, now) {
  const [inbox, records, store] = STORES.map((name) => transaction.objectStore(name));
  /** @type {[Entry[][], Totals | undefined]} */
  const [batches, stored] = await Promise.all([result(inbox.getAll()), result(store.get("totals"))]);
  const oldest = now - limits.age_ms;
  const incoming = new MemoryRing(limits);
  for (const entry of batches.flat()) if (entry.at >= oldest) incoming.push(entry);
  const room = { count: limits.count - incoming.count, bytes: limits.bytes - incoming.bytes };
  const kept = await dropOldest(records, stored ?? { count: 0, bytes: 0 }, room, oldest, incoming.count);
  store.put({ count: kept.count + incoming.count, bytes: kept.bytes + incoming.bytes }, "totals");
  inbox.clear();
  for (const entry of incoming.take()) records.add(entry);
}

/**
 * Page by page, the first as long as the usual excess: deleting one by one with a cursor is slow.
 * @param {IDBObjectStore} records
 * @param {Totals} totals Their current totals.
 * @param {Totals} room The totals that may remain.
 * @param {number} oldest
 * @param {number} usual
 * @returns {Promise<Totals>} The totals that remain.
 */
async function dropOldest(records, totals, room, oldest, usual) {
  const left = { ...totals };
  const over = () => left.count > room.count || left.bytes > room.bytes;
  for (let page = over() ? usual + 1 : 1; ; page = PAGE) {
    const [keys, entries] = await Promise.all([
      result(records.getAllKeys(null, page)),
      result(records.getAll(null, page)),
    ]);
    let dropped = 0;
    for (const { at, bytes } of entries) {
      if (!over() && at >= oldest) break;
      left.count -= 1;
      left.bytes -= bytes;
      dropped += 1;
    }
    if (dropped > 0) records.delete(IDBKeyRange.upperBound(keys[dropped - 1]));
    if (dropped < page) return left;
  }
}

/**
 * @param {IDBDatabase} db
 * @returns {AsyncGenerator<string[], void, void>} Lines, oldest first.
 */
async function* pagesOf(db) {
  /** @type {IDBKeyRange | undefined} */
  let range;
  for (;;) {
    const records = db.transaction("records").objectStore("records");
    const [keys, entries] = await Promise.all([
      result(records.getAllKeys(range, PAGE)),
      result(records.getAll(range, PAGE)),
    ]);
    if (keys.length === 0) break;
    yield linesOf(entries);
    range = IDBKeyRange.lowerBound(keys[keys.length - 1], true);
  }
  // Empty unless moving it failed.
  yield linesOf((await result(db.transaction("inbox").objectStore("inbox").getAll())).flat());
}

/** @param {Entry[]} entries */
function linesOf(entries) {
  return entries.map(({ line }) => line);
}

/** @param {string} line */
function byteLength(line) {
  return new TextEncoder().encode(line).length;
}

/**
 * Stops a timer from keeping a Node process alive; in a browser it is a number.
 * @param {any} timer
 */
function unref(timer) {
  timer.unref?.();
  return timer;
}
