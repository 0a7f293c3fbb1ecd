/**
 * What was opened, with the place where reading stopped, in the browser's IndexedDB. Its methods reject with
 * `quota-exceeded` or `storage-blocked`.
 */
import { sha256 } from "../../lib/shared/hashes.js";
import { Database } from "../database.js";

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
// Of the hash, in hexadecimal.
const ID_LENGTH = 32;
const MESSAGES = { full: "there is no room for the document", failed: "the library could not be read or written" };

/** @param {IDBFactory | undefined | null} factory */
export async function openLibraryStore(factory) {
  return new LibraryStore(await Database.open(factory, NAME, createStores, MESSAGES));
}

/** @param {IDBDatabase} db */
function createStores(db) {
  db.createObjectStore("documents", { keyPath: "id" });
  // Texts by document and chapter, so that opening a book reads one of them.
  db.createObjectStore("texts");
}

export class LibraryStore {
  #db;

  /** @param {Database} db */
  constructor(db) {
    this.#db = db;
  }

  /** All documents, the last opened first. @returns {Promise<Entry[]>} */
  async list() {
    const entries = await this.#db.read("documents", (store) => store.getAll());
    return entries.sort((/** @type {Entry} */ one, /** @type {Entry} */ other) => other.opened - one.opened);
  }

  /** @param {string} id @returns {Promise<Entry | undefined>} */
  get(id) {
    return this.#db.read("documents", (store) => store.get(id));
  }

  /** @param {string} id @param {number} chapter @returns {Promise<string | undefined>} */
  text(id, chapter) {
    return this.#db.read("texts", (store) => store.get([id, chapter]));
  }

  /** All chapters. @param {string} id @returns {Promise<string[]>} */
  texts(id) {
    return this.#db.read("texts", (store) => store.getAll(chaptersOf(id)));
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
    await this.#db.write(["documents", "texts"], (transaction) => {
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
    await this.#db.write(["documents"], (transaction) => {
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
    await this.#db.write(["texts"], (transaction) => transaction.objectStore("texts").put(text, [id, chapter]));
  }

  /** @param {string} id */
  async remove(id) {
    await this.#db.write(["documents", "texts"], (transaction) => {
      transaction.objectStore("documents").delete(id);
      transaction.objectStore("texts").delete(chaptersOf(id));
    });
  }

  /** @param {Entry} entry */
  async #put(entry) {
    await this.#db.write(["documents"], (transaction) => transaction.objectStore("documents").put(entry));
    return entry;
  }
}

/** @param {string} id */
function chaptersOf(id) {
  return IDBKeyRange.bound([id, 0], [id, Number.POSITIVE_INFINITY]);
}

/** The hash of title and texts. @param {TextDocument} document */
async function idOf({ title, chapters }) {
  const bytes = new TextEncoder().encode([title, ...chapters.map(({ text }) => text)].join("\0"));
  return (await sha256(bytes)).slice(0, ID_LENGTH);
}
