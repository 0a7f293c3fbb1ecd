/** What a request may use before it ends with an error that says so. */
import { HanvoxError } from "./errors.js";

/**
 * @typedef {object} Limits
 * @property {number} text Maximum UTF-16 units of a text, or symbols of symbol lines (`text-too-long`).
 * @property {number} speeches Maximum speeches that share an engine, window by window.
 * @property {number} queue Maximum speeches that wait for an engine (`busy`).
 * @property {number} chunk_ms Maximum time without a window (`synthesis-timeout`).
 * @property {number} memory_bytes Maximum memory of an engine (`out-of-memory`).
 */

/** @type {Limits} */
export const LIMITS = {
  // Half an hour to hours of speech; its reading takes seconds and tens of megabytes.
  text: 100_000,
  speeches: 4,
  // Each holds its text and little else.
  queue: 1000,
  // A chunk of 100 characters takes about 4 s on one slow core, and phones are several times slower.
  chunk_ms: 30_000,
  // Ten times what the voice and a chunk need.
  memory_bytes: 1024 ** 3,
};

// As in `{sh_c$tone4$s_begin$word_begin$emotion_neutral$F7} `; marks take a few more. A symbol costs the engine about
// as much as a character of text (100,000: 1.5 s and 72 MB for 1.5 s and 42 MB), so one limit counts both: for symbol
// lines it allows about a third of the speech, as a syllable is two symbols and a share of the marks.
const UNITS_PER_SYMBOL = 60;

/**
 * The length of a text as the limits count it: in UTF-16 units or, for symbol lines, in symbols.
 * @param {string} text
 * @param {boolean} [symbols]
 */
export function measure(text, symbols = false) {
  return symbols ? Math.ceil(text.length / UNITS_PER_SYMBOL) : text.length;
}

/**
 * `option-invalid`, `text-too-long` or `encoding-invalid` for anything that can't be spoken.
 * @param {unknown} text
 * @param {number} most As counted by `measure`.
 * @param {boolean} [symbols] Whether the text is symbol lines.
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
