/** The health panel: a dialog with the overview, the log and the rules. Loaded when it is first opened. */
import { both, h } from "./dom.js";
import { ALL } from "./log-filter.js";
import { logView } from "./log-view.js";
import { overview } from "./overview.js";
import { rulesView } from "./rules-view.js";
import { tabList } from "./tabs.js";

/** @typedef {import("../../lib/diagnostics/diagnostics.js").Diagnostics} Diagnostics */

const REFRESH_MS = 1000;
const STYLES = ["../../vendor/uPlot.min.css", "./health.css"];

/**
 * Makes the panel, closed.
 * @param {Diagnostics} diagnostics
 * @param {{onlevel: (level: string) => void}} how
 * @returns {Promise<{open: () => void}>}
 */
export async function createPanel(diagnostics, { onlevel }) {
  await Promise.all(STYLES.map(loadStyle));
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
      { id: "overview", chinese: "概览", english: "Overview", view: figures.view },
      { id: "log", chinese: "日志", english: "Log", view: log.view },
      { id: "rules", chinese: "警报规则", english: "Rules", view: rules.view },
    ],
    "运行状况 Health",
    (id) => id === "rules" && rules.show(),
  );

  const close = h("button", { type: "button", class: "quiet close", "aria-label": "关闭 Close" }, "✕");
  const dialog = h(
    "dialog",
    { id: "health", "aria-labelledby": "health-title" },
    h(
      "div",
      { class: "panel-head" },
      h("h2", { id: "health-title" }, ...both("运行状况", "Health")),
      tabs.list,
      close,
    ),
    h("div", { class: "panel-body" }, figures.view, log.view, rules.view),
  );
  document.body.append(dialog);
  tabs.select("overview");
  close.addEventListener("click", () => dialog.close());
  // Escape closes the panel and nothing else; the page would stop its speech.
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  // A press beside the panel.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

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

/** @param {string} path */
function loadStyle(path) {
  const link = h("link", { rel: "stylesheet", href: new URL(path, import.meta.url).href });
  const loaded = new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error(`${path} could not be loaded`)));
  });
  document.head.append(link);
  return loaded;
}
