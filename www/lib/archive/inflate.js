/** Inflates pieces as they arrive, in small steps that bound the output of each. */
import { Gunzip, Inflate } from "../../vendor/fflate.js";
import { checkRatio } from "./archive-rules.js";
import { archiveError } from "./archive-errors.js";

// Deflate expands by at most 1032: 16 MiB per step.
const STEP_BYTES = 16 * 1024;

/** @param {AsyncIterable<Uint8Array>} pieces A raw Deflate stream. */
export function inflated(pieces) {
  return through(new Inflate(), pieces);
}

/** @param {AsyncIterable<Uint8Array>} pieces One gzip file, or several concatenated. */
export function gunzipped(pieces) {
  return through(new Gunzip(), pieces);
}

/**
 * @param {Inflate | Gunzip} stream
 * @param {AsyncIterable<Uint8Array>} pieces
 * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>}
 */
async function* through(stream, pieces) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  let parts = [];
  let [packed, unpacked] = [0, 0];
  stream.ondata = (/** @type {Uint8Array<ArrayBuffer>} */ part) => void parts.push(part);
  const push = (/** @type {Uint8Array} */ step, /** @type {boolean} */ final) => {
    parts = [];
    pushed(stream, step, final);
    packed += step.length;
    for (const part of parts) unpacked += part.length;
    checkRatio(unpacked, packed);
    return parts.filter((part) => part.length > 0);
  };
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += STEP_BYTES) yield* push(piece.subarray(at, at + STEP_BYTES), false);
  }
  yield* push(new Uint8Array(), true);
}

/**
 * @param {Inflate | Gunzip} stream
 * @param {Uint8Array} step
 * @param {boolean} final
 */
function pushed(stream, step, final) {
  try {
    stream.push(step, final);
  } catch (cause) {
    // The library's code for truncated input.
    const early = /** @type {{code?: number}} */ (cause).code === 0;
    if (early) throw archiveError("truncated", "the packed data end too early", { cause });
    throw archiveError("content", "the packed data are damaged", { cause });
  }
}
