/** What a request may take before it ends with an error that says so. */
import { HanvoxError } from "./errors.js";

/**
 * @typedef {object} Limits
 * @property {number} text Most UTF-16 units of a text (`text-too-long`).
 * @property {number} speeches Most speeches that share an engine, window by window.
 * @property {number} queue Most speeches that wait for an engine (`busy`).
 * @property {number} chunk_ms Longest time without a window (`synthesis-timeout`).
 * @property {number} memory_bytes Most memory of an engine (`out-of-memory`).
 */

/** @type {Limits} */
export const LIMITS = {
  // Half an hour to hours of speech; its reading takes seconds and tens of megabytes.
  text: 100_000,
  speeches: 4,
  queue: 16,
  // A chunk of 100 characters takes about 4 s on one slow core, and phones are several times slower.
  chunk_ms: 30_000,
  // Ten times what the voice and a chunk need.
  memory_bytes: 1024 ** 3,
};

/**
 * `option-invalid`, `text-too-long` or `encoding-invalid` for what can't be spoken at all.
 * @param {unknown} text
 * @param {number} most UTF-16 units.
 */
export function checkText(text, most) {
  if (typeof text !== "string") throw new HanvoxError("option-invalid", `the text is a ${typeof text}`);
  if (text.length > most) {
    const context = { length: text.length, limit: most };
    throw new HanvoxError("text-too-long", `the text has ${text.length} characters, the limit is ${most}`, { context });
  }
  const at = text.search(/\p{Surrogate}/u);
  if (at < 0) return;
  throw new HanvoxError("encoding-invalid", "the text holds half of a surrogate pair", { context: { at } });
}
