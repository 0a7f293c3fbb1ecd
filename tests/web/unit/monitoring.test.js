import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CODES } from "../../../www/lib/shared/codes.js";
import { METRICS } from "../../../www/lib/diagnostics/metrics.js";
import { filled, panels } from "../support/dashboard.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const RULES = readFileSync(`${ROOT}docs/prometheus-alerts.yml`, "utf8");

/** Names as Prometheus stores them. */
const SERIES = METRICS.flatMap(({ name, type }) =>
  type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
);
const NAMES = /\bhanvox_\w+/g;

// Part of Prometheus, and beside it.
const PROMTOOL = join(dirname(process.env.PROMETHEUS ?? "/usr/bin/prometheus"), "promtool");

test("the dashboard and the rules are as their tables make them", () => {
  execFileSync(process.execPath, [`${ROOT}scripts/monitoring.mjs`, "--check"]);
});

test("the dashboard asks for metrics that there are", () => {
  const asked = panels().flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(NAMES) ?? []));
  assert.ok(asked.length > 20);
  assert.deepEqual(
    asked.filter((name) => !SERIES.includes(name)),
    [],
  );
});

test("the dashboard shows every metric", () => {
  const text = panels()
    .flatMap(({ targets }) => targets.map(({ expr }) => expr))
    .join("\n");
  assert.deepEqual(
    METRICS.filter(({ name }) => !text.includes(name)).map(({ name }) => name),
    [],
  );
});

test("the dashboard has what Grafana imports, each panel in a place of its own", () => {
  const { schemaVersion, templating, panels } = JSON.parse(readFileSync(`${ROOT}docs/grafana-dashboard.json`, "utf8"));
  assert.ok(schemaVersion >= 36);
  assert.deepEqual([templating.list[0].name, templating.list[0].type], ["datasource", "datasource"]);
  /** @type {Set<string>} */
  const cells = new Set();
  for (const { gridPos, datasource } of panels) {
    const { x, y, w, h } = gridPos;
    assert.equal(datasource.uid, "${datasource}");
    assert.ok(x + w <= 24);
    for (let cell = 0; cell < w * h; cell += 1) {
      const place = `${x + (cell % w)} ${y + Math.floor(cell / w)}`;
      assert.ok(!cells.has(place), `two panels at ${place}`);
      cells.add(place);
    }
  }
});

test("Grafana's variables are all that is to be filled in", () => {
  for (const { targets } of panels()) for (const { expr } of targets) assert.doesNotMatch(filled(expr, 60), /\$/);
});

test("the rules know metrics and codes that there are", () => {
  assert.deepEqual(
    (RULES.match(NAMES) ?? []).filter((name) => !SERIES.includes(name)),
    [],
  );
  const codes = Array.from(RULES.matchAll(/code=~\\"([^"\\]+)\\"/g), ([, codes]) => codes.split("|")).flat();
  assert.ok(codes.length > 10);
  assert.deepEqual(
    codes.filter((code) => !Object.hasOwn(CODES, code)),
    [],
  );
});

test("Prometheus takes the configuration and the rules", { skip: !existsSync(PROMTOOL) && "no promtool" }, () => {
  execFileSync(PROMTOOL, ["check", "config", "docs/prometheus.yml"], { cwd: ROOT, stdio: "pipe" });
});
