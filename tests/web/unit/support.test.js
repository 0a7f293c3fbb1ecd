import assert from "node:assert/strict";
import { test } from "node:test";
import { PAGE_FEATURES, missingFeatures, requireFeatures, wasmFile } from "../../../www/lib/engine/support.js";

const ALL = { WebAssembly, crypto: { subtle: {} }, Worker: class {} };

test("what a browser lacks is named", () => {
  const noSimd = { ...WebAssembly, validate: () => false };
  const cases = /** @type {[object, string[]][]} */ ([
    [ALL, []],
    [{ ...ALL, WebAssembly: noSimd }, ["WebAssembly SIMD"]],
    [{ ...ALL, crypto: {} }, ["Web Crypto"]],
    [{}, PAGE_FEATURES],
  ]);
  for (const [scope, missing] of cases) assert.deepEqual(missingFeatures(PAGE_FEATURES, scope), missing);
  assert.throws(() => requireFeatures(PAGE_FEATURES, {}), { code: "not-supported", message: /SIMD.*Worker/ });
});

test("the engine's code uses relaxed SIMD where the host has it, and where it may", () => {
  const host = (/** @type {boolean} */ has) => ({ WebAssembly: { validate: () => has } });
  assert.equal(wasmFile(true, host(true)), "pkg/hanvox_relaxed_bg.wasm");
  assert.equal(wasmFile(true, host(false)), "pkg/hanvox_bg.wasm");
  assert.equal(wasmFile(false, host(true)), "pkg/hanvox_bg.wasm");
});
