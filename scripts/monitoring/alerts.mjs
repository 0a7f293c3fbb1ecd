/** The Prometheus alerting rules: those of the package (rules.js), and ones for what only an outside observer sees. */
import { DEFAULT_RULES } from "../../www/lib/diagnostics/rules.js";

/** @typedef {{name: string, expr: string, for?: string, keep_firing_for?: string, severity: string, summary: string, advice: string}} AlertRule */

/** @type {AlertRule[]} */
const FROM_OUTSIDE = [
  {
    name: "HanvoxDown",
    expr: `up{job="hanvox"} == 0`,
    for: "1m",
    severity: "high",
    summary: "hanvox on {{ $labels.instance }} does not answer",
    advice: "Look whether the process runs, what it wrote last, and whether its port can be reached.",
  },
  {
    name: "HanvoxSlowerThanSpeech",
    expr:
      "sum by (job, instance) (rate(hanvox_real_time_factor_sum[5m])) / " +
      "sum by (job, instance) (rate(hanvox_real_time_factor_count[5m])) > 1",
    for: "5m",
    severity: "medium",
    summary: "hanvox on {{ $labels.instance }} makes speech slower than it is heard",
    advice: "Use fewer workers than cores, or a faster machine.",
  },
];

/** @returns {string} The YAML that Prometheus reads. */
export function alerts() {
  const rules = [...DEFAULT_RULES.map(translated), ...FROM_OUTSIDE];
  const head = "# Made by scripts/monitoring.mjs from www/lib/diagnostics/rules.js; change it there.";
  return `${head}\ngroups:\n  - name: hanvox\n    rules:\n${rules.map(toYaml).join("")}`;
}

/**
 * Converts a rule of the package. Its keywords are omitted: they match messages, which Prometheus does not have.
 * @param {import("../../www/lib/diagnostics/alerts.js").Rule} rule
 * @returns {AlertRule}
 */
function translated({ id, match, severity, threshold, window_s, cooldown_s, advice }) {
  const codes = match.codes ? `{code=~"${match.codes.join("|")}"}` : "";
  const errors = `sum by (job, instance) (increase(hanvox_errors_total${codes}[${window_s}s]))`;
  return {
    name: `Hanvox${id.split("-").map(capitalised).join("")}`,
    expr: `${errors} >= ${threshold}`,
    keep_firing_for: `${cooldown_s}s`,
    severity,
    summary: `${id} on {{ $labels.instance }}`,
    advice,
  };
}

/** @param {string} word */
function capitalised(word) {
  return `${word[0].toUpperCase()}${word.slice(1)}`;
}

/** JSON strings are YAML strings. @param {AlertRule} rule */
function toYaml({ name, expr, for: pending, keep_firing_for, severity, summary, advice }) {
  const times = Object.entries({ for: pending, keep_firing_for }).filter(([, value]) => value !== undefined);
  return [
    `      - alert: ${name}`,
    `        expr: ${JSON.stringify(expr)}`,
    ...times.map(([key, value]) => `        ${key}: ${value}`),
    `        labels: { severity: ${severity} }`,
    `        annotations:`,
    `          summary: ${JSON.stringify(summary)}`,
    `          description: ${JSON.stringify(advice)}`,
    ``,
  ].join("\n");
}
