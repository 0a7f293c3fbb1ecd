/** The rule editor: each rule is a line that expands to its fields; valid changes apply at once. */
import { confirmed, h, select, statusLine } from "../dom.js";
import { applied, entriesOf, refusal, ruleName } from "./rules.js";
import { SEVERITIES, severityBadge } from "./severity.js";
import { language, words } from "../language/language.js";

/** @typedef {import("./rules.js").Entry} Entry */
/** @typedef {import("./rules.js").Field} Field */

/** @type {[field: Exclude<Field, "severity">, title: string, min: number, max: number][]} */
const NUMBERS = [
  ["threshold", words.healthPanel.threshold, 1, 1000],
  ["window_s", words.healthPanel.window, 1, 86400],
  ["cooldown_s", words.healthPanel.cooldown, 0, 86400],
];

/** @param {import("../../lib/diagnostics/diagnostics.js").Diagnostics} diagnostics */
export function rulesView({ alerts }) {
  const { line: status, say } = statusLine();
  const list = h("ul", { class: "rules" });
  const reset = h("button", { type: "button", class: "small", id: "rules-reset" });
  reset.append(words.healthPanel.resetRules);

  /** @type {Entry[]} */
  let entries = [];
  const save = async (/** @type {Entry[]} */ changed) => {
    const kept = applied(alerts, changed);
    entries = changed;
    say((await kept) ? words.saved : words.healthPanel.savedForNow);
  };
  const change = (/** @type {string} */ id, /** @type {(entry: Entry) => Entry} */ edit) =>
    save(entries.map((entry) => (entry.rule.id === id ? edit(entry) : entry)));

  const show = () => {
    entries = entriesOf(alerts.rules);
    list.replaceChildren(...entries.map((entry) => ruleRow(entry, change)));
  };
  confirmed(reset, words.healthPanel.discardAgain, async () => {
    alerts.reset();
    show();
    await save(entries);
  });

  const view = h(
    "div",
    { class: "view" },
    h(
      "div",
      { class: "tools" },
      h("p", { class: "hint" }, words.healthPanel.rulesHint),
      h("div", { class: "actions" }, reset),
    ),
    list,
    status,
  );
  return { view, show };
}

/**
 * @param {Entry} entry
 * @param {(id: string, edit: (entry: Entry) => Entry) => Promise<void>} change
 */
function ruleRow({ rule, on }, change) {
  const { id } = rule;
  const fault = h("p", { class: "fault", id: `rule-${id}-fault`, role: "alert" });
  const facts = h("span", { class: "facts" });
  const badge = h("span");
  const shown = { ...rule };
  const describe = () => {
    badge.replaceChildren(severityBadge(shown.severity));
    facts.textContent = words.healthPanel.within(shown.threshold, shown.window_s);
  };

  /** @type {(input: HTMLInputElement | HTMLSelectElement, patch: Partial<import("./rules.js").Rule>) => void} */
  const edit = (input, patch) => {
    attempt(fault, input, async () => {
      await change(id, (entry) => ({ ...entry, rule: { ...entry.rule, ...patch } }));
      Object.assign(shown, patch);
      describe();
    });
  };
  const power = h("input", {
    type: "checkbox",
    role: "switch",
    checked: on,
    "aria-label": words.healthPanel.enableRule(ruleName(rule)),
  });
  const row = h(
    "li",
    { class: "rule", "data-rule": id, "data-on": String(on) },
    power,
    h(
      "details",
      {},
      h("summary", {}, badge, h("span", { class: "name" }, ruleName(rule)), facts),
      h("p", { class: "advice" }, language === "zh" ? rule.advice_zh : rule.advice),
      h("p", { class: "match", lang: "en" }, ...matchCodes(rule)),
      h(
        "div",
        { class: "fields" },
        severityField(rule, edit),
        ...NUMBERS.map((field) => numberField(rule, field, edit)),
      ),
      fault,
    ),
  );
  power.addEventListener("change", () =>
    attempt(fault, power, async () => {
      row.dataset.on = String(power.checked);
      await change(id, (entry) => ({ ...entry, on: power.checked }));
    }),
  );
  describe();
  return row;
}

/**
 * Shows what is wrong with an entry next to it.
 * @param {HTMLElement} fault
 * @param {HTMLInputElement | HTMLSelectElement} input
 * @param {() => Promise<void>} work
 */
async function attempt(fault, input, work) {
  try {
    await work();
    fault.textContent = "";
    input.removeAttribute("aria-invalid");
  } catch (error) {
    fault.textContent = refusal(error).message;
    input.setAttribute("aria-invalid", "true");
  }
}

/**
 * @param {import("./rules.js").Rule} rule
 * @param {(input: HTMLSelectElement, patch: {severity: import("./severity.js").Severity}) => void} edit
 */
function severityField(rule, edit) {
  const attributes = { id: `rule-${rule.id}-severity`, "aria-describedby": `rule-${rule.id}-fault` };
  const choices = Object.entries(SEVERITIES).map(([value, label]) => /** @type {[string, string]} */ ([value, label]));
  const input = select(attributes, choices, rule.severity);
  input.addEventListener("change", () => edit(input, { severity: /** @type {any} */ (input.value) }));
  return h("div", { class: "field" }, h("label", { for: attributes.id }, words.healthPanel.severity), input);
}

/**
 * @param {import("./rules.js").Rule} rule
 * @param {(typeof NUMBERS)[number]} field
 * @param {(input: HTMLInputElement, patch: Partial<import("./rules.js").Rule>) => void} edit
 */
function numberField(rule, [field, title, min, max], edit) {
  const id = `rule-${rule.id}-${field}`;
  const describedby = { "aria-describedby": `rule-${rule.id}-fault` };
  const input = h("input", {
    type: "number",
    id,
    min,
    max,
    value: rule[field],
    inputmode: "numeric",
    ...describedby,
  });
  input.addEventListener("change", () => edit(input, { [field]: input.valueAsNumber }));
  return h("div", { class: "field" }, h("label", { for: id }, title), input);
}

/** @param {import("./rules.js").Rule} rule */
function matchCodes({ id, match }) {
  const parts = [...(match.codes ?? []), ...(match.keywords ?? []).map((word) => `“${word}”`)];
  return [h("code", {}, id), ...(parts.length > 0 ? [": ", parts.join(", ")] : [])];
}
