/** Alerts: rules as data, matched against every error; a rule fires when it reaches its threshold in its window. */
import { CODES } from "../shared/codes.js";
import { HanvoxError } from "../shared/errors.js";
import { DEFAULT_RULES } from "./rules.js";

/** @typedef {import("./rules.js").Severity} Severity */
/** @typedef {import("./rules.js").Rule} Rule */

/**
 * @typedef {object} Alert
 * @property {string} rule Its id.
 * @property {Severity} severity
 * @property {string} code Of the last error.
 * @property {number} count Errors in the window; keeps counting while the rule cools down.
 * @property {number} first Milliseconds: the first error of the window.
 * @property {number} last
 * @property {string} advice
 * @property {string} advice_zh
 * @property {string} message Of the last error.
 */

/** @typedef {{code: string, message: string, level?: string, at?: number}} Observed */

/**
 * @typedef {object} RuleStorage For example, localStorage behind two async functions.
 * @property {(key: string) => Promise<string | null | undefined>} get
 * @property {(key: string, text: string) => Promise<void>} set
 */

/** @typedef {{rule: Rule, times: number[], fired: number, alert: Alert | undefined}} State */

const KEY = "hanvox-alert-rules";
// Limits what a rule remembers: the times of its last matches.
const MAX_THRESHOLD = 1000;
const MAX_RULES = 200;
const DAY_S = 24 * 3600;
const FIELDS = ["id", "match", "severity", "threshold", "window_s", "cooldown_s", "advice", "advice_zh"];
const SEVERITIES = ["high", "medium", "low"];

export class Alerts {
  /** @type {State[]} */ #states = [];
  #storage;
  #now;
  /** @type {((alert: Alert) => void) | undefined} */ onalert;
  /** Resolves when the last change to the rules is stored. @type {Promise<void>} */ saved = Promise.resolve();

  /** @param {{rules?: Rule[], storage?: RuleStorage, now?: () => number}} [options] */
  constructor({ rules = DEFAULT_RULES, storage, now = Date.now } = {}) {
    this.#now = now;
    this.#apply(rules);
    this.#storage = storage;
  }

  /** @returns {Rule[]} A copy: changes take effect only when set. */
  get rules() {
    return structuredClone(this.#states.map(({ rule }) => rule));
  }

  /** Validated as a whole (`option-invalid` names the bad field), then stored. */
  set rules(rules) {
    this.#apply(rules);
    const saved = this.#storage?.set(KEY, JSON.stringify(this.rules)) ?? Promise.resolve();
    // Callers who care await `saved`; a rejection must not affect anyone else.
    saved.catch(() => {});
    this.saved = saved;
  }

  /** Loads the stored rules, if any; rejects if they are invalid. */
  async load() {
    const text = await this.#storage?.get(KEY);
    if (text) this.#apply(parse(text));
  }

  /** Restores the package's default rules. */
  reset() {
    this.rules = [...DEFAULT_RULES];
  }

  /**
   * @param {Observed} event Errors of level "info", such as "canceled", raise nothing.
   * @returns {Alert[]} Those raised by this event.
   */
  observe({ code, message, level = "error", at = this.#now() }) {
    if (level !== "error" && level !== "warning") return [];
    const matching = this.#states.filter(({ rule }) => matches(rule, code, message));
    const raised = matching.flatMap((state) => note(state, { code, message, at }) ?? []);
    for (const alert of raised) this.onalert?.(alert);
    return raised;
  }

  /** The alerts whose last error is within their window plus cool-down. */
  active() {
    const now = this.#now();
    return this.#states.flatMap(({ rule, alert }) => {
      const end = alert && alert.last + 1000 * Math.max(rule.window_s, rule.cooldown_s);
      return alert && end && now < end ? [{ ...alert }] : [];
    });
  }

  /**
   * An unchanged rule keeps its history.
   * @param {Rule[]} rules
   */
  #apply(rules) {
    const known = new Map(this.#states.map((state) => [JSON.stringify(state.rule), state]));
    this.#states = checkRules(rules).map(
      (rule) =>
        known.get(JSON.stringify(rule)) ?? {
          rule,
          times: [],
          fired: Number.NEGATIVE_INFINITY,
          alert: undefined,
        },
    );
  }
}

/**
 * @param {Rule} rule
 * @param {string} code
 * @param {string} message
 */
function matches({ match: { codes, keywords } }, code, message) {
  if (!codes && !keywords) return true;
  const lower = message.toLowerCase();
  return Boolean(codes?.includes(code) || keywords?.some((keyword) => lower.includes(keyword.toLowerCase())));
}

