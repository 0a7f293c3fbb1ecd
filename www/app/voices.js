/** Opens the voices panel: by its button, or by files dropped anywhere on the page. */
import { HanvoxError } from "../lib/shared/errors.js";
import { droppedFiles, holdsFiles } from "../lib/archive/drop-input.js";

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
  takeDrops(open);
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

/** @param {(files: Promise<import("../lib/archive/drop-input.js").PlacedFile[]>) => void} take */
function takeDrops(take) {
  const { dataset } = document.body;
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event.dataTransfer)) return;
    // Otherwise the browser would replace the page with the file.
    event.preventDefault();
    dataset.dropping = "";
  });
  addEventListener("dragleave", ({ relatedTarget }) => relatedTarget === null && delete dataset.dropping);
  addEventListener("drop", (event) => {
    delete dataset.dropping;
    if (!event.dataTransfer || !holdsFiles(event.dataTransfer)) return;
    event.preventDefault();
    take(droppedFiles(event.dataTransfer));
  });
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
