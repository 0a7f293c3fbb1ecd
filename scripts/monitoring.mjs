/**
 * Generates the Grafana dashboard and the Prometheus alerting rules, the latter from the package's own rules.
 * `--check` only reports whether they are up to date.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alerts } from "./monitoring/alerts.mjs";
import { dashboard } from "./monitoring/dashboard.mjs";
import { ROOT } from "./steps.mjs";

/** @type {Record<string, string>} */
const OUTPUTS = {
  "docs/grafana-dashboard.json": dashboard(),
  "docs/prometheus-alerts.yml": alerts(),
};

const stale = Object.entries(OUTPUTS).filter(([path, text]) => read(path) !== text);
if (process.argv.includes("--check")) {
  for (const [path] of stale) console.error(`${path} is not up to date: run node scripts/monitoring.mjs`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of stale) writeFileSync(join(ROOT, path), text);
}

/** @param {string} path */
function read(path) {
  return existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), "utf8") : undefined;
}
