/**
 * The readings of the page: a dictionary of the reader's own, and a panel that fixes the reading of a character. Call
 * `fix` with the text and the place of the character that was pressed.
 */
import { loadPanel } from "./load-panel.js";

/** @typedef {Awaited<ReturnType<typeof import("./readings/panel.js").createPanel>>} Panel */

/** @param {import("./readings/panel.js").Page & {onerror: (error: unknown) => void}} page */
export function connectReadings(page) {
  /** @type {Promise<Panel> | undefined} */
  let panel;
  /** @param {(panel: Panel) => unknown} use */
  const open = async (use) => {
    try {
      panel ??= loadPanel("readings", ({ createReadings }) => createReadings(page));
      await use(await panel);
    } catch (error) {
      panel = undefined;
      page.onerror(error);
    }
  };
  document.getElementById("readings-open")?.addEventListener("click", () => open((panel) => panel.open()));
  return {
    /** @param {string} text @param {number} place UTF-16 offset. */
    fix: (text, place) => open((panel) => panel.fix(text, place)),
  };
}
