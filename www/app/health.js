/** Opens the health panel: its button, and a notice on the page when an alert fires. */
import { loadPanel } from "./load-panel.js";
import { language, words } from "./language/language.js";
import { MESSAGES } from "./messages.js";
import { saveLevel } from "./settings.js";

/** @typedef {import("../lib/diagnostics/diagnostics.js").Diagnostics} Diagnostics */
/** @typedef {import("../lib/diagnostics/alerts.js").Alert} Alert */

// How often to check whether the button's mark can go.
const CHECK_MS = 5000;
const SEVERITIES = /** @type {const} */ (["high", "medium", "low"]);
const WORDS = { high: words.severityHigh, medium: words.severityMedium, low: words.severityLow };

/**
 * @param {Diagnostics} diagnostics
 * @param {(error: unknown) => void} onerror Called when the panel itself can't be loaded.
 */
export function connectHealth(diagnostics, onerror) {
  /** @type {Promise<{open: () => void}> | undefined} */
  let panel;
  const open = async () => {
    hideNotice();
    try {
      panel ??= createPanel(diagnostics);
      (await panel).open();
    } catch (error) {
      panel = undefined;
      onerror(error);
    }
  };
  element("health-open").addEventListener("click", open);
  element("notice-open").addEventListener("click", open);
  element("notice-close").addEventListener("click", hideNotice);
  diagnostics.addEventListener("alert", (event) => {
    showNotice(/** @type {CustomEvent<Alert>} */ (event).detail);
    mark(diagnostics);
  });
}

/** @param {Diagnostics} diagnostics */
function createPanel(diagnostics) {
  const onlevel = (/** @type {string} */ level) => saveLevel(level).catch((error) => void diagnostics.handle(error));
  return loadPanel("health", ({ createHealth }) => createHealth(diagnostics, { onlevel }));
}

/** @param {Alert} alert */
function showNotice({ severity, code, advice, advice_zh }) {
  if (severity === "low" || document.querySelector("dialog[open]")) return;
  const notice = element("notice");
  notice.dataset.severity = severity;
  notice.hidden = false;
  element("notice-severity").textContent = WORDS[severity];
  element("notice-severity").dataset.severity = severity;
  element("notice-title").textContent = MESSAGES[/** @type {keyof typeof MESSAGES} */ (code)]?.title ?? code;
  element("notice-advice").textContent = language === "zh" ? advice_zh : advice;
}

function hideNotice() {
  element("notice").hidden = true;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let checking;

/** Marks the button with the most severe active alert until none is left. @param {Diagnostics} diagnostics */
function mark(diagnostics) {
  const active = diagnostics.alerts.active().map(({ severity }) => severity);
  const gravest = SEVERITIES.find((severity) => active.includes(severity));
  const dot = element("health-mark");
  dot.hidden = gravest === undefined;
  dot.dataset.severity = gravest ?? "";
  dot.textContent = gravest ? `（${WORDS[gravest]}）` : "";
  clearTimeout(checking);
  if (gravest) checking = setTimeout(() => mark(diagnostics), CHECK_MS);
}

/** @param {string} id */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
