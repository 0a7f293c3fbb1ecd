import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CODES } from "../../../www/lib/shared/codes.js";
import { Diagnostics } from "../../../www/lib/diagnostics/diagnostics.js";
import { Log } from "../../../www/lib/diagnostics/log.js";
import { DEFAULT_RULES } from "../../../www/lib/diagnostics/rules.js";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { recorded } from "../support/silently.js";

/** @typedef {import("../../../www/lib/diagnostics/diagnostics.js").CreateOptions} CreateOptions */

/** @param {CreateOptions} [options] */
async function start(options) {
  const clock = { now: 1_000_000 };
  const now = () => clock.now;
  const diagnostics = await Diagnostics.create({ console: false, store: false, now, ...options });
  /** @type {any[]} */
  const alerts = [];
  diagnostics.addEventListener("alert", (event) => alerts.push(/** @type {CustomEvent} */ (event).detail));
  const { metrics } = diagnostics;
  /** @param {string} name @param {Record<string, string>} labels */
  const metric = (name, labels) =>
    metrics.snapshot()[name].series.find((series) => JSON.stringify(series.labels) === JSON.stringify(labels));
  const errors = (/** @type {string} */ code) => metric("hanvox_errors_total", { code })?.value;
  return { diagnostics, alerts, clock, metric, errors };
}

test("every code is one record, one count and its due alert, with the fields of the request", async () => {
  for (const [code, { level, severity }] of Object.entries(CODES)) {
    const { diagnostics, alerts, errors } = await start();
    const context = { request: 4, start: 0 };
    const error = new HanvoxError(/** @type {any} */ (code), "it failed", { context });
    const given = diagnostics.handle(error, { request: 4, chunk: 2, stage: "decoder" });
    assert.equal(given, error);
    assert.equal(diagnostics.handle(given, { request: 5 }), error);
    const records = diagnostics.recent().filter((record) => record.code === code);
    assert.equal(records.length, 1, code);
    const { request, chunk, stage, advice } = records[0];
    assert.deepEqual(
      [records[0].level, request, chunk, stage, advice],
      [level, 4, 2, "decoder", CODES[/** @type {keyof typeof CODES} */ (code)].advice],
    );
    assert.equal(errors(code), 1);
    assert.deepEqual(diagnostics.statistics.counts(60), { [code]: 1 });
    if (severity === "high")
      assert.deepEqual(
        alerts.map((alert) => [alert.code, alert.severity]),
        [[code, "high"]],
      );
  }
});

test("what is thrown and is no HanvoxError becomes one, the same each time", async () => {
  const { diagnostics, errors } = await start();
  const trap = new WebAssembly.RuntimeError("unreachable");
  const first = diagnostics.handle(trap);
  assert.equal(first.code, "engine-crashed");
  assert.equal(diagnostics.handle(trap), first);
  assert.equal(diagnostics.handle(first), first);
  assert.equal(errors("engine-crashed"), 1);
  assert.equal(diagnostics.handle("a string").message, "a string");
  assert.equal(errors("engine-crashed"), 2);
});

test("canceled is counted and told as information, and never alerts", async () => {
  const { diagnostics, alerts, errors } = await start({ rules: [{ ...DEFAULT_RULES[0], match: {} }] });
  for (let count = 0; count < 50; count += 1) diagnostics.handle(new HanvoxError("canceled", "out of memory"));
  assert.deepEqual([errors("canceled"), alerts.length], [50, 0]);
  assert.ok(diagnostics.recent().every(({ level }) => level === "info"));
});

test("an alert is an event, a record and a count", async () => {
  const { diagnostics, alerts, metric } = await start();
  diagnostics.handle(new HanvoxError("out-of-memory", "no room"));
  diagnostics.handle(new HanvoxError("out-of-memory", "no room again"));
  assert.equal(alerts.length, 1);
  assert.match(alerts[0].advice, /concurrency.*shorter chunks/);
  assert.match(alerts[0].advice_zh, /并发/);
  assert.deepEqual(
    diagnostics.recent().map(({ message }) => message),
    ["no room", "alert: out-of-memory", "no room again"],
  );
  assert.equal(metric("hanvox_alerts_total", { rule: "out-of-memory", severity: "high" })?.value, 1);
  assert.equal(diagnostics.alerts.active()[0].count, 2);
});

test("the text of a request is in no record and no alert", async () => {
  const { diagnostics, alerts } = await start();
  diagnostics.handle(new HanvoxError("output-invalid", "silence for “今天天气”"), {
    text: "今天天气很好",
    request: 1,
  });
  const told = JSON.stringify([diagnostics.recent(), alerts]);
  assert.ok(!told.includes("今天") && told.includes("[4 characters]"));
});

