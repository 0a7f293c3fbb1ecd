/**
 * What was opened, with the place where reading stopped, in the browser's IndexedDB. Its methods reject with
 * `quota-exceeded` or `storage-blocked`.
 */
import { HanvoxError } from "../../lib/shared/errors.js";
import { finished, openIndexedDb, result } from "../../lib/shared/indexed-db.js";

/** @typedef {import("../../lib/documents/open-document.js").TextDocument} TextDocument */

/**
 * @typedef {object} Entry A document, without its text.
 * @property {string} id The same for the same text.
 * @property {string} title
 * @property {string} language
 * @property {Blob} [cover]
 * @property {{title: string, length: number}[]} chapters `length`: UTF-16 units.
 * @property {number} chapter Where reading stopped: the index of the chapter,
 * @property {number} place and the UTF-16 offset in its text.
 * @property {number} opened When, in milliseconds since 1970.
 */

const NAME = "hanvox-library";

/** @param {IDBFactory | undefined | null} factory */
export async function openLibraryStore(factory) {
  if (!factory) throw new HanvoxError("storage-blocked", "the browser offers no IndexedDB here");
  try {
    return new LibraryStore(await openIndexedDb(factory, NAME, createStores));
  } catch (cause) {
    throw new HanvoxError("storage-blocked", "the browser refused to open its IndexedDB", { cause });
  }
}

/** @param {IDBDatabase} db */
function createStores(db) {
  db.createObjectStore("documents", { keyPath: "id" });
  // Texts by document and chapter, so that opening a book reads one of them.
  db.createObjectStore("texts");
}

export class LibraryStore {
  #db;

  /** @param {IDBDatabase} db */
  constructor(db) {
    this.#db = db;
  }

  /** All documents, the last opened first. @returns {Promise<Entry[]>} */
  async list() {
    const entries = await this.#read("documents", (store) => store.getAll());
    return entries.sort((/** @type {Entry} */ one, /** @type {Entry} */ other) => other.opened - one.opened);
  }

  /** @param {string} id @returns {Promise<Entry | undefined>} */
  get(id) {
    return this.#read("documents", (store) => store.get(id));
  }

  /** @param {string} id @param {number} chapter @returns {Promise<string | undefined>} */
  text(id, chapter) {
    return this.#read("texts", (store) => store.get([id, chapter]));
  }

  /** All chapters. @param {string} id @returns {Promise<string[]>} */
  texts(id) {
    return this.#read("texts", (store) => store.getAll(chaptersOf(id)));
  }

  /**
   * Keeps a document. One that is here already keeps its place.
   * @param {TextDocument} document
   * @param {number} now
   * @returns {Promise<Entry>}
   */
  async add(document, now) {
    const id = await idOf(document);
    const known = await this.get(id);
    if (known) return this.#put({ ...known, opened: now });
    const { title, language, cover, chapters } = document;
    const lengths = chapters.map(({ title, text }) => ({ title, length: text.length }));
    const entry = { id, title, language, cover, chapters: lengths, chapter: 0, place: 0, opened: now };
    await this.#write(["documents", "texts"], (transaction) => {
      transaction.objectStore("documents").put(entry);
      const texts = transaction.objectStore("texts");
      for (const [chapter, { text }] of chapters.entries()) texts.put(text, [id, chapter]);
    });
    return entry;
  }

  /**
   * @param {string} id
   * @param {{chapter: number, place: number, opened: number}} at
   */
  async keepPlace(id, at) {
    await this.#write(["documents"], (transaction) => {
      const documents = transaction.objectStore("documents");
      const request = documents.get(id);
      // Deleted meanwhile, perhaps in another tab.
      request.onsuccess = () => request.result && documents.put({ ...request.result, ...at });
    });
  }

  /**
   * @param {string} id
   * @param {number} chapter
   * @param {string} text
   */
  async setText(id, chapter, text) {
    await this.#write(["texts"], (transaction) => transaction.objectStore("texts").put(text, [id, chapter]));
  }

  /** @param {string} id */
  async remove(id) {
    await this.#write(["documents", "texts"], (transaction) => {
      transaction.objectStore("documents").delete(id);
      transaction.objectStore("texts").delete(chaptersOf(id));
    });
  }

  /** @param {Entry} entry */
  async #put(entry) {
    await this.#write(["documents"], (transaction) => transaction.objectStore("documents").put(entry));
    return entry;
  }

  /**
   * @param {string} name
   * @param {(store: IDBObjectStore) => IDBRequest} ask
   */
  async #read(name, ask) {
    return coded(() => result(ask(this.#db.transaction(name).objectStore(name))));
  }

  /**
   * @param {string[]} names
   * @param {(transaction: IDBTransaction) => void} change
   */
  async #write(names, change) {
    return coded(() => {
      const transaction = this.#db.transaction(names, "readwrite");
      change(transaction);
      return finished(transaction);
    });
  }
}

/** @param {string} id */
function chaptersOf(id) {
  return IDBKeyRange.bound([id, 0], [id, Number.POSITIVE_INFINITY]);
}

/** The hash of title and texts. @param {TextDocument} document */
async function idOf({ title, chapters }) {
  const bytes = new TextEncoder().encode([title, ...chapters.map(({ text }) => text)].join("\0"));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
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
    const message = full ? "there is no room for the document" : "the library could not be read or written";
    throw new HanvoxError(full ? "quota-exceeded" : "storage-blocked", message, { cause });
  }
}
