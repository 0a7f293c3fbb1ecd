/** Samples of the engine and how far two of them are apart. */
import assert from "node:assert/strict";

/** All samples of a synthesis. @param {import("../../../www/pkg/hanvox.js").Synthesis} synthesis */
export function spoken(synthesis) {
  const samples = [];
  for (let window = synthesis.next(); window; window = synthesis.next()) {
    for (const sample of window.samples) samples.push(sample);
  }
  synthesis.free();
  return new Float32Array(samples);
}

/** The largest difference. @param {Float32Array} a @param {Float32Array} b */
export function difference(a, b) {
  assert.equal(a.length, b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);
}

/** How far the difference is below what is meant, in dB. @param {Float32Array} ours @param {Float32Array} meant */
export function signalToNoise(ours, meant) {
  assert.equal(ours.length, meant.length);
  const power = (/** @type {Float32Array} */ values) => values.reduce((sum, value) => sum + value * value, 0);
  return 10 * Math.log10(power(meant) / power(meant.map((value, index) => value - ours[index])));
}
