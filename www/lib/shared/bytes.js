/**
 * Copies parts one after another into `whole`, which has room for all of them.
 * @template {Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>} T
 * @param {T} whole
 * @param {ArrayLike<number>[]} parts
 */
export function joined(whole, parts) {
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
