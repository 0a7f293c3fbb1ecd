import assert from "node:assert/strict";
import { test } from "node:test";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { Log, log, toLine } from "../../../www/lib/diagnostics/log.js";
import { recorded } from "../support/silently.js";

test("an error is one JSON line with the agreed fields", async () => {
  const error = new HanvoxError("voice-corrupt", "文件坏了", {
    context: { file: "a.onnx" },
    cause: new Error("why"),
  });
  const { lines } = await recorded(() => log.error(error, { request: 3 }));
  assert.equal(lines.length, 1);
  const { timestamp, funcName, lineno, ...rest } = JSON.parse(lines[0]);
  assert.equal(new Date(timestamp).toISOString(), timestamp);
  assert.ok(Number.isInteger(lineno) && typeof funcName === "string");
  assert.deepEqual(
    { level: rest.level, message: rest.message, code: rest.code, module: rest.module, request: rest.request },
    { level: "error", message: "文件坏了", code: "voice-corrupt", module: "log.test.js", request: 3 },
  );
  assert.deepEqual([rest.context, rest.cause.message], [{ file: "a.onnx" }, "why"]);
});

test("any thrown value becomes a HanvoxError that says what it was", () => {
  const cases = /** @type {[unknown, string][]} */ ([
    [new HanvoxError("busy", "b"), "busy"],
    [new DOMException("stop", "AbortError"), "canceled"],
    [new WebAssembly.RuntimeError("unreachable"), "engine-crashed"],
    ["a string", "engine-crashed"],
    [undefined, "engine-crashed"],
    [Object.assign(new Error("x"), { code: "ENOENT" }), "engine-crashed"],
    [new TypeError("x is not a function"), "internal-error"],
    [new ReferenceError("x is not defined"), "internal-error"],
    [new DOMException("x is closed", "InvalidStateError"), "internal-error"],
  ]);
  for (const [thrown, code] of cases) assert.equal(HanvoxError.from(thrown).code, code);
});

/** A log that prints nothing and keeps its records. @param {import("../../../www/lib/diagnostics/log.js").LogOptions} [options] */
function kept(options) {
  /** @type {import("../../../www/lib/diagnostics/log.js").LogRecord[]} */
  const records = [];
  const log = new Log({ console: false, sinks: [(record) => records.push(record)], ...options });
  return { log, records, messages: () => records.map(({ message }) => message) };
}

const LEVELS = /** @type {const} */ (["error", "warning", "info", "debug"]);

test("a level lets through itself and what is more severe, and changes at run time", () => {
  for (const [index, level] of ["off", ...LEVELS].entries()) {
    const { log, messages } = kept({ level: "debug" });
    log.level = /** @type {any} */ (level);
    assert.equal(log.level, level);
    for (const each of LEVELS) log.write(each, each);
    assert.deepEqual(messages(), LEVELS.slice(0, index));
    assert.deepEqual(
      LEVELS.filter((each) => log.enabled(each)),
      LEVELS.slice(0, index),
    );
  }
  for (const level of ["loud", 3, undefined, "constructor"])
    assert.throws(() => (kept().log.level = /** @type {any} */ (level)), { code: "option-invalid" });
});

test("each level goes to its method of the console, as one line", () => {
  /** @type {string[]} */
  const lines = [];
  const method = (/** @type {string} */ name) => (/** @type {string} */ line) => void lines.push(`${name} ${line}`);
  const console = {
    error: method("error"),
    warn: method("warn"),
    info: method("info"),
    debug: method("debug"),
  };
  const log = new Log({ level: "debug", console });
  for (const level of LEVELS) log.write(level, "两行\n字", { n: 1 });
  assert.deepEqual(
    lines.map((line) => line.split(" ")[0]),
    ["error", "warn", "info", "debug"],
  );
  for (const line of lines) {
    assert.ok(line.includes("两行\\n字") && !line.includes("\n"));
    assert.equal(JSON.parse(line.slice(line.indexOf(" "))).n, 1);
  }
});

test("a record says where it was written", () => {
  const { log, records } = kept();
  (function speak() {
    log.write("info", "here");
  })();
  const { module, funcName, lineno } = records[0];
  assert.deepEqual([module, funcName], ["log.test.js", "speak"]);
  assert.ok(Number.isInteger(lineno));
});

