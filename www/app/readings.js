/**
 * The readings of the page: a dictionary of the reader's own, and a panel that fixes the reading of a character. Call
 * `fix` with the text and the place of the character that was pressed.
 */
import { HanvoxError } from "../lib/shared/errors.js";

/** @param {import("./readings/panel.js").Page & {onerror: (error: unknown) => void}} page */
export function connectReadings(page) {
  /** @type {ReturnType<typeof loadPanel> | undefined} */
  let panel;
  /** @param {(panel: Awaited<ReturnType<typeof loadPanel>>) => unknown} use */
  const open = async (use) => {
    try {
      panel ??= loadPanel(page);
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

/** @param {import("./readings/panel.js").Page} page */
async function loadPanel(page) {
  try {
    return await (await import("./readings/panel.js")).createPanel(page);
  } catch (cause) {
    throw new HanvoxError("network", "the panel of readings could not be loaded", { cause });
  }
}
