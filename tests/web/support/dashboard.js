/** The queries of the Grafana dashboard as it is shipped, with what Grafana puts into them. */
import { readFileSync } from "node:fs";

const FILE = new URL("../../../docs/grafana-dashboard.json", import.meta.url);

/** @typedef {{title: string, targets: {expr: string, legendFormat: string}[]}} Panel */

/** @returns {Panel[]} */
export function panels() {
  return JSON.parse(readFileSync(FILE, "utf8")).panels;
}

/**
 * The queries of a panel, of all instances.
 * @param {string} title
 * @param {number} span_s What a rate looks back on.
 */
export function queriesOf(title, span_s) {
  const panel = panels().find((panel) => panel.title === title);
  if (!panel) throw new Error(`the dashboard has no panel "${title}"`);
  return panel.targets.map(({ expr }) => filled(expr, span_s));
}

/** @param {string} query @param {number} span_s */
export function filled(query, span_s) {
  return query
    .replaceAll("$__rate_interval", `${Math.round(span_s)}s`)
    .replaceAll("$instance", ".*")
    .replaceAll("$job", "hanvox");
}
