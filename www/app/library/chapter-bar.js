/** The bar above the text: which document is open, and its chapters. */
import { h } from "../dom.js";
import { words } from "../language/language.js";

/** @typedef {import("./store.js").Entry} Entry */

/**
 * @param {HTMLElement} place Where it stands; hidden while nothing is open.
 * @param {{turn: (chapter: number) => void, close: () => void}} actions
 */
export function chapterBar(place, { turn, close }) {
  const title = h("strong", { class: "book-title" });
  const chapters = h("select", { id: "book-chapter", "aria-label": words.libraryPanel.chapter });
  const step = (/** @type {number} */ by) => () => turn(Number(chapters.value) + by);
  const back = button("book-back", "‹", words.libraryPanel.previousChapter, step(-1));
  const next = button("book-next", "›", words.libraryPanel.nextChapter, step(1));
  const leave = button("book-close", "✕", words.libraryPanel.putAway, close);
  chapters.addEventListener("change", () => turn(Number(chapters.value)));
  place.replaceChildren(
    h("div", { class: "book-head" }, title, leave),
    h("div", { class: "book-turn" }, back, chapters, next),
  );
  let shown = "";
  /**
   * @param {Entry | undefined} entry
   * @param {number} chapter
   */
  const show = (entry, chapter) => {
    place.hidden = entry === undefined;
    if (!entry) return;
    title.textContent = entry.title;
    // A book may have thousands.
    if (shown !== entry.id + entry.title) chapters.replaceChildren(...entry.chapters.map(option));
    shown = entry.id + entry.title;
    chapters.value = String(chapter);
    back.disabled = chapter === 0;
    next.disabled = chapter === entry.chapters.length - 1;
    const single = entry.chapters.length === 1;
    /** @type {HTMLElement} */ (chapters.parentElement).hidden = single;
  };
  return { show };
}

/**
 * @param {{title: string}} chapter
 * @param {number} index
 */
function option({ title }, index) {
  return new Option(title, String(index));
}

/**
 * @param {string} id
 * @param {string} sign
 * @param {string} label
 * @param {() => void} onclick
 */
function button(id, sign, label, onclick) {
  return h("button", { id, type: "button", class: "quiet", "aria-label": label, title: label, onclick }, sign);
}
