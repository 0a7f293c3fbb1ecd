/**
 * Files in the making, in the browser's IndexedDB: what is asked for, how far it is, and the bytes so far. Its methods
 * reject with `quota-exceeded` or `storage-blocked`.
 */
import { HanvoxError } from "../../lib/shared/errors.js";
import { finished, openIndexedDb, result } from "../../lib/shared/indexed-db.js";

/** @typedef {import("../../lib/encode/formats.js").Format} Format */
/** @typedef {import("../../lib/shared/protocol.js").SpeechOptions} SpeechOptions */

/**
 * @typedef {object} Job
 * @property {string} id
 * @property {string} title Of the file.
 * @property {number} length Of the text, in UTF-16 units.
 * @property {number} begun When, in milliseconds since 1970.
 * @property {string} voice
 * @property {SpeechOptions} options
 * @property {Format} format
 * @property {number} sampleRate
 * @property {number} at UTF-16 offset in the text: what is before it is spoken and kept.
 * @property {number} samples Of what is kept.
 * @property {number} parts How many are kept.
 * @property {import("../../lib/encode/formats.js").SavedEncoder} [encoder] As it was after the last part.
 * @property {number} [took] Seconds of work so far.
 * @property {boolean} whole Whether the encoder has finished.
 */

/** @typedef {{start: number, end: number, from: number, to: number}} SpokenAt Seconds and UTF-16 offsets. */
/** @typedef {{sentences: SpokenAt[], words: SpokenAt[], characters: SpokenAt[]}} Times */
/** @typedef {{bytes: Blob, times: Times}} Part */

const NAME = "hanvox-exports";

/** @param {IDBFactory | undefined | null} factory */
export async function openExportStore(factory) {
  if (!factory) throw new HanvoxError("storage-blocked", "the browser offers no IndexedDB here");
  try {
    return new ExportStore(await openIndexedDb(factory, NAME, createStores));
  } catch (cause) {
    throw new HanvoxError("storage-blocked", "the browser refused to open its IndexedDB", { cause });
  }
}

/** @param {IDBDatabase} db */
function createStores(db) {
  db.createObjectStore("jobs", { keyPath: "id" });
  db.createObjectStore("texts");
  db.createObjectStore("parts");
}

export class ExportStore {
  #db;

  /** @param {IDBDatabase} db */
  constructor(db) {
    this.#db = db;
  }

  /** The newest first. @returns {Promise<Job[]>} */
  async list() {
    const jobs = await this.#read("jobs", (store) => store.getAll());
    return jobs.sort((/** @type {Job} */ one, /** @type {Job} */ other) => other.begun - one.begun);
  }

  /** @param {string} id @returns {Promise<Job | undefined>} */
  job(id) {
    return this.#read("jobs", (store) => store.get(id));
  }

  /** @param {string} id @returns {Promise<string>} */
  text(id) {
    return this.#read("texts", (store) => store.get(id));
  }

  /** @param {string} id @param {number} index @returns {Promise<Part>} */
  part(id, index) {
    return this.#read("parts", (store) => store.get([id, index]));
  }

  /** @param {Job} job @param {string} text */
  add(job, text) {
    return this.#write((transaction) => {
      transaction.objectStore("jobs").put(job);
      transaction.objectStore("texts").put(text, job.id);
    });
  }

  /**
   * Keeps a part together with the job as it is after it: both or neither.
   * @param {Job} job
   * @param {Part} part
   */
  keep(job, part) {
    return this.#write((transaction) => {
      transaction.objectStore("jobs").put(job);
      transaction.objectStore("parts").put(part, [job.id, job.parts - 1]);
    });
  }

  /** @param {string} id */
  remove(id) {
    return this.#write((transaction) => {
      transaction.objectStore("jobs").delete(id);
      transaction.objectStore("texts").delete(id);
      transaction.objectStore("parts").delete(IDBKeyRange.bound([id, 0], [id, Number.POSITIVE_INFINITY]));
    });
  }

  /**
   * @param {string} name
   * @param {(store: IDBObjectStore) => IDBRequest} ask
   */
  #read(name, ask) {
    return coded(() => result(ask(this.#db.transaction(name).objectStore(name))));
  }

  /** @param {(transaction: IDBTransaction) => void} change */
  #write(change) {
    return coded(() => {
      const transaction = this.#db.transaction(["jobs", "texts", "parts"], "readwrite");
      change(transaction);
      return finished(transaction);
    });
  }
}

/**
 * @template T
 * @param {() => Promise<T>} work
 */
async function coded(work) {
  try {
    return await work();
  } catch (cause) {
    const full = cause instanceof DOMException && cause.name === "QuotaExceededError";
    const message = full ? "there is no room for the sound" : "the exports could not be read or written";
    throw new HanvoxError(full ? "quota-exceeded" : "storage-blocked", message, { cause });
  }
}
