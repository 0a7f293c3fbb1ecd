/** The rule editor: each rule is a line that expands to its fields; valid changes apply at once. */
import { both, confirmed, h, select, statusLine } from "../dom.js";
import { applied, entriesOf, refusal, ruleName } from "./rules.js";
import { SEVERITIES, severityBadge } from "./severity.js";
import { said } from "../said.js";

/** @typedef {import("./rules.js").Entry} Entry */
/** @typedef {import("./rules.js").Field} Field */

/** @type {[field: Exclude<Field, "severity">, chinese: string, english: string, min: number, max: number][]} */
const NUMBERS = [
  ["threshold", "触发次数", "Threshold", 1, 1000],
  ["window_s", "时间窗（秒）", "Window, s", 1, 86400],
  ["cooldown_s", "冷却（秒）", "Cool-down, s", 0, 86400],
];

/** @param {import("../../lib/diagnostics/diagnostics.js").Diagnostics} diagnostics */
export function rulesView({ alerts }) {
  const { line: status, say } = statusLine();
  const list = h("ul", { class: "rules" });
  const reset = h("button", { type: "button", class: "small", id: "rules-reset" });
  reset.append(...both("恢复默认", "Reset"));

  /** @type {Entry[]} */
  let entries = [];
  const save = async (/** @type {Entry[]} */ changed) => {
    const kept = applied(alerts, changed);
    entries = changed;
    say(
      (await kept)
        ? said("已保存", "Saved")
        : said(
            "已生效，但浏览器不允许保存，下次访问时会还原",
            "In effect, but the browser does not allow saving: it is reset at the next visit",
          ),
    );
  };
  const change = (/** @type {string} */ id, /** @type {(entry: Entry) => Entry} */ edit) =>
    save(entries.map((entry) => (entry.rule.id === id ? edit(entry) : entry)));

  const show = () => {
    entries = entriesOf(alerts.rules);
    list.replaceChildren(...entries.map((entry) => ruleRow(entry, change)));
  };
  confirmed(reset, said("再按一次，放弃所有改动", "Press again to discard all changes"), async () => {
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
      h(
        "p",
        { class: "hint" },
        said(
          "时间窗内错误达到触发次数时发出警报，冷却期内不再重复。",
          "An alert is raised when errors reach the threshold within the window, and not again during the cool-down.",
        ),
      ),
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
    facts.textContent = said(
      `${shown.window_s} 秒内 ${shown.threshold} 次`,
      `${shown.threshold} times in ${shown.window_s} s`,
    );
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
    "aria-label": said(`启用规则 ${ruleName(rule)}`, `Enable rule ${ruleName(rule)}`),
  });
  const row = h(
    "li",
    { class: "rule", "data-rule": id, "data-on": String(on) },
    power,
    h(
      "details",
      {},
      h("summary", {}, badge, h("span", { class: "name" }, ruleName(rule)), facts),
      h("p", { class: "advice" }, rule.advice_zh),
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
  return h("div", { class: "field" }, h("label", { for: attributes.id }, ...both("级别", "Severity")), input);
}

/**
 * @param {import("./rules.js").Rule} rule
 * @param {(typeof NUMBERS)[number]} field
 * @param {(input: HTMLInputElement, patch: Partial<import("./rules.js").Rule>) => void} edit
 */
function numberField(rule, [field, chinese, english, min, max], edit) {
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
  return h("div", { class: "field" }, h("label", { for: id }, ...both(chinese, english)), input);
}

/** @param {import("./rules.js").Rule} rule */
function matchCodes({ id, match }) {
  const parts = [...(match.codes ?? []), ...(match.keywords ?? []).map((word) => `“${word}”`)];
  return [h("code", {}, id), ...(parts.length > 0 ? [": ", parts.join(", ")] : [])];
}
