/** The severity of an alert, in words and color. */
import { h } from "../dom.js";
import { words } from "../language/language.js";

/** @typedef {import("../../lib/diagnostics/alerts.js").Severity} Severity */

/** @type {Record<Severity, string>} Most severe first. */
export const SEVERITIES = {
  high: words.healthPanel.high,
  medium: words.healthPanel.medium,
  low: words.healthPanel.low,
};

/** @param {Severity} severity */
export function severityBadge(severity) {
  return h("span", { class: "severity", "data-severity": severity }, SEVERITIES[severity]);
}

/** @param {{severity: Severity}[]} alerts */
export function gravest(alerts) {
  return Object.keys(SEVERITIES).find((severity) => alerts.some((alert) => alert.severity === severity));
}
