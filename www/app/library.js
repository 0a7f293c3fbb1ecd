/**
 * The library of the page: opens files, shows what is open above the text (`#book`), and lists what was opened (the
 * button `#library-open`). Call `moved` with the place that is being read, and `next` at the end of a text.
 */
import { loadPanel } from "./load-panel.js";
import { readInWorker } from "../lib/documents/read-in-worker.js";
import { chapterBar } from "./library/chapter-bar.js";
import { Library } from "./library/library.js";
import { openLibraryStore } from "./library/store.js";
import { words } from "./language/language.js";

const OPEN_KEY = "hanvox-open-book";

/**
 * @typedef {object} Page
 * @property {(text: string, at: {place: number, note: string}) => void} read Shows a text to be read from a place.
 * @property {(message: string) => void} status
 * @property {(error: unknown) => void} onerror
 * @property {(error: unknown) => void} note Logs an error without showing it.
 */

/** @param {Page} page */
export function connectLibrary(page) {
  /** @type {ReturnType<typeof openLibraryStore> | undefined} */
  let opened;
  const store = () => (opened ??= openLibraryStore(globalThis.indexedDB));
  let note = "";
  const library = new Library({
    store,
    note: page.note,
    read: (text, { place }) => page.read(text, { place, note }),
    onchange: (entry, chapter) => bar.show(entry, chapter),
    kept: { get: () => sessionStorage.getItem(OPEN_KEY), set: (id) => sessionStorage.setItem(OPEN_KEY, id) },
  });
  const turn = (/** @type {number} */ chapter) => library.turn(chapter).catch(page.onerror);
  const bar = chapterBar(element("book"), { turn, close: () => library.close() });
  connectPanel(library, page.onerror);
  // The last event that a page on a phone is sure to get.
  document.addEventListener("visibilitychange", () => document.hidden && library.leave());
  return {
    /** Opens documents; the last one is read. @param {File[]} files */
    async open(files) {
      for (const file of files) {
        page.status(words.libraryPanel.opening(file.name));
        const document = await readInWorker(file, file.name, { onprogress: progressOf(page, file.name) });
        note = remark(document);
        await library.add(document);
      }
      note = "";
      page.status("");
    },
    /** @param {number} place UTF-16 offset in the text that is shown. */
    moved: (place) => library.moved(place),
    /** Shows the next chapter. @returns Whether there is one. */
    next: () => library.turn(library.chapter + 1),
    /** What is open, and where in it. */
    book() {
      const { entry, chapter } = library;
      return entry && { title: entry.title, chapter: entry.chapters[chapter].title, chapters: entry.chapters.length };
    },
    /** The text of the chapter was changed. @param {string} text */
    edit: (text) => library.edit(text),
    /** All chapters of what is open. */
    text: () => library.text(),
    /** After a reload: goes on with the document that was open, if this is its text. @param {string} text */
    resume: (text) => void library.resume(text).catch(page.note),
    /** Another text was put in place of the one that is open. */
    close: () => library.close(),
  };
}

/**
 * @param {Library} library
 * @param {(error: unknown) => void} onerror
 */
function connectPanel(library, onerror) {
  /** @type {Promise<{open: () => Promise<void>}> | undefined} */
  let panel;
  element("library-open").addEventListener("click", async () => {
    try {
      panel ??= loadPanel("library", ({ createLibrary }) => createLibrary(library, onerror));
      await (await panel).open();
    } catch (error) {
      panel = undefined;
      onerror(error);
    }
  });
}

/**
 * @param {Page} page
 * @param {string} name
 */
function progressOf({ status }, name) {
  return (/** @type {{loaded: number, total: number}} */ { loaded, total }) =>
    status(words.libraryPanel.openingPart(name, loaded, total));
}

/** @param {import("../lib/documents/open-document.js").TextDocument} document */
function remark({ encoding = "utf-8", replaced = 0 }) {
  const parts = [];
  const name = encoding.toUpperCase();
  if (encoding !== "utf-8") parts.push(words.libraryPanel.notUtf8(name));
  if (replaced > 0) parts.push(words.libraryPanel.undecoded(replaced));
  return parts.join(words.libraryPanel.and);
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
