import assert from "node:assert/strict";
import { test } from "node:test";
import { CODES } from "../../../www/lib/shared/codes.js";
import { Alerts } from "../../../www/lib/diagnostics/alerts.js";
import { DEFAULT_RULES } from "../../../www/lib/diagnostics/rules.js";
import { randomFrom } from "../support/random.js";

/** @typedef {import("../../../www/lib/diagnostics/alerts.js").Rule} Rule */

/** @param {Partial<Rule>} [changes] @returns {Rule} */
function rule(changes) {
  const texts = { advice: "do this", advice_zh: "请这样做" };
  const numbers = { threshold: 3, window_s: 60, cooldown_s: 120 };
  return { id: "r", match: { codes: ["busy"] }, severity: "medium", ...numbers, ...texts, ...changes };
}

/** @param {Rule[]} rules */
function start(rules) {
  const clock = { now: 1_000_000 };
  const alerts = new Alerts({ rules, now: () => clock.now });
  const raised = (/** @type {string} */ code, message = "m", level = "error") =>
    alerts.observe({ code, message, level }).map((alert) => alert.rule);
  return { alerts, clock, raised };
}

test("an alert comes with the threshold and then not again until the rule has cooled down", () => {
  const { alerts, clock, raised } = start([rule()]);
  /** @type {string[]} */
  const heard = [];
  alerts.onalert = (alert) => heard.push(`${alert.rule} ${alert.count}`);
  assert.deepEqual([raised("busy"), raised("network"), raised("busy")], [[], [], []]);
  clock.now += 1000;
  const [alert] = alerts.observe({ code: "busy", message: "the third" });
  assert.deepEqual(alert, {
    rule: "r",
    severity: "medium",
    code: "busy",
    count: 3,
    first: 1_000_000,
    last: 1_001_000,
    advice: "do this",
    advice_zh: "请这样做",
    message: "the third",
  });
  assert.deepEqual(raised("busy"), []);
  assert.equal(alerts.active()[0].count, 4);
  clock.now += 119_000;
  assert.deepEqual(raised("busy"), []);
  clock.now += 1000;
  assert.deepEqual([raised("busy"), raised("busy")], [[], ["r"]]);
  assert.deepEqual(heard, ["r 3", "r 3"]);
});

test("an alert is active until its window and its cool-down have passed without another error", () => {
  const { alerts, clock, raised } = start([rule({ threshold: 1 })]);
  assert.deepEqual(alerts.active(), []);
  raised("busy");
  clock.now += 119_999;
  assert.equal(alerts.active().length, 1);
  clock.now += 1;
  assert.deepEqual(alerts.active(), []);
});

test("any run of errors raises the alerts that the definition says", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = randomFrom(seed);
    const threshold = 1 + Math.floor(random() * 6);
    const [window_s, cooldown_s] = [1 + Math.floor(random() * 30), Math.floor(random() * 60)];
    const { clock, raised } = start([rule({ threshold, window_s, cooldown_s })]);
    /** @type {number[]} */
    const times = [];
    let fired = Number.NEGATIVE_INFINITY;
    for (let step = 0; step < 300; step += 1) {
      clock.now += Math.floor(random() ** 3 * 20_000);
      times.push(clock.now);
      const inWindow = times.filter((time) => time > clock.now - 1000 * window_s).length;
      const due = inWindow >= threshold && clock.now - fired >= 1000 * cooldown_s;
      if (due) fired = clock.now;
      assert.deepEqual(raised("busy"), due ? ["r"] : [], `seed ${seed}, step ${step}`);
    }
  }
});

const MATCHES = /** @type {[Rule["match"], string, string, boolean][]} */ ([
  [{ codes: ["busy"] }, "busy", "m", true],
  [{ codes: ["busy"] }, "network", "busy", false],
  [{ keywords: ["Out of Memory"] }, "network", "WebGL: OUT OF MEMORY!", true],
  [{ keywords: ["内存不足"] }, "network", "错误：内存不足", true],
  [{ keywords: ["memory"] }, "network", "m", false],
  [{ codes: ["busy"], keywords: ["memory"] }, "network", "memory", true],
  [{}, "network", "m", true],
]);

test("a rule matches codes, keywords or any error", () => {
  for (const [match, code, message, expected] of MATCHES) {
    const { raised } = start([rule({ match, threshold: 1 })]);
    assert.deepEqual(raised(code, message), expected ? ["r"] : [], JSON.stringify(match));
  }
});

test("what is only information raises nothing", () => {
  const { raised } = start([rule({ match: {}, threshold: 1 })]);
  assert.deepEqual([raised("canceled", "m", "info"), raised("busy", "m", "warning")], [[], ["r"]]);
});

const PHRASES = [
  ["RangeError: Array buffer allocation failed", "out-of-memory"],
  ["WebAssembly.Memory(): could not allocate memory", "out-of-memory"],
  ["RuntimeError: memory access out of bounds", "out-of-memory"],
  ["index out of bounds; Out of bounds memory access", "out-of-memory"],
  ["InternalError: too much recursion", "out-of-memory"],
  ["RangeError: Maximum call stack size exceeded", "out-of-memory"],
  ["uncaught exception: out of memory", "out-of-memory"],
  ["CUDA out of memory. Tried to allocate 2 GiB", "out-of-memory"],
  ["the worker was killed by signal 9", "engine-crashed"],
];

