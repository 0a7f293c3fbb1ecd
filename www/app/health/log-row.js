/** One record of the log: a line that expands to show all its fields. */
import { h } from "../dom.js";
import { clock } from "../format.js";
import { words } from "../language/language.js";

/** @typedef {import("../../lib/diagnostics/log.js").LogRecord} LogRecord */

/** @type {Record<string, string>} */
export const LEVEL_NAMES = {
  error: words.healthPanel.error,
  warning: words.healthPanel.warning,
  info: words.healthPanel.info,
  debug: words.healthPanel.debug,
};

// Enough of a request's id to distinguish those on the screen.
const SHORT_ID = 8;

/**
 * @param {LogRecord} record
 * @param {{onrequest: (id: string) => void, onstatus: (message: string) => void}} how
 */
export function logRow(record, { onrequest, onstatus }) {
  const { timestamp, level, message, code, request } = record;
  const details = h(
    "details",
    {},
    h(
      "summary",
      {},
      h("time", { datetime: timestamp, title: timestamp }, clock(timestamp)),
      h("span", { class: "level", "data-level": level }, LEVEL_NAMES[level] ?? level),
      h("span", { class: "message" }, ...(code ? [h("code", {}, code), " "] : []), message),
      h("span", { class: "request", title: request }, String(request ?? "").slice(0, SHORT_ID)),
    ),
  );
  // Most rows are never opened.
  details.addEventListener("toggle", () => details.append(body(record, onrequest, onstatus)), { once: true });
  return h("li", { class: "log-row", "data-level": level, "data-code": code }, details);
}

/**
 * @param {LogRecord} record
 * @param {(id: string) => void} onrequest
 * @param {(message: string) => void} onstatus
 */
function body(record, onrequest, onstatus) {
  const json = JSON.stringify(record, null, 2);
  const text = h("pre", { tabindex: 0, lang: "en", "aria-label": words.healthPanel.wholeRecord }, json);
  const copy = h("button", { type: "button", class: "small", onclick: () => copyText(json, text, onstatus) });
  copy.append(words.healthPanel.copy);
  const buttons = h("div", { class: "row-buttons" }, copy);
  const { request } = record;
  if (request !== undefined) {
    const only = h("button", { type: "button", class: "small", onclick: () => onrequest(String(request)) });
    only.append(words.healthPanel.onlyRequest);
    buttons.append(only);
  }
  return h("div", { class: "record" }, text, buttons);
}

/**
 * @param {string} text
 * @param {HTMLElement} shown
 * @param {(message: string) => void} onstatus
 */
async function copyText(text, shown, onstatus) {
  try {
    await navigator.clipboard.writeText(text);
    onstatus(words.healthPanel.copied);
  } catch {
    // Without clipboard permission, the reader can still copy the selection.
    getSelection()?.selectAllChildren(shown);
    onstatus(words.healthPanel.copyRefused);
  }
}
