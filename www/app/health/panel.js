/** The health panel: a dialog with the overview, the log and the rules. Loaded when first opened. */
import { loadStyles, panelDialog } from "../dialog.js";
import { loadCharts } from "./charts.js";
import { ALL } from "./log-filter.js";
import { logView } from "./log-view.js";
import { overview } from "./overview.js";
import { rulesView } from "./rules-view.js";
import { tabList } from "./tabs.js";
import { words } from "../language/language.js";

/** @typedef {import("../../lib/diagnostics/diagnostics.js").Diagnostics} Diagnostics */

const REFRESH_MS = 1000;
/**
 * Creates the panel, closed.
 * @param {Diagnostics} diagnostics
 * @param {{onlevel: (level: string) => void}} how
 * @returns {Promise<{open: () => void}>}
 */
export async function createPanel(diagnostics, { onlevel }) {
  await Promise.all([loadStyles(), loadCharts()]);
  const figures = overview(diagnostics, {
    oncode: (code) => {
      tabs.select("log").focus();
      log.filter({ ...ALL, code });
    },
  });
  const log = logView(diagnostics, { onlevel });
  const rules = rulesView(diagnostics);
  const tabs = tabList(
    [
      { id: "overview", title: words.healthPanel.overview, view: figures.view },
      { id: "log", title: words.healthPanel.log, view: log.view },
      { id: "rules", title: words.healthPanel.rules, view: rules.view },
    ],
    words.health,
    (id) => id === "rules" && rules.show(),
  );

  const dialog = panelDialog({
    ...{ id: "health", title: words.health },
    tools: [tabs.list],
    body: [figures.view, log.view, rules.view],
  });
  tabs.select("overview");

  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  dialog.addEventListener("close", () => {
    clearInterval(timer);
    diagnostics.removeEventListener("alert", figures.update);
    log.stop();
  });
  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    figures.update();
    timer = setInterval(figures.update, REFRESH_MS);
    diagnostics.addEventListener("alert", figures.update);
    void log.start();
  };
  return { open };
}
