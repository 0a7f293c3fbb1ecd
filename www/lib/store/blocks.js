/**
 * The blocks in which a voice's files are stored, checked and repaired. Formats that predate this name, and damage
 * reports, call them chunks.
 */

/** Small enough to refetch cheaply, large enough to keep their number low. */
export const BLOCK_BYTES = 1024 * 1024;

/** @typedef {{start: number, end: number}} Span Offsets in a file; `end` is the byte after the last one. */

/** @param {{bytes: number}} file */
export function blockCount({ bytes }) {
  return Math.ceil(bytes / BLOCK_BYTES);
}

/**
 * @param {{bytes: number}} file
 * @param {number} index
 * @returns {Span}
 */
export function blockSpan({ bytes }, index) {
  return { start: index * BLOCK_BYTES, end: Math.min((index + 1) * BLOCK_BYTES, bytes) };
}
