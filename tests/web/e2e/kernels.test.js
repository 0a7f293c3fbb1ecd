/** The layers of the wasm itself against plain loops, over random shapes: the same code that the native tests check. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { onnxNet } from "../support/onnx.js";
import { randomFrom } from "../support/random.js";
import { CODES } from "../support/raw-engine.js";

const WWW = fileURLToPath(new URL("../../../www", import.meta.url));
const CASES = 120;

/**
 * @typedef {import("../support/onnx.js").Node} Node
 * @typedef {import("../support/onnx.js").Constant} Constant
 * @typedef {(x: Float32Array, steps: number) => Float64Array} Twin What the layer gives, channels first.
 * @typedef {object} Layer
 * @property {string} what
 * @property {number} channels
 * @property {number} least Steps that it takes at least.
 * @property {Node[]} nodes
 * @property {Constant[]} constants
 * @property {Twin} twin
 */

/** @type {Record<string, (random: Random) => Layer>} */
const LAYERS = { convolution, transposed, dense, depthwise };

for (const code of CODES) {
  test(`layers of random shapes equal plain loops to 1e-5, ${code}`, async () => {
    const Net = await nets(code);
    const random = new Random(7);
    const before = Net.operations();
    for (let number = 0; number < CASES; number += 1) {
      const make = Object.values(LAYERS)[number % 4];
      const layer = make(random);
      const net = new Net("net", onnxNet([1, layer.channels, "T"], layer.nodes, layer.constants), false);
      for (const steps of [layer.least, layer.least + random.below(9), layer.least + random.below(70)]) {
        const x = random.values(layer.channels * steps);
        const [y] = net.run([{ dims: [1, layer.channels, steps], data: x }]);
        const far = distance(layer.twin(x, steps), y.data);
        assert.ok(far <= 1e-5, `${layer.what}, ${steps} steps: ${far}`);
      }
      net.free();
    }
    assert.ok(Net.operations() > before, "our layers did not run");
  });
}

/** @param {string} code */
async function nets(code) {
  const address = `../../../www/pkg/hanvox.js?kernels=${code}`;
  const { default: init, Net } = await import(address);
  const exports = await init({ module_or_path: await readFile(join(WWW, code)) });
  exports.__wasm_call_ctors();
  return Net;
}

/** A convolution with padding, dilation and groups, then maybe LeakyReLU. @param {Random} random @returns {Layer} */
function convolution(random) {
  const group = random.of([1, 1, 1, 2]);
  const [channels, outputs] = [group * (1 + random.below(20)), group * (1 + random.below(20))];
  const [taps, dilation] = [random.of([1, 2, 3, 5, 7, 11]), random.of([1, 1, 2, 3, 5, 9])];
  const [before, after] = [random.below(taps * dilation), random.below(taps * dilation)];
  const alpha = random.of([0, 0.1, 0.2]);
  const [weights, bias] = [random.values((outputs * channels * taps) / group), random.values(outputs)];
  const reach = (taps - 1) * dilation - before - after;
  return {
    what: `conv ${channels} to ${outputs}, ${taps} taps, dilation ${dilation}, ${group} groups, ${before} + ${after}`,
    channels,
    // As many steps as give one of the output, and one at least.
    least: Math.max(1, reach + 1),
    nodes: [
      {
        op: "Conv",
        inputs: ["x", "w", "b"],
        outputs: [alpha ? "h" : "y"],
        ints: { dilations: [dilation], group, kernel_shape: [taps], pads: [before, after] },
      },
      ...(alpha ? [{ op: "LeakyRelu", inputs: ["h"], outputs: ["y"], floats: { alpha } }] : []),
    ],
    constants: [
      { name: "w", dims: [outputs, channels / group, taps], data: weights },
      { name: "b", dims: [outputs], data: bias },
    ],
    twin(x, steps) {
      const length = steps - reach;
      return filled(outputs, length, (output, step) => {
        const [each, first] = [channels / group, Math.floor((output * group) / outputs) * (channels / group)];
        let sum = bias[output];
        for (let channel = 0; channel < each; channel += 1)
          for (let tap = 0; tap < taps; tap += 1) {
            const at = step + tap * dilation - before;
            if (at >= 0 && at < steps)
              sum += weights[(output * each + channel) * taps + tap] * x[(first + channel) * steps + at];
          }
        return alpha && sum < 0 ? alpha * sum : sum;
      });
    },
  };
}

