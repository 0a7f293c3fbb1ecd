/** The overview: key figures, alerts, counts by code and charts. */
import { chartsView } from "./charts.js";
import { both, h } from "../dom.js";
import { clock } from "../format.js";
import { titleOf } from "./rules.js";
import { severityBadge, SEVERITIES } from "./severity.js";
import { codeCounts, tilesOf } from "./summary.js";
import { said } from "../said.js";

/** @typedef {import("../../lib/diagnostics/diagnostics.js").Diagnostics} Diagnostics */
/** @typedef {import("../../lib/diagnostics/alerts.js").Alert} Alert */

/**
 * @param {Diagnostics} diagnostics
 * @param {{oncode: (code: string) => void}} how `oncode`: called when the reader asks for the records of a code.
 */
export function overview(diagnostics, { oncode }) {
  const tiles = h("dl", { class: "tiles" });
  const alerts = h("ul", { class: "alerts" });
  const codes = h("ul", { class: "codes" });
  const charts = chartsView();
  const showTiles = keyed(tiles, tileView);
  const showAlerts = keyed(alerts, alertView);
  const showCodes = keyed(codes, (/** @type {CodeLine} */ line) => codeView(line, oncode));

  const update = () => {
    const snapshot = diagnostics.metrics.snapshot();
    showTiles(tilesOf(snapshot, diagnostics.derived(60)));
    showAlerts(byGravity(diagnostics.alerts.active()));
    showCodes(codeLines(codeCounts(snapshot)));
    charts.update(diagnostics.series());
  };
  const view = h(
    "div",
    { class: "view" },
    h("section", { "aria-label": said("概况", "Summary") }, tiles),
    h(
      "div",
      { class: "pair" },
      section("警报", "Alerts", alerts, said("没有警报", "No alerts")),
      section("错误代码", "Errors by code", codes, said("没有错误", "No errors")),
    ),
    section("最近的请求", "Last requests", charts.view),
  );
  return { view, update };
}

/**
 * @param {string} chinese
 * @param {string} english
 * @param {HTMLElement} content
 * @param {string} [empty] Shown if the content is empty.
 */
function section(chinese, english, content, empty) {
  const id = `health-${english.toLowerCase().replaceAll(" ", "-")}`;
  const parts = [h("h3", { id }, ...both(chinese, english)), content];
  if (empty) parts.push(h("p", { class: "empty" }, empty));
  return h("section", { "aria-labelledby": id }, ...parts);
}

/**
 * Renders a list, updating only what has changed: it may hold the focus or a selection.
 * @template T
 * @param {HTMLElement} list
 * @param {(item: T) => HTMLElement} view
 * @returns {(items: T[]) => void}
 */
function keyed(list, view) {
  /** @type {string[]} */
  let shown = [];
  return (items) => {
    const keys = items.map((item) => JSON.stringify(item));
    keys.forEach((key, place) => {
      if (key === shown[place]) return;
      const next = view(items[place]);
      const old = list.children[place];
      if (old) old.replaceWith(next);
      else list.append(next);
    });
    while (list.children.length > items.length) list.lastElementChild?.remove();
    shown = keys;
  };
}

/** @param {import("./summary.js").Tile} tile */
function tileView({ id, chinese, english, value, note }) {
  return h(
    "div",
    { class: "tile", "data-tile": id },
    h("dt", {}, ...both(chinese, english)),
    h("dd", { class: "value" }, value),
    h("dd", { class: "note" }, note),
  );
}

/** @param {Alert} alert */
function alertView({ rule, severity, code, count, first, last, advice_zh, message }) {
  const times = [...new Set([clock(first), clock(last)])].join(said(" 至 ", " to "));
  return h(
    "li",
    { class: "alert", "data-rule": rule, "data-severity": severity },
    h(
      "p",
      { class: "head" },
      severityBadge(severity),
      h("strong", {}, titleOf(code)),
      h("span", { class: "facts" }, said(`${count} 次 · ${times}`, `${count} times · ${times}`)),
    ),
    h("p", { class: "advice" }, advice_zh),
    h("p", { class: "reason", lang: "en" }, h("code", {}, code), " ", message),
  );
}

/** @param {Alert[]} alerts */
function byGravity(alerts) {
  const rank = (/** @type {Alert} */ { severity }) => Object.keys(SEVERITIES).indexOf(severity);
  return alerts.sort((a, b) => rank(a) - rank(b) || b.last - a.last);
}

/** @typedef {{code: string, count: number, share: number}} CodeLine `share`: relative to the most frequent code. */

/** @param {{code: string, count: number}[]} counts */
function codeLines(counts) {
  return counts.map(({ code, count }) => ({ code, count, share: count / counts[0].count }));
}

/**
 * @param {CodeLine} line
 * @param {(code: string) => void} oncode
 */
function codeView({ code, count, share }, oncode) {
  const bar = h("span", { class: "bar", "aria-hidden": "true" });
  bar.style.width = `${share * 100}%`;
  const button = h(
    "button",
    { type: "button", title: said("查看这些记录", "Show these records"), onclick: () => oncode(code) },
    bar,
    h("span", { class: "name" }, titleOf(code)),
    h("code", { lang: "en" }, code),
    h("span", { class: "count" }, said(`${count} 次`, `${count} times`)),
  );
  return h("li", { "data-code": code, "data-count": count }, button);
}
