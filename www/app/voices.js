/** Opens the voices panel: by its button, or for the files of a voice. */
import { HanvoxError } from "../lib/shared/errors.js";

/** @typedef {import("./voices/panel.js").Page} Page */

/**
 * @param {Page} page
 * @param {(error: unknown) => void} onerror Called when the panel itself can't be loaded.
 */
export function connectVoices(page, onerror) {
  /** @type {ReturnType<typeof loadPanel> | undefined} */
  let panel;
  /** @param {Promise<import("../lib/archive/drop-input.js").PlacedFile[]>} [files] To import. */
  const open = async (files) => {
    try {
      panel ??= loadPanel(page);
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

/** @param {Page} page */
async function loadPanel(page) {
  try {
    const { createPanel } = await import("./voices/panel.js");
    return await createPanel(page);
  } catch (cause) {
    throw new HanvoxError("network", "the panel of voices could not be loaded", { cause });
  }
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
