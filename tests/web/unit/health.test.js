import assert from "node:assert/strict";
import { test } from "node:test";
import { Metrics } from "../../../www/lib/diagnostics/metrics.js";
import { Alerts } from "../../../www/lib/diagnostics/alerts.js";
import { DEFAULT_RULES } from "../../../www/lib/diagnostics/rules.js";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { clock, duration, megabytes, percent, stamp } from "../../../www/app/format.js";
import { ALL, codesOf, matcher, merged } from "../../../www/app/health/log-filter.js";
import { LogModel } from "../../../www/app/health/log-model.js";
import { applied, entriesOf, refusal, ruleName } from "../../../www/app/health/rules.js";
import { COLUMNS, spread } from "../../../www/app/health/series.js";
import { codeCounts, tilesOf } from "../../../www/app/health/summary.js";

/** @typedef {import("../../../www/lib/diagnostics/log.js").LogRecord} LogRecord */

/** @type {LogRecord[]} */
const RECORDS = [
  { timestamp: "2026-01-02T03:04:05.006Z", level: "debug", message: "encoder", request: "r-1" },
  { timestamp: "2026-01-02T03:04:06.006Z", level: "info", message: "Voice ready", module: "pool.js" },
  {
    timestamp: "2026-01-02T03:04:07.006Z",
    level: "warning",
    message: "blank",
    code: "empty-text",
    request: 12,
  },
  { timestamp: "2026-01-02T03:04:08.006Z", level: "error", message: "句子太长", code: "synthesis-timeout" },
];

test("a record is shown if every field of the filter lets it through", () => {
  const cases = /** @type {[Partial<typeof ALL>, number[]][]} */ ([
    [{}, [0, 1, 2, 3]],
    [{ level: "error" }, [3]],
    [{ level: "warning" }, [2, 3]],
    [{ level: "debug" }, [0, 1, 2, 3]],
    [{ code: "empty-text" }, [2]],
    [{ words: "VOICE pool" }, [1]],
    [{ words: "  " }, [0, 1, 2, 3]],
    [{ words: "太长" }, [3]],
    [{ words: "voice encoder" }, []],
    [{ request: " r-1 " }, [0]],
    [{ request: "1" }, [0, 2]],
    [{ request: "1", level: "warning" }, [2]],
  ]);
  for (const [filter, places] of cases) {
    const shown = RECORDS.filter(matcher({ ...ALL, ...filter }));
    assert.deepEqual(
      shown.map((record) => RECORDS.indexOf(record)),
      places,
      JSON.stringify(filter),
    );
  }
  assert.deepEqual(codesOf(RECORDS), ["empty-text", "synthesis-timeout"]);
});

test("records that are kept already are not shown twice", () => {
  const kept = structuredClone(RECORDS.slice(0, 3));
  assert.deepEqual(merged(kept, RECORDS.slice(2)), RECORDS);
  assert.deepEqual(merged([], RECORDS), RECORDS);
  assert.deepEqual(merged(kept, []), kept);
});

test("the log reads the kept records, then takes new ones until it is stopped, and stays bounded", async () => {
  const source = new FakeDiagnostics(RECORDS.slice(0, 2));
  /** @type {string[]} */
  const told = [];
  const model = new LogModel(/** @type {any} */ (source), {
    onrecord: ({ message }) => told.push(message),
    onreset: () => told.push("reset"),
  });
  const started = model.start();
  source.write(RECORDS[2]);
  await started;
  source.write(RECORDS[3]);
  assert.deepEqual(model.records, RECORDS);
  assert.deepEqual(told, ["reset", "句子太长"]);
  for (let count = 0; count < 12_000; count += 1) source.write(RECORDS[0]);
  assert.ok(model.records.length <= 5500, `${model.records.length}`);
  await model.clear();
  assert.deepEqual([model.records, source.kept], [[], []]);
  model.stop();
  source.write(RECORDS[3]);
  assert.equal(model.records.length, 0);
});

