/** Opens the export panel: by the button `#export-open`. Exports go on while it is closed. */
import { loadPanel } from "./load-panel.js";

/** @param {import("./export/panel.js").Page} page */
export function connectExport(page) {
  /** @type {Promise<{open: () => Promise<void>}> | undefined} */
  let panel;
  document.getElementById("export-open")?.addEventListener("click", async () => {
    try {
      panel ??= loadPanel("export", ({ createExport }) => createExport(page));
      await (await panel).open();
    } catch (error) {
      panel = undefined;
      page.onerror(error);
    }
  });
}