test("the default rules know a failure by what the browsers say of it", () => {
  for (const [message, id] of PHRASES) {
    const { raised } = start(DEFAULT_RULES);
    assert.ok(raised("network", message).includes(id), message);
  }
});

test("the default rules cover every code as severe as the table of errors, and tell what to do", () => {
  const { rules } = new Alerts();
  assert.deepEqual(rules, DEFAULT_RULES);
  for (const [code, { severity, level }] of Object.entries(CODES)) {
    const severities = rules.filter(({ match }) => match.codes?.includes(code)).map((rule) => rule.severity);
    assert.deepEqual(severities, level === "info" ? [] : [severity], code);
  }
  for (const { advice, advice_zh } of rules)
    assert.ok(advice.length > 40 && (advice_zh.match(/[\u4e00-\u9fff]/g) ?? []).length > 15, advice_zh);
});

test("one grave failure alerts at once, one that its user can mend only when it comes often", () => {
  for (const [code, { severity, level }] of Object.entries(CODES)) {
    if (level === "info") continue;
    const { raised } = start(DEFAULT_RULES);
    const first = raised(code);
    if (severity === "high") assert.equal(first.length, 1, code);
    if (severity === "low") assert.deepEqual(first, [], code);
    for (let more = 0; more < 19; more += 1) first.push(...raised(code));
    assert.equal(first.length, 2, `${code}: its own rule and the one for many errors`);
  }
});

const BAD_RULES = /** @type {[unknown, string][]} */ ([
  [undefined, "rules"],
  [{}, "rules"],
  [Array.from({ length: 201 }, (_, index) => rule({ id: `r${index}` })), "rules"],
  [[rule(), rule()], "rules"],
  [[null], "rules[0]"],
  [[rule(), "rule"], "rules[1]"],
  [[{ ...rule(), id: "" }], "rules[0].id"],
  [[{ ...rule(), colour: "red" }], "rules[0].colour"],
  [[{ ...rule(), match: [] }], "rules[0].match"],
  [[{ ...rule(), match: { codes: ["no-such"] } }], "rules[0].match.codes"],
  [[{ ...rule(), match: { codes: [] } }], "rules[0].match.codes"],
  [[{ ...rule(), match: { keywords: [""] } }], "rules[0].match.keywords"],
  [[{ ...rule(), match: { keywords: [1] } }], "rules[0].match.keywords"],
  [[{ ...rule(), match: { regex: "x" } }], "rules[0].match.regex"],
  [[{ ...rule(), severity: "huge" }], "rules[0].severity"],
  [[{ ...rule(), threshold: 0 }], "rules[0].threshold"],
  [[{ ...rule(), threshold: 1.5 }], "rules[0].threshold"],
  [[{ ...rule(), threshold: 1001 }], "rules[0].threshold"],
  [[{ ...rule(), window_s: "60" }], "rules[0].window_s"],
  [[{ ...rule(), window_s: Number.NaN }], "rules[0].window_s"],
  [[{ ...rule(), cooldown_s: -1 }], "rules[0].cooldown_s"],
  [[{ ...rule(), advice: 5 }], "rules[0].advice"],
  [[{ ...rule(), advice_zh: "字".repeat(1001) }], "rules[0].advice_zh"],
]);

test("a fault in the rules is named, and the rules before stay", () => {
  for (const [rules, option] of BAD_RULES) {
    const alerts = new Alerts({ rules: [rule()] });
    const set = () => (alerts.rules = /** @type {any} */ (rules));
    assert.throws(set, { code: "option-invalid", context: { option } }, option);
    assert.deepEqual(alerts.rules, [rule()]);
  }
});

/** @param {Record<string, string>} [kept] */
function memoryStorage(kept = {}) {
  return {
    kept,
    get: async (/** @type {string} */ key) => kept[key],
    set: async (/** @type {string} */ key, /** @type {string} */ text) => void (kept[key] = text),
  };
}

test("rules are stored, loaded again and reset", async () => {
  const storage = memoryStorage();
  const alerts = new Alerts({ storage });
  await alerts.load();
  assert.deepEqual(alerts.rules, DEFAULT_RULES);
  alerts.rules = [rule({ advice_zh: "改过的建议" })];
  await alerts.saved;
  const again = new Alerts({ storage });
  await again.load();
  assert.deepEqual(again.rules, [rule({ advice_zh: "改过的建议" })]);
  again.reset();
  await again.saved;
  const third = new Alerts({ storage });
  await third.load();
  assert.deepEqual(third.rules, DEFAULT_RULES);
});

test("stored rules that are broken are told of, and the given ones stay", async () => {
  for (const text of ["{", '[{"id": 1}]']) {
    const alerts = new Alerts({ storage: memoryStorage({ "hanvox-alert-rules": text }) });
    await assert.rejects(alerts.load(), { code: "option-invalid" });
    assert.deepEqual(alerts.rules, DEFAULT_RULES);
  }
});

test("a copy of the rules can't be used to change them, and a change keeps what other rules have seen", () => {
  const { alerts, raised } = start([rule(), rule({ id: "s", match: { codes: ["network"] } })]);
  const { rules } = alerts;
  raised("busy");
  raised("busy");
  rules[1].threshold = 9;
  assert.equal(alerts.rules[1].threshold, 3);
  alerts.rules = rules;
  assert.deepEqual(raised("busy"), ["r"]);
});
