/** A database of the page in IndexedDB, whose failures are coded errors. */
import { HanvoxError } from "../lib/shared/errors.js";
import { finished, openIndexedDb, result } from "../lib/shared/indexed-db.js";

/**
 * @typedef {object} Messages Of the errors.
 * @property {string} full
 * @property {string} failed
 */

export class Database {
  #db;
  #messages;

  /**
   * @param {IDBDatabase} db
   * @param {Messages} messages
   */
  constructor(db, messages) {
    this.#db = db;
    this.#messages = messages;
  }

  /**
   * @param {IDBFactory | undefined | null} factory
   * @param {string} name
   * @param {(db: IDBDatabase) => void} createStores
   * @param {Messages} messages
   */
  static async open(factory, name, createStores, messages) {
    if (!factory) throw new HanvoxError("storage-blocked", "the browser offers no IndexedDB here");
    try {
      return new Database(await openIndexedDb(factory, name, createStores), messages);
    } catch (cause) {
      throw new HanvoxError("storage-blocked", "the browser refused to open its IndexedDB", { cause });
    }
  }

  /**
   * @param {string} name Of an object store.
   * @param {(store: IDBObjectStore) => IDBRequest} ask
   */
  read(name, ask) {
    return this.#coded(() => result(ask(this.#db.transaction(name).objectStore(name))));
  }

  /**
   * Changes all or nothing.
   * @param {string[]} names Of object stores.
   * @param {(transaction: IDBTransaction) => void} change
   */
  write(names, change) {
    return this.#coded(() => {
      const transaction = this.#db.transaction(names, "readwrite");
      change(transaction);
      return finished(transaction);
    });
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   */
  async #coded(work) {
    try {
      return await work();
    } catch (cause) {
      const full = cause instanceof DOMException && cause.name === "QuotaExceededError";
      const { full: noRoom, failed } = this.#messages;
      throw new HanvoxError(full ? "quota-exceeded" : "storage-blocked", full ? noRoom : failed, { cause });
    }
  }
}