test("finished requests become metrics, points for charts and figures of the last seconds", async () => {
  const { diagnostics, clock, metric } = await start();
  const ok = { voice: "baker", duration_s: 2, first_sound_s: 0.2, audio_s: 4, compute_s: 1, characters: 20 };
  diagnostics.finished({ ...ok, memory_bytes: 5e7 });
  diagnostics.finished({ voice: "baker", duration_s: 4, code: "out-of-memory", characters: 9 });
  diagnostics.finished({ voice: "baker", duration_s: 9, code: "canceled", audio_s: 1 });
  assert.deepEqual(diagnostics.derived(60), { qps: 3 / 60, mean_latency_s: 3, error_rate: 0.5 });
  const value = (/** @type {string} */ name, labels = {}) => metric(name, labels)?.value;
  for (const outcome of ["ok", "error", "canceled"])
    assert.equal(value("hanvox_requests_total", { voice: "baker", outcome }), 1);
  assert.deepEqual([value("hanvox_audio_seconds_total"), value("hanvox_characters_total")], [5, 29]);
  assert.deepEqual([value("hanvox_request_duration_seconds"), value("hanvox_first_sound_seconds")], [6, 0.2]);
  assert.equal(value("hanvox_real_time_factor"), 0.25 + 9);
  const [first, second] = diagnostics.series();
  assert.deepEqual(first, {
    at: clock.now,
    duration_s: 2,
    first_sound_s: 0.2,
    rtf: 0.25,
    audio_s: 4,
    memory_bytes: 5e7,
    code: undefined,
  });
  assert.deepEqual([second.code, second.rtf], ["out-of-memory", undefined]);
  clock.now += 61_000;
  assert.deepEqual(diagnostics.derived(60), { qps: 0, mean_latency_s: 0, error_rate: 0 });
});

test("memory is bounded: the newest records and requests stay", async () => {
  const { diagnostics } = await start();
  for (let index = 0; index < 1000; index += 1) {
    diagnostics.log.write("info", String(index));
    diagnostics.finished({ voice: "v", duration_s: index });
  }
  assert.deepEqual([diagnostics.recent().length, diagnostics.series().length], [200, 300]);
  assert.deepEqual([diagnostics.recent()[0].message, diagnostics.series()[0].duration_s], ["800", 700]);
});

test("each record is an event and goes to the store; after close nothing does", async () => {
  /** @type {string[]} */
  const stored = [];
  let closed = 0;
  const store = /** @type {any} */ ({
    append: (/** @type {any} */ { message }) => stored.push(message),
    close: async () => void (closed += 1),
  });
  const log = new Log({ console: false });
  const { diagnostics } = await start({ store, log });
  /** @type {string[]} */
  const heard = [];
  diagnostics.addEventListener("record", (event) => heard.push(/** @type {any} */ (event).detail.message));
  log.write("info", "a");
  log.accept({ timestamp: "t", level: "warning", message: "of a worker" });
  await diagnostics.close();
  log.write("info", "late");
  assert.deepEqual([stored, heard, closed], [["a", "of a worker"], ["a", "of a worker"], 1]);
});

test("blocked storage is one warning, and the failed store keeps the records", async () => {
  const { lines } = await recorded(async () => {
    const { diagnostics } = await start({ console: true, store: true });
    await diagnostics.store?.flush();
    diagnostics.handle(new HanvoxError("network", "n"));
    assert.deepEqual(
      (await diagnostics.store?.all())?.map(({ code }) => code),
      ["storage-blocked", "network"],
    );
    await diagnostics.close();
  });
  assert.equal(lines.length, 2);
});

test("stored rules hold unless rules are given; broken ones are told of", async () => {
  const kept = { text: JSON.stringify([{ ...DEFAULT_RULES[0], id: "mine" }]) };
  const storage = { get: async () => kept.text, set: async () => {} };
  assert.equal((await start({ storage })).diagnostics.alerts.rules[0].id, "mine");
  const given = await start({ storage, rules: [DEFAULT_RULES[1]] });
  assert.deepEqual(given.diagnostics.alerts.rules, [DEFAULT_RULES[1]]);
  kept.text = "broken";
  const { diagnostics, errors } = await start({ storage });
  assert.deepEqual([diagnostics.alerts.rules.length, errors("option-invalid")], [DEFAULT_RULES.length, 1]);
  await assert.rejects(start({ rules: /** @type {any} */ ("all") }), { code: "option-invalid" });
});

test("only the files for Node import anything that a browser has not", () => {
  const lib = fileURLToPath(new URL("../../../www/lib/", import.meta.url));
  const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
  const foreign = files.filter((name) => {
    const source = readFileSync(join(lib, name), "utf8");
    const imported = [...source.matchAll(/^(?:import|export) .*?from "(.+?)";$/gm)].map((match) => match[1]);
    return imported.some((path) => !path.startsWith(".") || path.includes("node/"));
  });
  assert.ok(foreign.length > 0);
  assert.deepEqual(
    foreign.filter((name) => !name.startsWith("node/")),
    [],
  );
});
