/** The pieces in which a voice's files are kept, checked and repaired. */

/** Small enough to be fetched again without a thought, large enough to make few of them. */
export const CHUNK_BYTES = 1024 * 1024;

/** @typedef {import("./manifest.js").VoiceFile} VoiceFile */

/** @typedef {{start: number, end: number}} Span Offsets in a file; `end` is the byte after the last one. */

/** @param {{bytes: number}} file */
export function chunkCount({ bytes }) {
  return Math.ceil(bytes / CHUNK_BYTES);
}

/**
 * @param {{bytes: number}} file
 * @param {number} index
 * @returns {Span}
 */
export function chunkSpan({ bytes }, index) {
  return { start: index * CHUNK_BYTES, end: Math.min((index + 1) * CHUNK_BYTES, bytes) };
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<string>} In hexadecimal, lower case.
 */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
