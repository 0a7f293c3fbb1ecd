/** Decodes bytes to text; invalid text is an error. */
import { HanvoxError } from "../lib/shared/errors.js";

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
