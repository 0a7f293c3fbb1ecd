/** Writes small ONNX files: a net of a few nodes with one input and one output, for the engine's `Net`. */

const FLOAT = 1;
const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;
const ATTRIBUTE = { float: 1, int: 2, ints: 7 };

/**
 * @typedef {{name: string, dims: number[], data: Float32Array}} Constant
 * @typedef {{op: string, inputs: string[], outputs: string[], ints?: Record<string, number | number[]>,
 *   floats?: Record<string, number>}} Node
 */

/**
 * Bytes of a net from `x` to `y`; a length that is a name is of any size.
 * @param {(number | string)[]} shape Of `x`.
 * @param {Node[]} nodes
 * @param {Constant[]} constants
 */
export function onnxNet(shape, nodes, constants) {
  const graph = [
    ...nodes.map((node) => bytes(1, nodeBytes(node))),
    bytes(2, text("net")),
    ...constants.map((constant) => bytes(5, tensorBytes(constant))),
    bytes(11, valueBytes("x", shape)),
    bytes(12, bytes(1, text("y"))),
  ].flat();
  const opset = [...bytes(1, []), ...number(2, 17)];
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, opset)]);
}

/** @param {Node} node */
function nodeBytes({ op, inputs, outputs, ints = {}, floats = {} }) {
  return [
    ...inputs.flatMap((name) => bytes(1, text(name))),
    ...outputs.flatMap((name) => bytes(2, text(name))),
    ...bytes(3, text(outputs[0])),
    ...bytes(4, text(op)),
    ...Object.entries(ints).flatMap(([name, value]) => bytes(5, [...bytes(1, text(name)), ...whole(value)])),
    ...Object.entries(floats).flatMap(([name, value]) =>
      bytes(5, [...bytes(1, text(name)), ...key(2, FIXED32), ...floatBytes([value]), ...number(20, ATTRIBUTE.float)]),
    ),
  ];
}

/** @param {number | number[]} value */
function whole(value) {
  if (typeof value === "number") return [...number(3, value), ...number(20, ATTRIBUTE.int)];
  return [...value.flatMap((one) => number(8, one)), ...number(20, ATTRIBUTE.ints)];
}

/** @param {Constant} constant */
function tensorBytes({ name, dims, data }) {
  return [
    ...dims.flatMap((length) => number(1, length)),
    ...number(2, FLOAT),
    ...bytes(8, text(name)),
    ...bytes(9, floatBytes(data)),
  ];
}

/** @param {string} name @param {(number | string)[]} shape */
function valueBytes(name, shape) {
  const lengths = shape.flatMap((length) =>
    bytes(1, typeof length === "number" ? number(1, length) : bytes(2, text(length))),
  );
  return [...bytes(1, text(name)), ...bytes(2, bytes(1, [...number(1, FLOAT), ...bytes(2, lengths)]))];
}

/** @param {number} field @param {number} wire */
const key = (field, wire) => varint(field * 8 + wire);
/** @param {number} field @param {number} value Not negative. */
const number = (field, value) => [...key(field, VARINT), ...varint(value)];
/** @param {number} field @param {number[]} content */
const bytes = (field, content) => [...key(field, BYTES), ...varint(content.length), ...content];
/** @param {string} words */
const text = (words) => [...new TextEncoder().encode(words)];
/** @param {Iterable<number>} values */
const floatBytes = (values) => [...new Uint8Array(Float32Array.from(values).buffer)];

/** @param {number} value @returns {number[]} */
function varint(value) {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
