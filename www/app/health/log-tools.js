/** Actions on the whole log: set its level, export it, clear it. */
import { toLine } from "../../lib/diagnostics/log.js";
import { ndjsonBlob } from "../../lib/diagnostics/ndjson.js";
import { both, confirmed, h, saveAs, select } from "../dom.js";
import { stamp } from "../format.js";
import { said } from "../said.js";

/** @typedef {import("../../lib/diagnostics/diagnostics.js").Diagnostics} Diagnostics */

/** @type {[value: string, label: string][]} */
const LEVELS = [
  ["off", said("关闭", "off")],
  ["error", said("错误", "error")],
  ["warning", said("警告", "warning")],
  ["info", said("信息", "info")],
  ["debug", said("调试", "debug")],
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
    onstatus(
      level.value === "off"
        ? said("不再记录", "Nothing is recorded any more")
        : said(`从现在起记录“${level.value}”及更严重的事件`, `From now on, "${level.value}" and worse is recorded`),
    );
  });
  const texts = h("input", { type: "checkbox", id: "log-texts", checked: log.includeText });
  texts.addEventListener("change", () => {
    log.includeText = texts.checked;
    onstatus(
      texts.checked
        ? said("从现在起，记录中会有朗读的文字", "From now on, records include the text")
        : said("从现在起，记录中只有文字的长度", "From now on, records have only the length of the text"),
    );
  });
  const clear = h("button", { type: "button", class: "small", id: "log-clear" }, ...both("清空", "Clear"));
  confirmed(clear, said("再按一次，清空记录", "Press again to clear"), onclear);
  return h(
    "div",
    { class: "tools", role: "group", "aria-label": said("记录设置", "Log settings") },
    h("label", { for: "log-record-level" }, ...both("记录级别", "Log level")),
    level,
    h(
      "label",
      { class: "check", for: "log-texts" },
      texts,
      h("span", {}, said("记录文字内容（仅本次访问）", "Record texts (this visit only)")),
    ),
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
  const label = gzip ? [".gz"] : both("导出", "NDJSON");
  const title = gzip
    ? said("导出为压缩的 NDJSON", "Export as compressed NDJSON")
    : said("导出为 NDJSON", "Export as NDJSON");
  const button = h("button", { type: "button", class: "small", id, title, "aria-label": title }, ...label);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const blob = await exported(diagnostics, gzip);
      saveAs(blob, `hanvox-log-${stamp(new Date())}.ndjson${gzip ? ".gz" : ""}`);
      onstatus(said(`已导出 ${(blob.size / 1000).toFixed(1)} KB`, `Exported ${(blob.size / 1000).toFixed(1)} KB`));
    } catch (error) {
      diagnostics.handle(error, { action: "export of the log" });
      onstatus(said("导出失败，原因见最新的记录", "The export failed; the latest record says why"));
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
