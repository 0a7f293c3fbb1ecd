/** Opens the voices panel: by its button, or for the files of a voice. */
import { loadPanel } from "./load-panel.js";

/** @typedef {import("./voices/panel.js").Page} Page */

/**
 * @param {Page} page
 * @param {(error: unknown) => void} onerror Called when the panel itself can't be loaded.
 */
export function connectVoices(page, onerror) {
  /** @type {ReturnType<typeof import("./voices/panel.js").createPanel> | undefined} */
  let panel;
  /** @param {Promise<import("../lib/archive/drop-input.js").PlacedFile[]>} [files] To import. */
  const open = async (files) => {
    try {
      panel ??= loadPanel("voices", ({ createVoices }) => createVoices(page));
      const { open, take } = await panel;
      open();
      if (files) await take(files);
    } catch (error) {
      panel = undefined;
      onerror(error);
    }
  };
  element("voices-open").addEventListener("click", () => open());
  return { open };
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
