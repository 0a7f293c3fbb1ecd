import assert from "node:assert/strict";
import { test } from "node:test";
import { PAGE_FEATURES, missingFeatures, requireFeatures } from "../../../www/lib/engine/support.js";

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
