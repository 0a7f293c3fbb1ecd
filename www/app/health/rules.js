/** The rule editor's logic: which rules exist, which are off, and what is wrong with an entry. */
import { DEFAULT_RULES } from "../../lib/diagnostics/rules.js";
import { HanvoxError } from "../../lib/shared/errors.js";
import { MESSAGES } from "../messages.js";
import { words } from "../language/language.js";

/** @typedef {import("../../lib/diagnostics/alerts.js").Rule} Rule */
/** @typedef {import("../../lib/diagnostics/alerts.js").Alerts} Alerts */
/** @typedef {{rule: Rule, on: boolean}} Entry */
/** @typedef {"severity" | "threshold" | "window_s" | "cooldown_s"} Field */

/** What each field accepts. @type {Record<Field, string>} */
const EXPECTED = {
  severity: words.healthPanel.badSeverity,
  threshold: words.healthPanel.badThreshold,
  window_s: words.healthPanel.badWindow,
  cooldown_s: words.healthPanel.badCooldown,
};

/**
 * The active rules, plus the missing default ones, switched off.
 * @param {Rule[]} rules
 * @returns {Entry[]}
 */
export function entriesOf(rules) {
  const usual = DEFAULT_RULES.map(({ id }) => id);
  const place = (/** @type {Entry} */ { rule }) => (usual.includes(rule.id) ? usual.indexOf(rule.id) : -1);
  const off = DEFAULT_RULES.filter(({ id }) => !rules.some((rule) => rule.id === id));
  return [
    ...rules.map((rule) => ({ rule, on: true })),
    ...structuredClone(off).map((rule) => ({ rule, on: false })),
  ].sort((a, b) => place(a) - place(b));
}

/**
 * Applies the entries.
 * @param {Alerts} alerts
 * @param {Entry[]} entries
 * @returns {Promise<boolean>} Whether they were also saved for the next visit.
 * @throws {HanvoxError} `option-invalid`; then nothing has changed.
 */
export function applied(alerts, entries) {
  alerts.rules = entries.flatMap(({ rule, on }) => (on ? rule : []));
  return alerts.saved.then(
    () => true,
    () => false,
  );
}

/**
 * The name of a rule, from the titles of its errors.
 * @param {Rule} rule
 */
export function ruleName({ match }) {
  const titles = (match.codes ?? []).map((code) => titleOf(code));
  if (titles.length === 0)
    return match.keywords ? words.healthPanel.messagesWith(match.keywords[0]) : words.healthPanel.anyError;
  return titles.length > 2 ? words.healthPanel.andMore(titles.slice(0, 2)) : titles.join(words.listComma);
}

/** @param {string} code */
export function titleOf(code) {
  return MESSAGES[/** @type {keyof typeof MESSAGES} */ (code)]?.title ?? code;
}

/**
 * The field that was rejected, and the reason with its code.
 * @param {unknown} thrown
 * @returns {{field: Field | undefined, message: string}}
 */
export function refusal(thrown) {
  const { code, message, context } = HanvoxError.from(thrown);
  const name =
    String(context.option ?? "")
      .split(".")
      .at(-1) ?? "";
  const field = Object.hasOwn(EXPECTED, name) ? /** @type {Field} */ (name) : undefined;
  return { field, message: `${field ? EXPECTED[field] : message}（${code}）` };
}
