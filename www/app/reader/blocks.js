/** A text in blocks for a view: paragraphs, and parts of those that are very long. */
import { passageFrom } from "./sentences.js";

/** @typedef {import("./sentences.js").Span} Span */

// Longer paragraphs are laid out in parts, so that a text without line breaks scrolls as well as one with them.
const MOST_CHARACTERS = 2000;

/**
 * Blocks in order, without the line breaks between them.
 * @param {string} text
 * @returns {Span[]}
 */
export function blocksOf(text) {
  const blocks = [];
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf("\n", start);
    const line = found < 0 ? text.length : found;
    let at = start;
    while (line - at > MOST_CHARACTERS) {
      const end = Math.min(passageFrom(text, at, MOST_CHARACTERS)?.end ?? line, line);
      blocks.push({ start: at, end });
      at = end;
    }
    blocks.push({ start: at, end: line });
    start = line + 1;
  }
  return blocks;
}

/**
 * The index of the block at a place; a place between two belongs to the one before.
 * @param {readonly Span[]} blocks At least one.
 * @param {number} place
 */
export function blockAt(blocks, place) {
  let [low, high] = [0, blocks.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (blocks[middle].start <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
