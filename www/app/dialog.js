/** The frame of a panel: a dialog with a title and a body, closed by its button, by Escape or by a click outside. */
import { h } from "./dom.js";
import { words } from "./language/language.js";

// The style sheet is next to this module.
const STYLE = new URL("./panels.css", import.meta.url).href;

/**
 * Creates a closed dialog and adds it to the page.
 * @param {{id: string, title: string, tools?: HTMLElement[], body: HTMLElement[]}} content
 *   `tools` go beside the title.
 */
export function panelDialog({ id, title: name, tools = [], body }) {
  const close = h("button", { type: "button", class: "quiet close", "aria-label": words.close }, "✕");
  const title = h("h2", { id: `${id}-title` }, name);
  const dialog = h(
    "dialog",
    { id, class: "panel", "aria-labelledby": title.id },
    h("div", { class: "panel-head" }, title, ...tools, close),
    // With a place in the order of the keyboard, since it may scroll and have no control.
    h("div", { class: "panel-body", tabindex: "0", role: "group", "aria-labelledby": title.id }, ...body),
  );
  document.body.append(dialog);
  close.addEventListener("click", () => dialog.close());
  // Escape only closes the panel; on the page it would stop the speech.
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  // A click outside the panel.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return dialog;
}

/** @type {Promise<void> | undefined} */
let styles;

/** Loads the style sheet of the panels, once. */
export function loadStyles() {
  styles ??= loadStyle(STYLE).catch((error) => {
    styles = undefined;
    throw error;
  });
  return styles;
}

/** @param {string} href @returns {Promise<void>} */
function loadStyle(href) {
  const link = h("link", { rel: "stylesheet", href });
  const loaded = new Promise((resolve, reject) => {
    link.addEventListener("load", () => resolve(undefined));
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error(`${href} could not be loaded`));
    });
  });
  document.head.append(link);
  return loaded;
}
