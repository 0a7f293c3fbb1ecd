/** What a request may take before it ends with an error that says so. */
import { HanvoxError } from "./errors.js";

/**
 * @typedef {object} Limits
 * @property {number} text Most UTF-16 units of a text, or most symbols of symbol lines (`text-too-long`).
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

// As `{sh_c$tone4$s_begin$word_begin$emotion_neutral$F7} ` is written; marks take a few more. A symbol costs the engine
// about as much as a character of text (100,000: 1.5 s and 72 MB for 1.5 s and 42 MB), so the one limit counts both:
// of symbol lines it allows about a third of the speech, as a syllable is two symbols and a share of the marks.
const UNITS_PER_SYMBOL = 60;

/**
 * How long a text is by the measure of the limits: in UTF-16 units or, of symbol lines, in symbols.
 * @param {string} text
 * @param {boolean} [symbols]
 */
export function measure(text, symbols = false) {
  return symbols ? Math.ceil(text.length / UNITS_PER_SYMBOL) : text.length;
}

/**
 * `option-invalid`, `text-too-long` or `encoding-invalid` for what can't be spoken at all.
 * @param {unknown} text
 * @param {number} most As `measure` counts.
 * @param {boolean} [symbols] Whether it is symbol lines.
 */
export function checkText(text, most, symbols = false) {
  if (typeof text !== "string") throw new HanvoxError("option-invalid", `the text is a ${typeof text}`);
  const length = measure(text, symbols);
  if (length > most) {
    const what = symbols ? `the symbol lines have about ${length} symbols` : `the text has ${length} characters`;
    throw new HanvoxError("text-too-long", `${what}, the limit is ${most}`, { context: { length, limit: most } });
  }
  const at = text.search(/\p{Surrogate}/u);
  if (at < 0) return;
  throw new HanvoxError("encoding-invalid", "the text holds half of a surrogate pair", { context: { at } });
}
