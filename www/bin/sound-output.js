/** Where speech goes: a file, which gets its name only when complete, or standard output. */
import { isFormat, formatOfFile, FORMATS } from "../lib/encode/formats.js";
import { openEncoder } from "../lib/node/node-encoders.js";
import { HanvoxError } from "../lib/shared/errors.js";
import { PartFile } from "./part-file.js";
import { writeBytes } from "./terminal.js";

/** @typedef {import("../lib/encode/formats.js").Format} Format */
/** @typedef {import("../lib/encode/encoder.js").EncoderOptions} EncoderOptions */

/**
 * @typedef {object} SoundOutput
 * @property {(pcm: Uint8Array) => Promise<unknown>} write Samples: 16-bit, little-endian, mono.
 * @property {() => Promise<unknown>} finish
 */

export const STANDARD_OUTPUT = "-";

/**
 * The format of an output: the one that is named, or else that of the file's ending.
 * @param {string} path
 * @param {string} [named]
 * @returns {Format}
 */
export function formatOf(path, named) {
  if (named === undefined) return path === STANDARD_OUTPUT ? "wav" : formatOfFile(path);
  if (isFormat(named)) return named;
  throw new HanvoxError("option-invalid", `--format is one of ${Object.keys(FORMATS).join(", ")}, not "${named}"`);
}

/**
 * Reserves an output before the work, so that a path that can't be written is reported at once.
 * @param {string} path Or `-`.
 * @returns {Promise<{open: (format: Format, options: EncoderOptions) => Promise<SoundOutput>, discard: () => Promise<void>}>}
 */
export async function reserveOutput(path) {
  if (path === STANDARD_OUTPUT) return { open: openStandardOutput, discard: async () => {} };
  const file = await PartFile.create(path);
  return { open: (format, options) => openFile(file, format, options), discard: () => file.discard() };
}

/**
 * @param {PartFile} file
 * @param {Format} format
 * @param {EncoderOptions} options
 * @returns {Promise<SoundOutput>}
 */
async function openFile(file, format, options) {
  const encoder = await openEncoder(format, { ...options, seekable: true });
  let position = 0;
  const append = async (/** @type {Uint8Array} */ bytes) => {
    await file.writeAt(bytes, position);
    position += bytes.length;
  };
  return {
    write: (pcm) => append(encoder.encode(pcm)),
    async finish() {
      await append(encoder.finish());
      await file.writeAt(encoder.head(), 0);
      await file.finish();
    },
  };
}

/**
 * @param {Format} format
 * @param {EncoderOptions} options
 * @returns {Promise<SoundOutput>}
 */
async function openStandardOutput(format, options) {
  const encoder = await openEncoder(format, options);
  return {
    write: (pcm) => writeBytes(encoder.encode(pcm)),
    finish: () => writeBytes(encoder.finish()),
  };
}
