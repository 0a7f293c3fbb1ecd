/** The packs of small Sambert voices that `npm test` makes, with what the official implementation makes of lines. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const PACKS = process.env.HANVOX_SAMBERT_PACKS;

/** For `test`: why its tests are skipped, if they are. */
export const NEEDS_PACKS = PACKS ? {} : { skip: "HANVOX_SAMBERT_PACKS names no folder of packs" };

/** @param {string} name */
export function packFolder(name) {
  return join(PACKS ?? "", name);
}

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} line As the official front end writes it.
 * @property {string[]} symbols The same, parted.
 * @property {(array: string) => Float32Array} golden
 */

/** @param {string} name @returns {Promise<Case[]>} */
export async function goldenCases(name) {
  const golden = readSafetensors(await readFile(join(packFolder(name), "golden.safetensors")));
  const lines = (await readFile(join(packFolder(name), "symbols.txt"), "utf8")).trim().split("\n");
  return lines.map((text) => {
    const [label, line] = text.split("\t");
    const symbols = line.split(" ").map((symbol) => symbol.slice(1, -1));
    return { name: label, line, symbols, golden: (array) => golden(`${label}/${array}`) };
  });
}

/**
 * A reader of the f32 tensors of a file: eight bytes of header length, a JSON header, the numbers.
 * @param {Buffer} bytes
 */
export function readSafetensors(bytes) {
  const start = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", 8, start));
  return (/** @type {string} */ name) => {
    const {
      dtype,
      data_offsets: [from, to],
    } = header[name];
    if (dtype !== "F32") throw new Error(`${name} is stored as ${dtype}`);
    return new Float32Array(new Uint8Array(bytes.subarray(start + from, start + to)).buffer);
  };
}