/** @param {Random} random @returns {Layer} */
function transposed(random) {
  const [channels, outputs, stride] = [1 + random.below(12), 1 + random.below(12), random.of([1, 2, 3, 5, 8])];
  const taps = stride * (1 + random.below(2)) + random.below(2);
  const cut = Math.min(taps - 1, random.below(stride));
  const [weights, bias] = [random.values(channels * outputs * taps), random.values(outputs)];
  return {
    what: `transposed ${channels} to ${outputs}, ${taps} taps, stride ${stride}, ${cut} cut`,
    channels,
    least: 2,
    nodes: [
      {
        op: "ConvTranspose",
        inputs: ["x", "w", "b"],
        outputs: ["y"],
        ints: { strides: [stride], kernel_shape: [taps], pads: [cut, cut] },
      },
    ],
    constants: [
      { name: "w", dims: [channels, outputs, taps], data: weights },
      { name: "b", dims: [outputs], data: bias },
    ],
    twin(x, steps) {
      const length = (steps - 1) * stride + taps - 2 * cut;
      const y = filled(outputs, length, (output) => bias[output]);
      for (let channel = 0; channel < channels; channel += 1)
        for (let output = 0; output < outputs; output += 1)
          for (let step = 0; step < steps; step += 1)
            for (let tap = 0; tap < taps; tap += 1) {
              const at = step * stride + tap - cut;
              if (at >= 0 && at < length)
                y[output * length + at] +=
                  weights[(channel * outputs + output) * taps + tap] * x[channel * steps + step];
            }
      return y;
    },
  };
}

/** A matrix for each step, with its bias, between two transpositions. @param {Random} random @returns {Layer} */
function dense(random) {
  const [channels, outputs] = [1 + random.below(40), 1 + random.below(40)];
  const [weights, bias] = [random.values(channels * outputs), random.values(outputs)];
  return {
    what: `dense ${channels} to ${outputs}`,
    channels,
    least: 1,
    nodes: [
      { op: "Transpose", inputs: ["x"], outputs: ["t"], ints: { perm: [0, 2, 1] } },
      { op: "MatMul", inputs: ["t", "w"], outputs: ["m"] },
      { op: "Add", inputs: ["m", "b"], outputs: ["a"] },
      { op: "Transpose", inputs: ["a"], outputs: ["y"], ints: { perm: [0, 2, 1] } },
    ],
    constants: [
      { name: "w", dims: [channels, outputs], data: weights },
      { name: "b", dims: [outputs], data: bias },
    ],
    twin: (x, steps) =>
      filled(outputs, steps, (output, step) => {
        let sum = bias[output];
        for (let channel = 0; channel < channels; channel += 1)
          sum += weights[channel * outputs + output] * x[channel * steps + step];
        return sum;
      }),
  };
}

/** A kernel for each channel. @param {Random} random @returns {Layer} */
function depthwise(random) {
  const [channels, taps, dilation] = [2 + random.below(20), random.of([3, 5, 7]), random.of([1, 2, 4])];
  const reach = ((taps - 1) / 2) * dilation;
  const [weights, bias] = [random.values(channels * taps), random.values(channels)];
  return {
    what: `depthwise ${channels}, ${taps} taps, dilation ${dilation}`,
    channels,
    least: 1,
    nodes: [
      {
        op: "Conv",
        inputs: ["x", "w", "b"],
        outputs: ["y"],
        ints: { dilations: [dilation], group: channels, kernel_shape: [taps], pads: [reach, reach] },
      },
    ],
    constants: [
      { name: "w", dims: [channels, 1, taps], data: weights },
      { name: "b", dims: [channels], data: bias },
    ],
    twin: (x, steps) =>
      filled(channels, steps, (channel, step) => {
        let sum = bias[channel];
        for (let tap = 0; tap < taps; tap += 1) {
          const at = step + tap * dilation - reach;
          if (at >= 0 && at < steps) sum += weights[channel * taps + tap] * x[channel * steps + at];
        }
        return sum;
      }),
  };
}

/** Channels first. @param {number} channels @param {number} steps @param {(channel: number, step: number) => number} value */
function filled(channels, steps, value) {
  return Float64Array.from({ length: channels * steps }, (_, i) => value(Math.floor(i / steps), i % steps));
}

/** The largest difference, relative to the largest value. @param {Float64Array} meant @param {Float32Array} given */
function distance(meant, given) {
  assert.equal(given.length, meant.length);
  const size = meant.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  return meant.reduce((most, value, i) => Math.max(most, Math.abs(value - given[i])), 0) / size;
}

/** Repeatable numbers. */
class Random {
  #next;

  /** @param {number} seed */
  constructor(seed) {
    this.#next = randomFrom(seed);
  }

  /** A whole number below `bound`. @param {number} bound */
  below(bound) {
    return Math.floor(this.#next() * bound);
  }

  /** @template T @param {T[]} choices */
  of(choices) {
    return choices[this.below(choices.length)];
  }

  /** Between -1 and 1. @param {number} count */
  values(count) {
    return Float32Array.from({ length: count }, () => 2 * this.#next() - 1);
  }
}