/**
 * Counts an error for a rule.
 * @param {State} state
 * @param {{code: string, message: string, at: number}} event
 * @returns {Alert | undefined} The alert if it is due now.
 */
function note(state, { code, message, at }) {
  const { rule, times } = state;
  times.push(at);
  while (times.length > MAX_THRESHOLD || times[0] <= at - 1000 * rule.window_s) times.shift();
  const cooling = at - state.fired < 1000 * rule.cooldown_s;
  if (cooling && state.alert) Object.assign(state.alert, { count: state.alert.count + 1, last: at, code, message });
  if (cooling || times.length < rule.threshold) return undefined;
  const { id, severity, advice, advice_zh } = rule;
  const window = { count: times.length, first: times[0], last: at };
  state.fired = at;
  state.alert = { rule: id, severity, code, ...window, advice, advice_zh, message };
  return { ...state.alert };
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HanvoxError("option-invalid", "the stored rules are no JSON", { cause });
  }
}

/**
 * @param {unknown} rules
 * @returns {Rule[]} A frozen copy.
 */
function checkRules(rules) {
  if (!Array.isArray(rules) || rules.length > MAX_RULES) {
    throw invalid("rules", `a list of up to ${MAX_RULES} rules`);
  }
  const ids = new Set(rules.map((rule) => rule?.id));
  rules.forEach((rule, index) => checkRule(rule, `rules[${index}]`));
  if (ids.size < rules.length) throw invalid("rules", "a list whose ids are all different");
  return structuredClone(rules);
}

/**
 * @param {any} rule
 * @param {string} path
 */
function checkRule(rule, path) {
  if (!isObject(rule)) throw invalid(path, "an object");
  checkKeys(rule, FIELDS, path);
  check(isText(rule.id, 100) && rule.id !== "", `${path}.id`, "a name of 1 to 100 characters");
  checkMatch(rule.match, `${path}.match`);
  check(SEVERITIES.includes(rule.severity), `${path}.severity`, `one of ${SEVERITIES.join(", ")}`);
  const whole = Number.isInteger(rule.threshold) && within(rule.threshold, 1, MAX_THRESHOLD);
  check(whole, `${path}.threshold`, `a whole number from 1 to ${MAX_THRESHOLD}`);
  check(within(rule.window_s, 1, DAY_S), `${path}.window_s`, `a number from 1 to ${DAY_S}`);
  check(within(rule.cooldown_s, 0, DAY_S), `${path}.cooldown_s`, `a number from 0 to ${DAY_S}`);
  check(isText(rule.advice, 1000), `${path}.advice`, "a text of up to 1000 characters");
  check(isText(rule.advice_zh, 1000), `${path}.advice_zh`, "a text of up to 1000 characters");
}

/**
 * @param {any} match
 * @param {string} path
 */
function checkMatch(match, path) {
  if (!isObject(match)) throw invalid(path, "an object");
  checkKeys(match, ["codes", "keywords"], path);
  const { codes, keywords } = match;
  const known =
    codes === undefined || (isList(codes) && codes.every((/** @type {any} */ code) => Object.hasOwn(CODES, code)));
  check(known, `${path}.codes`, "a list of error codes");
  const words =
    keywords === undefined ||
    (isList(keywords) && keywords.every((/** @type {any} */ word) => isText(word, 200) && word));
  check(words, `${path}.keywords`, "a list of words of 1 to 200 characters");
}

/**
 * @param {object} object
 * @param {string[]} allowed
 * @param {string} path
 */
function checkKeys(object, allowed, path) {
  const unknown = Object.keys(object).find((key) => !allowed.includes(key));
  if (unknown) throw invalid(`${path}.${unknown}`, `left out: the fields are ${allowed.join(", ")}`);
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {unknown} value */
function isList(value) {
  return Array.isArray(value) && value.length > 0 && value.length <= 100;
}

/** @param {unknown} value @param {number} most */
function isText(value, most) {
  return typeof value === "string" && value.length <= most;
}

/** @param {unknown} value @param {number} least @param {number} most */
function within(value, least, most) {
  return typeof value === "number" && value >= least && value <= most;
}

/** @param {unknown} condition @param {string} field @param {string} expected */
function check(condition, field, expected) {
  if (!condition) throw invalid(field, expected);
}

/** @param {string} field @param {string} expected */
function invalid(field, expected) {
  return new HanvoxError("option-invalid", `${field} must be ${expected}`, { context: { option: field } });
}