test("a log that can't be read is told, and shows what is in memory; stopped early it stays silent", async () => {
  const source = new FakeDiagnostics(RECORDS);
  const model = new LogModel(/** @type {any} */ (source), { onrecord: () => {}, onreset: () => {} });
  const started = model.start();
  model.stop();
  await started;
  assert.deepEqual(model.records, []);
  source.store.all = () => Promise.reject(new HanvoxError("storage-blocked", "no"));
  await model.start();
  assert.deepEqual(model.records, RECORDS.slice(-1));
  assert.deepEqual(source.handled, ["no"]);
});

class FakeDiagnostics extends EventTarget {
  /** @param {LogRecord[]} kept */
  constructor(kept) {
    super();
    this.kept = kept;
    /** @type {string[]} */ this.handled = [];
    this.handle = (/** @type {Error} */ { message }) => void this.handled.push(message);
    this.recent = () => RECORDS.slice(-1);
    this.store = {
      flush: async () => {},
      all: async () => structuredClone(this.kept),
      clear: async () => void (this.kept = []),
    };
  }

  /** @param {LogRecord} record */
  write(record) {
    this.kept = [...this.kept.slice(-10), record];
    this.dispatchEvent(Object.assign(new Event("record"), { detail: record }));
  }
}

test("finished requests become the columns of the charts", () => {
  const points = [
    { at: 1, duration_s: 1, first_sound_s: 0.2, rtf: 0.1, memory_bytes: 2e6 },
    { at: 2, duration_s: 3, code: "engine-crashed" },
    { at: 3, duration_s: 2, first_sound_s: 0.4, rtf: Number.NaN, code: "canceled" },
    { at: 4, duration_s: 2, first_sound_s: 0, rtf: 0.3, memory_bytes: 0 },
  ];
  assert.deepEqual(COLUMNS.latency(points), [
    [1, 2, 3, 4],
    [1, 3, 2, 2],
    [0.2, null, 0.4, 0],
  ]);
  assert.deepEqual(COLUMNS.rtf(points)[1], [0.1, null, null, 0.3]);
  assert.deepEqual(COLUMNS.memory(points)[1], [2, null, null, null]);
  assert.deepEqual(COLUMNS.errors(points).slice(1), [
    [0, 50, 100 / 3, 25],
    [null, 50, null, null],
  ]);
  assert.deepEqual(COLUMNS.errors([]), [[], [], []]);
  const many = Array.from({ length: 50 }, (_, at) => ({ at, code: at < 20 ? "busy" : undefined }));
  assert.deepEqual(
    [19, 29, 39, 49].map((place) => COLUMNS.errors(many)[1][place]),
    [100, 50, 0, 0],
  );
  assert.deepEqual(spread([1, null, 3]), { count: 2, last: 3, mean: 2, max: 3 });
  assert.equal(spread([null]), undefined);
});

test("the tiles and the counts come from the metrics", () => {
  const metrics = new Metrics();
  const values = () =>
    Object.fromEntries(tilesOf(metrics.snapshot(), { qps: 0.5, mean_latency_s: 2 }).map((tile) => [tile.id, tile]));
  assert.deepEqual(
    Object.values(values()).map(({ value }) => value),
    ["0", "–", "0.50", "–", "–", "–", "–", "–"],
  );
  for (const [outcome, count] of /** @type {[string, number][]} */ ([
    ["ok", 3],
    ["error", 1],
    ["canceled", 2],
  ]))
    metrics.add("hanvox_requests_total", { voice: "baker", outcome }, count);
  for (const seconds of [1, 2]) metrics.observe("hanvox_request_duration_seconds", {}, seconds);
  metrics.observe("hanvox_first_sound_seconds", {}, 0.25);
  metrics.observe("hanvox_real_time_factor", {}, 0.2);
  metrics.set("hanvox_wasm_memory_bytes", { engine: "1" }, 1e8);
  metrics.set("hanvox_wasm_memory_bytes", { engine: "2" }, 5e7);
  metrics.add("hanvox_errors_total", { code: "busy" }, 1);
  metrics.add("hanvox_errors_total", { code: "empty-text" }, 2);
  const { requests, success, latency, memory } = values();
  assert.deepEqual([requests.value, success.value, success.note], ["6", "75.0 %", "失败 1 · 取消 2"]);
  assert.deepEqual([latency.value, latency.note], ["1.50 s", "近 60 秒：2.00 s"]);
  assert.deepEqual([memory.value, memory.note], ["150 MB", "引擎 2 · 自愈 0"]);
  assert.deepEqual(codeCounts(metrics.snapshot()), [
    { code: "empty-text", count: 2 },
    { code: "busy", count: 1 },
  ]);
});

