/** The library panel: the documents that were opened, each with how far it was read. Loaded when first opened. */
import { confirmed, h } from "../dom.js";
import { loadStyles, panelDialog } from "../dialog.js";
import { words } from "../language/language.js";
import { shareRead } from "./library.js";

/** @typedef {import("./store.js").Entry} Entry */
/** @typedef {Pick<import("./library.js").Library, "list" | "open" | "remove">} Library */

/**
 * Creates the panel, closed.
 * @param {Library} library
 * @param {(error: unknown) => void} onerror
 */
export async function createPanel(library, onerror) {
  await loadStyles();
  const list = h("ul", { class: "cards" });
  const empty = h("p", { class: "empty" }, words.libraryPanel.empty);
  const hint = h("p", { class: "hint" }, words.libraryPanel.hint);
  const dialog = panelDialog({ id: "library", title: words.library, body: [list, empty, hint] });
  /** @type {string[]} */
  let pictures = [];
  const run = (/** @type {() => Promise<void>} */ work) => work().catch(onerror);
  const refresh = async () => {
    const entries = await library.list();
    for (const picture of pictures) URL.revokeObjectURL(picture);
    pictures = [];
    empty.hidden = entries.length > 0;
    list.replaceChildren(...entries.map((entry) => row(entry, actions)));
  };
  const actions = {
    open: (/** @type {string} */ id) =>
      run(async () => {
        await library.open(id);
        dialog.close();
      }),
    remove: (/** @type {string} */ id) =>
      run(async () => {
        await library.remove(id);
        await refresh();
      }),
    picture(/** @type {Blob} */ cover) {
      pictures.push(URL.createObjectURL(cover));
      return /** @type {string} */ (pictures.at(-1));
    },
  };
  return {
    async open() {
      await refresh();
      if (!dialog.open) dialog.showModal();
    },
  };
}

/**
 * @param {Entry} entry
 * @param {{open: (id: string) => void, remove: (id: string) => void, picture: (cover: Blob) => string}} actions
 */
function row(entry, { open, remove, picture }) {
  const { id, title, chapters } = entry;
  const chapter = chapters.length > 1 ? (chapters[entry.chapter]?.title ?? "") : "";
  const away = h("button", { type: "button", class: "small", "data-action": "remove" }, words.delete);
  confirmed(away, words.deleteAgain, () => remove(id));
  return h(
    "li",
    { class: "book card", "data-book": id },
    coverOf(entry, picture),
    h(
      "div",
      { class: "about" },
      h("strong", {}, title),
      h("p", { class: "facts" }, facts(entry)),
      h("p", { class: "facts" }, chapter),
    ),
    h(
      "div",
      { class: "actions" },
      h(
        "button",
        { type: "button", class: "small", "data-action": "open", onclick: () => open(id) },
        words.libraryPanel.readOn,
      ),
      away,
    ),
  );
}

/**
 * The cover, or the first character of the title where there is none that can be shown.
 * @param {Entry} entry
 * @param {(cover: Blob) => string} picture
 */
function coverOf({ title, cover }, picture) {
  const letter = h("span", { class: "cover", "aria-hidden": "true" }, Array.from(title)[0] ?? "");
  if (!cover) return letter;
  const image = h("img", { src: picture(cover), alt: "", class: "cover" });
  image.addEventListener("error", () => image.replaceWith(letter));
  return image;
}

/** @param {Entry} entry */
function facts(entry) {
  const characters = entry.chapters.reduce((sum, { length }) => sum + length, 0);
  const share = Math.floor(100 * shareRead(entry));
  const count = entry.chapters.length;
  return words.libraryPanel.facts(share, characters, count);
}
