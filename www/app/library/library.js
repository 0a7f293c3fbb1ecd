/** The documents of a reader: opens them, goes from chapter to chapter, and keeps the place. No elements here. */
import { HanvoxError } from "../../lib/shared/errors.js";

/** @typedef {import("./store.js").Entry} Entry */
/** @typedef {import("./store.js").LibraryStore} LibraryStore */
/** @typedef {import("../../lib/documents/open-document.js").TextDocument} TextDocument */

/**
 * @typedef {object} Parts
 * @property {() => Promise<Pick<LibraryStore, "list" | "get" | "text" | "texts" | "setText" | "add" | "keepPlace" | "remove">>} store
 * @property {(text: string, at: {place: number, entry: Entry, chapter: number}) => void} read Shows a text.
 * @property {(entry: Entry | undefined, chapter: number) => void} onchange What is open now.
 * @property {(error: unknown) => void} note Logs what the reader can go on without.
 * @property {{get: () => string | null, set: (id: string) => void}} kept Which document is open, over a reload.
 */

// How often the place is written while it moves.
const KEEP_MS = 1000;

export class Library {
  #parts;
  /** @type {Entry | undefined} */ #entry;
  /** The texts of a document that could not be stored. @type {string[] | undefined} */ #texts;
  #chapter = 0;
  #place = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #keeping;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** What is open. */
  get entry() {
    return this.#entry;
  }

  get chapter() {
    return this.#chapter;
  }

  async list() {
    return (await this.#parts.store()).list();
  }

  /**
   * Keeps a document and reads it where it was left. What can't be kept is read all the same.
   * @param {TextDocument} document
   */
  async add(document) {
    this.leave();
    this.#texts = undefined;
    try {
      const entry = await (await this.#parts.store()).add(document, Date.now());
      await this.#show(entry, entry.chapter, entry.place);
    } catch (error) {
      this.#parts.note(error);
      this.#texts = document.chapters.map(({ text }) => text);
      await this.#show(unkept(document), 0, 0);
    }
  }

  /**
   * Reads on in a document of the list.
   * @param {string} id
   * @param {number} [chapter] Its beginning, instead of the place where reading stopped.
   */
  async open(id, chapter) {
    this.leave();
    const entry = await (await this.#parts.store()).get(id);
    if (!entry) throw new HanvoxError("option-invalid", "the document is no longer in the library");
    this.#texts = undefined;
    await this.#show(entry, chapter ?? entry.chapter, chapter === undefined ? entry.place : 0);
  }

  /**
   * Goes on with the document that was open before a reload, unless another text was put in its place.
   * @param {string} text What is shown.
   */
  async resume(text) {
    const id = this.#parts.kept.get();
    if (!id || this.#entry) return;
    const store = await this.#parts.store();
    const entry = await store.get(id);
    if (!entry || (await store.text(id, entry.chapter)) !== text || this.#entry) return;
    this.#open(entry, entry.chapter);
  }

  /** All chapters of what is open. */
  async text() {
    const entry = this.#entry;
    const texts = this.#texts ?? (await (await this.#parts.store()).texts(entry?.id ?? ""));
    return texts.join("\n\n");
  }

  /**
   * Goes to another chapter of what is open.
   * @param {number} chapter
   * @returns {Promise<boolean>} Whether there is one.
   */
  async turn(chapter) {
    const entry = this.#entry;
    if (!entry || chapter < 0 || chapter >= entry.chapters.length) return false;
    this.leave();
    await this.#show(entry, chapter, 0);
    return true;
  }

  /**
   * Keeps another text of the chapter that is open.
   * @param {string} text
   */
  async edit(text) {
    const entry = this.#entry;
    if (!entry) return;
    if (this.#texts) this.#texts[this.#chapter] = text;
    else await (await this.#parts.store()).setText(entry.id, this.#chapter, text);
  }

  /**
   * Where reading is now.
   * @param {number} place UTF-16 offset in the text of the chapter.
   */
  moved(place) {
    this.#place = place;
    if (this.#entry) this.#keeping ??= setTimeout(() => this.#keep(), KEEP_MS);
  }

  /** Another text, which is not of the library, is read from now on. */
  close() {
    this.leave();
    this.#entry = this.#texts = undefined;
    this.#remember("");
    this.#parts.onchange(undefined, 0);
  }

  /** @param {string} id */
  async remove(id) {
    if (this.#entry?.id === id) this.close();
    await (await this.#parts.store()).remove(id);
  }

  /** Writes the place at once: the page may be closed. */
  leave() {
    if (this.#keeping !== undefined) this.#keep();
  }

  /**
   * @param {Entry} entry
   * @param {number} chapter
   * @param {number} place
   */
  async #show(entry, chapter, place) {
    const text = this.#texts?.[chapter] ?? (await (await this.#parts.store()).text(entry.id, chapter));
    if (text === undefined) throw new HanvoxError("option-invalid", "the chapter is no longer in the library");
    this.#open(entry, chapter);
    this.moved(Math.min(place, text.length));
    this.#parts.read(text, { place: this.#place, entry, chapter });
  }

  /**
   * @param {Entry} entry
   * @param {number} chapter
   */
  #open(entry, chapter) {
    this.#entry = entry;
    this.#chapter = chapter;
    this.#parts.onchange(entry, chapter);
    this.#remember(entry.id);
  }

  /** @param {string} id */
  #remember(id) {
    try {
      this.#parts.kept.set(id);
    } catch (error) {
      this.#parts.note(error);
    }
  }

  #keep() {
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    if (!this.#entry || this.#texts) return;
    const at = { chapter: this.#chapter, place: this.#place, opened: Date.now() };
    Object.assign(this.#entry, at);
    const { id } = this.#entry;
    this.#parts
      .store()
      .then((store) => store.keepPlace(id, at))
      .catch(this.#parts.note);
  }
}

/** How much of a document was read, 0 to 1. @param {Entry} entry */
export function shareRead({ chapters, chapter, place }) {
  const sum = (/** @type {{length: number}[]} */ some) => some.reduce((length, one) => length + one.length, 0);
  const all = sum(chapters);
  return all === 0 ? 0 : Math.min(1, (sum(chapters.slice(0, chapter)) + place) / all);
}

/** @param {TextDocument} document @returns {Entry} */
function unkept({ title, language, cover, chapters }) {
  const lengths = chapters.map(({ title, text }) => ({ title, length: text.length }));
  return { id: "", title, language, cover, chapters: lengths, chapter: 0, place: 0, opened: Date.now() };
}
