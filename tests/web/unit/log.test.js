import assert from "node:assert/strict";
import { test } from "node:test";
import { HanvoxError } from "../../../www/lib/errors.js";
import { log } from "../../../www/lib/diagnostics/log.js";
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
  ]);
  for (const [thrown, code] of cases) assert.equal(HanvoxError.from(thrown).code, code);
});
