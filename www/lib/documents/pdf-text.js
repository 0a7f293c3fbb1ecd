/** From the pieces of a PDF page to lines, and from lines to paragraphs, which PDF files don't have. */

/** @typedef {{str: string, transform: number[], width: number, height: number, hasEOL: boolean}} Piece */
/** @typedef {{text: string, left: number, right: number, top: number, size: number}} Line `top`: distance from below. */

// In heights of a character: how far apart pieces are of one line, and lines of one paragraph.
const SAME_LINE = 0.5;
const NEXT_PARAGRAPH = 1.9;
const INDENT = 1.2;
const SHORT = 2.5;
const WORD_GAP = 0.25;
// A line that stands at the edge of this share of the pages is no part of the text.
const RUNNING_SHARE = 0.5;
const FEWEST_PAGES = 4;
const PAGE_NUMBER = /^[-–—\s]*(第\s*)?(\d{1,4}|[ivxlc]{1,7})(\s*页|\s*頁)?(\s*\/\s*\d{1,4})?[-–—\s]*$/i;
const WIDE = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;

/**
 * @param {Piece[]} pieces In the order of the file.
 * @returns {Line[]}
 */
export function linesOf(pieces) {
  /** @type {Line[]} */
  const lines = [];
  let ended = true;
  for (const piece of pieces) {
    const last = lines.at(-1);
    // Some writers have spaces as pieces of their own.
    if (piece.str.trim() === "") {
      if (last && !ended && piece.str !== "") last.text = `${last.text.trimEnd()} `;
    } else {
      const next = lineOf(piece);
      if (!last || ended || !continues(last, next)) lines.push(next);
      else extend(last, next);
      ended = false;
    }
    ended ||= piece.hasEOL;
  }
  return lines;
}

/** @param {Piece} piece @returns {Line} */
function lineOf({ str, transform, width, height }) {
  const [left, top] = [transform[4], transform[5]];
  return { text: str, left, right: left + width, top, size: height || Math.abs(transform[3]) || 1 };
}

/**
 * @param {Line} last
 * @param {Line} next
 */
function continues(last, next) {
  return Math.abs(last.top - next.top) < last.size * SAME_LINE && next.left > last.left;
}

/**
 * @param {Line} line
 * @param {Line} next
 */
function extend(line, next) {
  const apart = next.left - line.right > line.size * WORD_GAP;
  line.text += apart && !line.text.endsWith(" ") ? joint(line.text, next.text) + next.text : next.text;
  line.right = Math.max(line.right, next.right);
  line.size = Math.max(line.size, next.size);
}

/**
 * Pages without headers, footers and page numbers.
 * @param {Line[][]} pages
 */
export function withoutRunningLines(pages) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const lines of pages)
    for (const key of new Set(edgesOf(lines).map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  const runs = (/** @type {Line} */ line) =>
    PAGE_NUMBER.test(line.text) ||
    (pages.length >= FEWEST_PAGES && (counts.get(keyOf(line)) ?? 0) >= pages.length * RUNNING_SHARE);
  return pages.map((lines) => {
    const running = new Set(edgesOf(lines).filter(runs));
    return lines.filter((line) => !running.has(line));
  });
}

/** The highest and the lowest line. @param {Line[]} lines */
function edgesOf(lines) {
  if (lines.length < 2) return [];
  const sorted = [...lines].sort((one, other) => other.top - one.top);
  return [sorted[0], sorted[sorted.length - 1]];
}

/** Equal for headers that differ in the number of the page. @param {Line} line */
function keyOf({ text }) {
  return text.replace(/\d+/g, "#").replace(/\s+/g, "");
}

/**
 * @param {Line[][]} pages
 * @returns {string[]}
 */
export function paragraphsOf(pages) {
  /** @type {string[]} */
  const paragraphs = [];
  /** @type {Line | undefined} */
  let last;
  const lines = pages.flat();
  const left = usual(lines.map((line) => line.left));
  const right = lines.reduce((most, line) => Math.max(most, line.right), 0);
  for (const line of lines) {
    const text = line.text.trim();
    const before = paragraphs.length - 1;
    if (last && !begins(line, last, left, right)) paragraphs[before] = joined(paragraphs[before], text);
    else paragraphs.push(text);
    last = line;
  }
  return paragraphs;
}

/**
 * Whether a line begins a paragraph.
 * @param {Line} line
 * @param {Line} last
 * @param {number} left Of the text.
 * @param {number} right
 */
function begins(line, last, left, right) {
  const { size } = line;
  const turned = line.top > last.top;
  if (line.left - left > size * INDENT) return true;
  if (Math.abs(size - last.size) > size * 0.15) return true;
  if (!turned && last.top - line.top > size * NEXT_PARAGRAPH) return true;
  return right - last.right > size * SHORT;
}

/** The most frequent number, roughly. @param {number[]} numbers */
function usual(numbers) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const number of numbers) counts.set(Math.round(number), (counts.get(Math.round(number)) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1])[0]?.[0] ?? 0;
}

/**
 * @param {string} before
 * @param {string} text
 */
function joined(before, text) {
  if (/[a-z]-$/.test(before) && /^[a-z]/.test(text)) return before.slice(0, -1) + text;
  return before + joint(before, text) + text;
}

/**
 * What stands between two parts: nothing beside a Chinese character.
 * @param {string} before
 * @param {string} after
 */
function joint(before, after) {
  return WIDE.test(before.at(-1) ?? "") || WIDE.test(after[0] ?? "") ? "" : " ";
}
