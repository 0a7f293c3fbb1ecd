/** Actions on the whole log: set its level, export it, clear it. */
import { toLine } from "../../lib/diagnostics/log.js";
import { ndjsonBlob } from "../../lib/diagnostics/ndjson.js";
import { confirmed, h, saveAs, select } from "../dom.js";
import { stamp } from "../format.js";
import { words } from "../language/language.js";

/** @typedef {import("../../lib/diagnostics/diagnostics.js").Diagnostics} Diagnostics */

/** @type {[value: string, label: string][]} */
const LEVELS = [
  ["off", words.healthPanel.off],
  ["error", words.healthPanel.error],
  ["warning", words.healthPanel.warning],
  ["info", words.healthPanel.info],
  ["debug", words.healthPanel.debug],
];

/**
 * @param {Diagnostics} diagnostics
 * @param {object} how
 * @param {HTMLElement} how.pause
 * @param {() => void} how.onclear
 * @param {(message: string) => void} how.onstatus
 * @param {(level: string) => void} how.onlevel
 */
export function logTools(diagnostics, { pause, onclear, onstatus, onlevel }) {
  const { log } = diagnostics;
  const level = select({ id: "log-record-level" }, LEVELS, log.level);
  level.addEventListener("change", () => {
    log.level = /** @type {typeof log.level} */ (level.value);
    onlevel(level.value);
    onstatus(level.value === "off" ? words.healthPanel.notRecorded : words.healthPanel.recordedFrom(level.value));
  });
  const texts = h("input", { type: "checkbox", id: "log-texts", checked: log.includeText });
  texts.addEventListener("change", () => {
    log.includeText = texts.checked;
    onstatus(texts.checked ? words.healthPanel.withText : words.healthPanel.withoutText);
  });
  const clear = h("button", { type: "button", class: "small", id: "log-clear" }, words.healthPanel.clear);
  confirmed(clear, words.healthPanel.clearAgain, onclear);
  return h(
    "div",
    { class: "tools", role: "group", "aria-label": words.healthPanel.logSettings },
    h("label", { for: "log-record-level" }, words.healthPanel.logLevel),
    level,
    h("label", { class: "check", for: "log-texts" }, texts, h("span", {}, words.healthPanel.recordTexts)),
    h(
      "div",
      { class: "actions" },
      pause,
      exportButton(diagnostics, false, onstatus),
      exportButton(diagnostics, true, onstatus),
      clear,
    ),
  );
}

/**
 * @param {Diagnostics} diagnostics
 * @param {boolean} gzip
 * @param {(message: string) => void} onstatus
 */
function exportButton(diagnostics, gzip, onstatus) {
  const id = gzip ? "log-export-gzip" : "log-export";
  const label = gzip ? ".gz" : words.healthPanel.exportLog;
  const title = gzip ? words.healthPanel.exportGzip : words.healthPanel.exportPlain;
  const button = h("button", { type: "button", class: "small", id, title, "aria-label": title }, label);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const blob = await exported(diagnostics, gzip);
      saveAs(blob, `hanvox-log-${stamp(new Date())}.ndjson${gzip ? ".gz" : ""}`);
      onstatus(words.healthPanel.exported((blob.size / 1000).toFixed(1)));
    } catch (error) {
      diagnostics.handle(error, { action: "export of the log" });
      onstatus(words.healthPanel.exportFailed);
    } finally {
      button.disabled = false;
    }
  });
  return button;
}

/**
 * The stored log, or the one in memory if nothing can be stored.
 * @param {Diagnostics} diagnostics
 * @param {boolean} gzip
 */
async function exported(diagnostics, gzip) {
  const { store } = diagnostics;
  if (!store) return ndjsonBlob(linesOf(diagnostics.recent()), gzip);
  await store.flush();
  return store.exportNdjson({ gzip });
}

/** @param {import("../../lib/diagnostics/log.js").LogRecord[]} records */
async function* linesOf(records) {
  yield records.map((record) => toLine(record));
}
