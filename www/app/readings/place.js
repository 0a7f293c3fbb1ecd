/** What is at a place of a text: a character, the word around it, and the reading that the author has given it. */

/** @typedef {{start: number, end: number}} Span */

const HAN = /^\p{Script=Han}$/u;
// A sentence is enough to see a word, and little to look at.
const CONTEXT = 60;
const BRACES = /^\{[^{}\n]{1,200}\}/;

/**
 * The Chinese character at a place, or just before it.
 * @param {string} text
 * @param {number} place
 * @returns {Span | undefined}
 */
export function characterAt(text, place) {
  for (const start of [place, place - 1]) {
    const from = /[\udc00-\udfff]/.test(text[start] ?? "") ? start - 1 : start;
    const character = String.fromCodePoint(text.codePointAt(from) ?? 0);
    if (from >= 0 && HAN.test(character)) return { start: from, end: from + character.length };
  }
  return undefined;
}

/**
 * The line around a character, as much of it as the engine needs to know its words.
 * @param {string} text
 * @param {Span} span
 * @returns {Span}
 */
export function contextOf(text, { start, end }) {
  const before = text.slice(Math.max(0, start - CONTEXT), start);
  const after = text.slice(end, end + CONTEXT);
  const from = before.search(/[^\n。！？!?]*$/);
  const until = after.search(/[\n。！？!?]/);
  return { start: start - before.length + from, end: until < 0 ? end + after.length : end + until };
}

/**
 * Gives a character a reading at this place only, instead of one that it has there.
 * @param {string} text
 * @param {Span} span Of the character.
 * @param {string} pinyin With a tone digit.
 */
export function withReading(text, { end }, pinyin) {
  const rest = text.slice(end);
  const given = BRACES.exec(rest)?.[0] ?? "";
  return `${text.slice(0, end)}{${pinyin}}${rest.slice(given.length)}`;
}
