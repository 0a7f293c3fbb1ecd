/** The rule editor's logic: which rules exist, which are off, and what is wrong with an entry. */
import { DEFAULT_RULES } from "../../lib/diagnostics/rules.js";
import { HanvoxError } from "../../lib/shared/errors.js";
import { MESSAGES } from "../messages.js";
import { said } from "../said.js";

/** @typedef {import("../../lib/diagnostics/alerts.js").Rule} Rule */
/** @typedef {import("../../lib/diagnostics/alerts.js").Alerts} Alerts */
/** @typedef {{rule: Rule, on: boolean}} Entry */
/** @typedef {"severity" | "threshold" | "window_s" | "cooldown_s"} Field */

/** What each field accepts. @type {Record<Field, string>} */
const EXPECTED = {
  severity: said("级别应为高、中或低", "The severity is high, medium or low"),
  threshold: said("次数应为 1 到 1000 的整数", "The threshold is a whole number from 1 to 1000"),
  window_s: said("时间窗应为 1 到 86400 秒", "The window is 1 to 86400 seconds"),
  cooldown_s: said("冷却应为 0 到 86400 秒", "The cool-down is 0 to 86400 seconds"),
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
    return match.keywords
      ? said(`消息含“${match.keywords[0]}”等词`, `messages with "${match.keywords[0]}" and the like`)
      : said("任何错误", "any error");
  return titles.length > 2
    ? said(`${titles.slice(0, 2).join("、")}等`, `${titles.slice(0, 2).join(", ")} and more`)
    : titles.join(said("、", ", "));
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