test("an error object is written once, whatever it is and whichever view writes it", () => {
  for (const thrown of [new HanvoxError("busy", "b"), new Error("plain"), { code: "network" }]) {
    const { log, records } = kept();
    assert.deepEqual([log.error(thrown), log.with({ request: 1 }).error(thrown)], [true, false]);
    assert.equal(records.length, 1);
  }
  const { log, records } = kept();
  for (const thrown of ["text", "text", undefined]) assert.equal(log.error(thrown), true);
  assert.equal(records.length, 3);
});

test("an error takes the request from its context, and fields go before its own", () => {
  const { log, records } = kept();
  log.error(new HanvoxError("network", "n", { context: { request: 7, voice: "v" } }), { level: "warning" });
  log.error(new HanvoxError("network", "n", { context: { request: 7 } }), { request: 8, chunk: 2 });
  assert.deepEqual(
    [records[0].request, records[0].level, records[0].context],
    [7, "warning", { request: 7, voice: "v" }],
  );
  assert.deepEqual([records[1].request, records[1].chunk, records[1].level], [8, 2, "error"]);
});

test("views add their fields and share level and sinks", () => {
  const { log, records } = kept();
  const view = log.with({ request: "r1" }).with({ chunk: 2 });
  log.level = "debug";
  view.write("debug", "m", { stage: "decoder" });
  const { request, chunk, stage } = records[0];
  assert.deepEqual([request, chunk, stage], ["r1", 2, "decoder"]);
  log.write("info", "plain");
  assert.equal("request" in records[1], false);
});

test("a span is a debug record with its duration, and nothing at a lower level", () => {
  const { log, records } = kept({ level: "debug" });
  log.span("decode", { chunk: 1 }).end({ frames: 9 });
  const { level, message, duration_ms, chunk, frames } = records[0];
  assert.deepEqual([level, message, chunk, frames], ["debug", "decode", 1, 9]);
  assert.ok(typeof duration_ms === "number" && duration_ms >= 0);
  log.level = "info";
  log.span("decode").end();
  assert.equal(records.length, 1);
});

test("records made elsewhere are taken as they are, if their level is on", () => {
  const { log, records } = kept();
  const record = {
    timestamp: "2026-01-01T00:00:00.000Z",
    level: /** @type {const} */ ("info"),
    message: "rust",
    module: "a.rs",
  };
  log.accept(record);
  log.accept({ ...record, level: "debug" });
  assert.deepEqual(records, [record]);
});

test("a sink that throws stops neither the caller nor other sinks, and is told of once", async () => {
  const { log, records } = kept({ console: true });
  log.addSink(() => {
    throw new Error("broken");
  });
  const remove = log.addSink((record) => records.push(record));
  const { lines } = await recorded(() => ["a", "b"].forEach((message) => log.write("info", message)));
  assert.equal(records.length, 4);
  assert.equal(lines.filter((line) => line.includes("a sink of the log failed")).length, 1);
  remove();
  await recorded(() => log.write("info", "c"));
  assert.equal(records.length, 5);
});

test("fields that JSON can't take cost the field and not the record", () => {
  const base = { timestamp: "t", level: /** @type {const} */ ("info"), message: "消息" };
  /** @type {any} */
  const circle = {};
  circle.self = circle;
  const thrower = { toJSON: () => assert.fail("no JSON") };
  const cases = /** @type {[object, object][]} */ ([
    [{ big: 10n }, { big: "10" }],
    [{ why: new TypeError("t") }, { why: { name: "TypeError", message: "t" } }],
    [{ circle }, { omitted: true }],
    [{ thrower }, { omitted: true }],
  ]);
  for (const [fields, expected] of cases)
    assert.deepEqual(JSON.parse(toLine({ ...base, ...fields })), { ...base, ...expected });
  const long = toLine({ ...base, filler: "x".repeat(1000) }, 500);
  assert.deepEqual(JSON.parse(long), { ...base, omitted: true });
});

test("the text of a request shows in no record, unless its user allows it", () => {
  const text = "今天天气很好，我们去公园。";
  const cause = new Error(`at “公园” of ${text}`);
  const thrown = () =>
    new HanvoxError("markup-invalid", "no reading for “天气”", { cause, context: { quoted: '"很好"' } });
  const { log, records } = kept();
  log.error(thrown(), { text });
  const line = toLine(records[0]);
  for (const part of ["天气", "很好", "公园", "今天"]) assert.ok(!line.includes(part), line);
  assert.equal(records[0].message, "no reading for “[2 characters]”");
  log.includeText = true;
  log.error(thrown(), { text });
  assert.equal(records[1].message, "no reading for “天气”");
  assert.equal("text" in records[1], false);
});
