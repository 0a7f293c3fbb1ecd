/** Opens the export panel: by the button `#export-open`. Exports go on while it is closed. */
import { HanvoxError } from "../lib/shared/errors.js";

/** @param {import("./export/panel.js").Page} page */
export function connectExport(page) {
  /** @type {Promise<{open: () => Promise<void>}> | undefined} */
  let panel;
  document.getElementById("export-open")?.addEventListener("click", async () => {
    try {
      panel ??= loadPanel(page);
      await (await panel).open();
    } catch (error) {
      panel = undefined;
      page.onerror(error);
    }
  });
}

/** @param {import("./export/panel.js").Page} page */
async function loadPanel(page) {
  try {
    return await (await import("./export/panel.js")).createPanel(page);
  } catch (cause) {
    throw new HanvoxError("network", "the export panel could not be loaded", { cause });
  }
}
