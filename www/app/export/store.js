/**
 * Files in the making, in the browser's IndexedDB: what is asked for, how far it is, and the bytes so far. Its methods
 * reject with `quota-exceeded` or `storage-blocked`.
 */
import { Database } from "../database.js";

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
/**
 * Not a Blob, which WebKit can't keep in a private window.
 * @typedef {{bytes: Uint8Array<ArrayBuffer>, times: Times}} Part
 */

const NAME = "hanvox-exports";
const STORES = ["jobs", "texts", "parts"];
const MESSAGES = { full: "there is no room for the sound", failed: "the exports could not be read or written" };

/** @param {IDBFactory | undefined | null} factory */
export async function openExportStore(factory) {
  return new ExportStore(await Database.open(factory, NAME, createStores, MESSAGES));
}

/** @param {IDBDatabase} db */
function createStores(db) {
  db.createObjectStore("jobs", { keyPath: "id" });
  db.createObjectStore("texts");
  db.createObjectStore("parts");
}

export class ExportStore {
  #db;

  /** @param {Database} db */
  constructor(db) {
    this.#db = db;
  }

  /** The newest first. @returns {Promise<Job[]>} */
  async list() {
    const jobs = await this.#db.read("jobs", (store) => store.getAll());
    return jobs.sort((/** @type {Job} */ one, /** @type {Job} */ other) => other.begun - one.begun);
  }

  /** @param {string} id @returns {Promise<Job | undefined>} */
  job(id) {
    return this.#db.read("jobs", (store) => store.get(id));
  }

  /** @param {string} id @returns {Promise<string>} */
  text(id) {
    return this.#db.read("texts", (store) => store.get(id));
  }

  /** @param {string} id @param {number} index @returns {Promise<Part>} */
  part(id, index) {
    return this.#db.read("parts", (store) => store.get([id, index]));
  }

  /** @param {Job} job @param {string} text */
  add(job, text) {
    return this.#db.write(STORES, (transaction) => {
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
    return this.#db.write(STORES, (transaction) => {
      transaction.objectStore("jobs").put(job);
      transaction.objectStore("parts").put(part, [job.id, job.parts - 1]);
    });
  }

  /** @param {string} id */
  remove(id) {
    return this.#db.write(STORES, (transaction) => {
      transaction.objectStore("jobs").delete(id);
      transaction.objectStore("texts").delete(id);
      transaction.objectStore("parts").delete(IDBKeyRange.bound([id, 0], [id, Number.POSITIVE_INFINITY]));
    });
  }
}
