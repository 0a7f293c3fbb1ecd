/** Decodes bytes to text; invalid text is an error. */
import { HanvoxError } from "../lib/shared/errors.js";

const LINE_FEED = 10;
const RETURN = 13;

/**
 * @param {AsyncIterable<Uint8Array>} stream UTF-8.
 * @returns {AsyncGenerator<string, void, void>}
 */
export async function* decoded(stream) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let bytes = 0;
  const decode = (/** @type {Uint8Array | undefined} */ part) => {
    try {
      return decoder.decode(part, { stream: part !== undefined });
    } catch (cause) {
      const context = { after_bytes: bytes };
      throw new HanvoxError("encoding-invalid", "the input is no UTF-8", { context, cause });
    }
  };
  for await (const part of stream) {
    yield decode(part);
    bytes += part.length;
  }
  yield decode(undefined);
}

/** @param {AsyncIterable<Uint8Array>} stream UTF-8. */
export async function readAll(stream) {
  const parts = [];
  for await (const part of decoded(stream)) parts.push(part);
  return parts.join("");
}

/**
 * Only a line feed ends a line (a preceding carriage return is dropped): Node's readline also splits at other
 * characters, so there would be more output lines than input lines. Not decoded yet, so that a bad line spoils no other.
 * @param {AsyncIterable<Uint8Array>} stream
 * @returns {AsyncGenerator<Uint8Array, void, void>}
 */
export async function* linesOf(stream) {
  /** @type {Uint8Array[]} Of the line that has not ended. */
  let parts = [];
  for await (const part of stream) {
    let start = 0;
    for (let end = part.indexOf(LINE_FEED); end >= 0; end = part.indexOf(LINE_FEED, start)) {
      yield withoutReturn(Buffer.concat([...parts, part.subarray(start, end)]));
      parts = [];
      start = end + 1;
    }
    if (start < part.length) parts.push(part.subarray(start));
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}

/** @param {Uint8Array} line */
function withoutReturn(line) {
  return line.at(-1) === RETURN ? line.subarray(0, -1) : line;
}

/**
 * @param {Uint8Array} line UTF-8.
 * @param {number} number From 1: the first line may have a byte order mark.
 */
export function decodedLine(line, number) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: number > 1 }).decode(line);
  } catch (cause) {
    throw new HanvoxError("encoding-invalid", "the line is no UTF-8", { cause });
  }
}
