/** Pinyin above the characters of a text. */
import { withMarks } from "../pinyin.js";

/** @typedef {import("../../lib/shared/protocol.js").PinyinToken} PinyinToken */

/** @typedef {{start: number, end: number, pinyin?: string}} Piece A part of a text, with what stands above it. */

// A number may be read as dozens of syllables: no piece may be wider than the page.
const MOST_SYLLABLES = 4;

// Words, letters and addresses: they are not spoken as pinyin would say, and who can read pinyin can read them.
const LATIN = /\p{Script=Latin}/u;

/**
 * The text in pieces, each as short as its reading allows: characters one by one, words as a whole.
 * @param {string} text
 * @param {readonly PinyinToken[]} readings In order.
 * @returns {Piece[]}
 */
export function annotated(text, readings) {
  /** @type {Piece[]} */
  const pieces = [];
  let at = 0;
  for (const { start, end, syllables } of placesOf(readings)) {
    if (start < at || LATIN.test(text.slice(start, end))) continue;
    if (start > at) pieces.push({ start: at, end: start });
    pieces.push(...divided(start, end, syllables));
    at = end;
  }
  if (at < text.length) pieces.push({ start: at, end: text.length });
  return pieces;
}

/**
 * Tokens with the same place are one: 3 in 3日 is read as several.
 * @param {readonly PinyinToken[]} readings
 */
function placesOf(readings) {
  /** @type {{start: number, end: number, syllables: string[]}[]} */
  const found = [];
  for (const { start, end, surface } of readings) {
    const syllables = surface.split(" ").filter(Boolean);
    const last = found.at(-1);
    if (last?.start === start && last.end === end) last.syllables.push(...syllables);
    else found.push({ start, end, syllables });
  }
  return found;
}

/**
 * @param {number} start
 * @param {number} end
 * @param {string[]} syllables
 * @returns {Piece[]}
 */
function divided(start, end, syllables) {
  const length = end - start;
  const parts = syllables.length === length ? length : Math.ceil(syllables.length / MOST_SYLLABLES);
  const count = Math.max(1, Math.min(parts, length));
  const cut = (/** @type {number} */ whole, /** @type {number} */ part) => Math.round((whole * part) / count);
  return Array.from({ length: count }, (_, part) => ({
    start: start + cut(length, part),
    end: start + cut(length, part + 1),
    pinyin: syllables
      .slice(cut(syllables.length, part), cut(syllables.length, part + 1))
      .map(withMarks)
      .join(" "),
  }));
}
