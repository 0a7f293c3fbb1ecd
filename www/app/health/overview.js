/** The overview: key figures, alerts, counts by code and charts. */
import { chartsView } from "./charts.js";
import { h } from "../dom.js";
import { clock } from "../format.js";
import { titleOf } from "./rules.js";
import { severityBadge, SEVERITIES } from "./severity.js";
import { codeCounts, tilesOf } from "./summary.js";
import { words } from "../language/language.js";

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
    h("section", { "aria-label": words.healthPanel.summary }, tiles),
    h(
      "div",
      { class: "pair" },
      section("alerts", words.healthPanel.alerts, alerts, words.healthPanel.noAlerts),
      section("errors-by-code", words.healthPanel.errorsByCode, codes, words.healthPanel.noErrors),
    ),
    section("last-requests", words.healthPanel.lastRequests, charts.view),
  );
  return { view, update };
}

/**
 * @param {string} name
 * @param {string} title
 * @param {HTMLElement} content
 * @param {string} [empty] Shown if the content is empty.
 */
function section(name, title, content, empty) {
  const id = `health-${name}`;
  const parts = [h("h3", { id }, title), content];
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
function tileView({ id, title, value, note }) {
  return h(
    "div",
    { class: "tile", "data-tile": id },
    h("dt", {}, title),
    h("dd", { class: "value" }, value),
    h("dd", { class: "note" }, note),
  );
}

/** @param {Alert} alert */
function alertView({ rule, severity, code, count, first, last, advice_zh, message }) {
  const times = [...new Set([clock(first), clock(last)])].join(words.healthPanel.until);
  return h(
    "li",
    { class: "alert", "data-rule": rule, "data-severity": severity },
    h(
      "p",
      { class: "head" },
      severityBadge(severity),
      h("strong", {}, titleOf(code)),
      h("span", { class: "facts" }, words.healthPanel.timesWhen(count, times)),
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
    { type: "button", title: words.healthPanel.showRecords, onclick: () => oncode(code) },
    bar,
    h("span", { class: "name" }, titleOf(code)),
    h("code", { lang: "en" }, code),
    h("span", { class: "count" }, words.healthPanel.times(count)),
  );
  return h("li", { "data-code": code, "data-count": count }, button);
}