test("numbers read well at every size", () => {
  assert.deepEqual([0, 0.0412, 1, 12.34, 90, Number.NaN, undefined].map(duration), [
    ...["0 ms", "41 ms", "1.00 s", "12.3 s", "1.5 min", "–", "–"],
  ]);
  assert.deepEqual([1, 0, 0.9999, 0.5, Number.NaN].map(percent), ["100 %", "0 %", "99.9 %", "50.0 %", "–"]);
  assert.deepEqual([0, 1.25e7, 1.25e8].map(megabytes), ["0.0 MB", "12.5 MB", "125 MB"]);
  const noon = new Date(2026, 0, 2, 12, 0, 0);
  assert.equal(clock(new Date(2026, 0, 2, 3, 4, 5), noon), "03:04:05");
  assert.equal(clock(new Date(2025, 11, 31, 3, 4, 5), noon), "12-31 03:04:05");
  assert.equal(clock("no time"), "no time");
  assert.equal(stamp(new Date("2026-01-02T03:04:05.678Z")), "20260102T030405Z");
});

test("a rule that is switched off goes out of force, stays in the list, and can come back", async () => {
  const alerts = new Alerts();
  const entries = entriesOf(alerts.rules);
  assert.ok(entries.every(({ on }) => on));
  const off = entries.map((entry, place) => (place === 1 ? { ...entry, on: false } : entry));
  assert.equal(await applied(alerts, off), true);
  assert.equal(alerts.rules.length, DEFAULT_RULES.length - 1);
  assert.deepEqual(entriesOf(alerts.rules), off);
  await applied(alerts, entries);
  assert.deepEqual(alerts.rules, DEFAULT_RULES);
});

test("rules that the browser won't keep are in force all the same", async () => {
  const refuse = () => Promise.reject(new HanvoxError("storage-blocked", "no"));
  const alerts = new Alerts({ storage: { get: async () => null, set: refuse } });
  assert.equal(await applied(alerts, entriesOf(alerts.rules).slice(0, 2)), false);
  assert.equal(alerts.rules.length, 2);
});

test("a wrong entry is refused with its code and field, and changes nothing", () => {
  const alerts = new Alerts();
  const cases = /** @type {[Record<string, unknown>, string, RegExp][]} */ ([
    [{ threshold: 0 }, "threshold", /1000.*option-invalid/],
    [{ threshold: 1.5 }, "threshold", /整数/],
    [{ window_s: Number.NaN }, "window_s", /86400/],
    [{ cooldown_s: -1 }, "cooldown_s", /冷却/],
    [{ severity: "grave" }, "severity", /级别/],
  ]);
  for (const [patch, field, message] of cases) {
    const wrong = entriesOf(alerts.rules).map(({ rule, on }) => ({ rule: { ...rule, ...patch }, on }));
    try {
      void applied(alerts, wrong);
      assert.fail("it was taken");
    } catch (error) {
      const shown = refusal(error);
      assert.equal(shown.field, field);
      assert.match(shown.message, message);
    }
    assert.deepEqual(alerts.rules, DEFAULT_RULES);
  }
});

test("a rule is called what its errors are called", () => {
  const [rule] = DEFAULT_RULES;
  const cases = /** @type {[import("../../../www/app/health/rules.js").Rule["match"], string][]} */ ([
    [{ codes: ["empty-text"] }, "还没有文字"],
    [{ codes: ["empty-text", "nothing-to-speak"] }, "还没有文字、没有可以朗读的内容"],
    [{ codes: ["voice-missing", "voice-corrupt", "busy"] }, "语音文件缺失、语音文件已损坏等"],
    [{ keywords: ["killed", "unreachable"] }, "消息含“killed”等词"],
    [{}, "任何错误"],
  ]);
  for (const [match, name] of cases) assert.equal(ruleName({ ...rule, match }), name);
});
