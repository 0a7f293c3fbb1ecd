/** What the engine needs from its host, detected by feature, not guessed from the browser's name. */
import { HanvoxError } from "../shared/errors.js";

// (module (func (result v128) i32.const 0 i8x16.splat)): valid only with SIMD.
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

// (module (func (result v128) i32.const 0 i8x16.splat (three times) f32x4.relaxed_madd)).
const RELAXED_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 15, 65, 0, 253, 15, 65,
  0, 253, 15, 253, 133, 2, 11,
]);

/** Needed by every host, and in browsers also by the thread that owns the page. */
export const ENGINE_FEATURES = ["WebAssembly", "WebAssembly SIMD", "Web Crypto"];
export const PAGE_FEATURES = [...ENGINE_FEATURES, "Worker"];

/** @type {Record<string, (scope: any) => boolean>} */
const CHECKS = {
  WebAssembly: (scope) => typeof scope.WebAssembly === "object",
  "WebAssembly SIMD": (scope) => Boolean(scope.WebAssembly?.validate(SIMD_MODULE)),
  // Browsers hide it on pages loaded from another machine over plain http.
  "Web Crypto": (scope) => Boolean(scope.crypto?.subtle),
  Worker: (scope) => typeof scope.Worker === "function",
};

/**
 * Names of the missing features; empty if all are there.
 * @param {string[]} features
 * @param {any} [scope]
 */
export function missingFeatures(features, scope = globalThis) {
  return features.filter((feature) => !CHECKS[feature](scope));
}

/**
 * Throws `not-supported`, naming what is missing.
 * @param {string[]} features
 * @param {any} [scope]
 */
export function requireFeatures(features, scope = globalThis) {
  const missing = missingFeatures(features, scope);
  if (missing.length === 0) return;
  throw new HanvoxError("not-supported", `not available here: ${missing.join(", ")}`, {
    context: { missing },
  });
}

/**
 * The engine's code for this host: with the multiply-add of relaxed SIMD where there is one. Both files are one build,
 * and give the same sound within 60 dB.
 * @param {boolean} [relaxed] Whether that may be used.
 * @param {any} [scope]
 */
export function wasmFile(relaxed = true, scope = globalThis) {
  const there = relaxed && scope.WebAssembly?.validate(RELAXED_MODULE);
  return there ? "pkg/hanvox_relaxed_bg.wasm" : "pkg/hanvox_bg.wasm";
}
