/**
 * Sentences and paragraphs of a text of any length. Each call looks only at the text around a place, so a book costs no
 * more than a page.
 */

/** @typedef {{start: number, end: number}} Span UTF-16 offsets, end exclusive. */

// A text without a full stop is cut here, after a comma or a space if there is one.
const MOST = 160;
// How far back the start of a sentence may lie before the text counts as one without full stops.
const BACK = 1600;

// After the end of a sentence: its marks with the closing quotes behind them, a full stop in Latin script, or a line.
const END = /(?:[。！？!?…]+|\.(?=\s))["'”’」』）)】》]*|\n/g;
const SOFT = /[，、；：,;:\s]/g;
// Where a reader pauses anyway.
const COMMA = /[，；][”’」』）)】》]*/g;
// Shorter phrases are not read apart.
const LEAST_PHRASE = 4;
const SPOKEN = /[\p{L}\p{N}]/u;
const MARKUP = /^\s*<(?:\?xml|(?:[\w.-]+:)?speak)(?=[\s/>])/;

/** Whether it is SSML, which makes sense only as a whole. @param {string} text */
export function isMarkup(text) {
  return MARKUP.test(text);
}

/**
 * The sentence around a place. It has no white space at either end, unless there is nothing else.
 * @param {string} text
 * @param {number} at
 * @returns {Span}
 */
export function sentenceAt(text, at) {
  if (isMarkup(text)) return { start: 0, end: text.length };
  const place = Math.max(0, Math.min(at, text.length - 1));
  let start = anchor(text, place);
  let end = cut(text, start);
  while (end <= place && end < text.length) [start, end] = [end, cut(text, end)];
  return trimmed(text, { start, end });
}

/**
 * The next sentence that holds anything to read, or undefined.
 * @param {string} text
 * @param {number} at
 * @returns {Span | undefined}
 */
export function nextSentence(text, at) {
  return sentenceFrom(text, sentenceAt(text, at).end);
}

/**
 * The first sentence to read that starts at a place or after it.
 * @param {string} text
 * @param {number} from
 * @returns {Span | undefined}
 */
function sentenceFrom(text, from) {
  for (let at = skipSpace(text, from); at < text.length; ) {
    const sentence = sentenceAt(text, at);
    if (SPOKEN.test(text.slice(sentence.start, sentence.end))) return sentence;
    at = skipSpace(text, Math.max(sentence.end, at + 1));
  }
  return undefined;
}

/**
 * The sentence before the one around a place, or undefined.
 * @param {string} text
 * @param {number} at
 * @returns {Span | undefined}
 */
export function previousSentence(text, at) {
  let before = lastBefore(text, sentenceAt(text, at).start);
  while (before >= 0) {
    const sentence = sentenceAt(text, before);
    if (SPOKEN.test(text.slice(sentence.start, sentence.end))) return sentence;
    before = lastBefore(text, sentence.start);
  }
  return undefined;
}

/**
 * The first sentence of the next paragraph, or undefined. A paragraph is a line.
 * @param {string} text
 * @param {number} at
 */
export function nextParagraph(text, at) {
  const line = text.indexOf("\n", at);
  return line < 0 ? undefined : sentenceFrom(text, line);
}

/**
 * The first sentence of this paragraph or, from there, of the one before.
 * @param {string} text
 * @param {number} at
 */
export function previousParagraph(text, at) {
  const here = sentenceAt(text, at).start;
  const line = text.lastIndexOf("\n", here - 1);
  const first = skipSpace(text, line + 1);
  if (first < here) return sentenceAt(text, first);
  const previous = previousSentence(text, here);
  return previous && sentenceAt(text, skipSpace(text, text.lastIndexOf("\n", previous.start) + 1));
}

/**
 * A part of a text that an engine gets at once: whole sentences, up to about so many characters.
 * @param {string} text
 * @param {number} from
 * @param {number} most
 * @returns {Span | undefined} Undefined at the end of the text.
 */
export function passageFrom(text, from, most) {
  if (isMarkup(text)) return from < text.length ? { start: 0, end: text.length } : undefined;
  const start = skipSpace(text, from);
  if (start >= text.length) return undefined;
  let end = cut(text, start);
  while (end < text.length && end - start < most) {
    const next = cut(text, end);
    if (next - start > most) break;
    end = next;
  }
  return { start, end };
}

/**
 * The first phrase of the sentence that starts at a place, or the whole sentence if it has no comma to cut it at.
 * @param {string} text
 * @param {number} from
 * @returns {Span | undefined} Undefined at the end of the text.
 */
export function phraseFrom(text, from) {
  const sentence = passageFrom(text, from, 0);
  if (!sentence || isMarkup(text)) return sentence;
  const { start, end } = sentence;
  const comma = [...text.slice(start, end - LEAST_PHRASE).matchAll(COMMA)].find(({ index }) => index >= LEAST_PHRASE);
  return comma ? { start, end: start + comma.index + comma[0].length } : sentence;
}

/**
 * The end of the sentence that starts at a place.
 * @param {string} text
 * @param {number} start
 */
function cut(text, start) {
  const from = skipSpace(text, start);
  const part = text.slice(from, from + MOST + 1);
  const found = firstMatch(END, part);
  if (found) return from + found.index + found[0].length;
  return part.length > MOST ? from + softEnd(part.slice(0, MOST)) : from + part.length;
}

/**
 * @param {RegExp} pattern
 * @param {string} part
 */
function firstMatch(pattern, part) {
  pattern.lastIndex = 0;
  return pattern.exec(part);
}

/** @param {string} part Without an end in it. */
function softEnd(part) {
  const last = [...part.matchAll(SOFT)].at(-1);
  if (last && last.index > MOST / 2) return last.index + 1;
  // Not between the halves of a surrogate pair.
  return /[\uD800-\uDBFF]$/.test(part) ? part.length - 1 : part.length;
}

/**
 * A place from which cutting forward passes `at`: after an end of a sentence, or one that only depends on the text.
 * @param {string} text
 * @param {number} at
 */
function anchor(text, at) {
  const from = Math.max(0, at - BACK);
  // The marks that end a sentence may go on at the place itself.
  const last = [...text.slice(from, at).matchAll(END)].at(-1);
  if (last && !startsWithEnd(text, at, from + last.index)) return from + last.index + last[0].length;
  const earlier = last && [...text.slice(from, from + last.index).matchAll(END)].at(-1);
  if (last) return earlier ? from + earlier.index + earlier[0].length : from;
  return from === 0 ? 0 : from - (from % BACK);
}

/**
 * Whether the marks from `mark` on reach beyond `at`.
 * @param {string} text
 * @param {number} at
 * @param {number} mark
 */
function startsWithEnd(text, at, mark) {
  const whole = firstMatch(END, text.slice(mark, mark + MOST));
  return whole !== null && whole.index === 0 && mark + whole[0].length > at;
}

/**
 * @param {string} text
 * @param {number} from
 */
function skipSpace(text, from) {
  let at = from;
  while (at < text.length && /\s/.test(text[at])) at += 1;
  return at;
}

/**
 * The last place before another that is no white space, or -1.
 * @param {string} text
 * @param {number} place
 */
function lastBefore(text, place) {
  let at = place - 1;
  while (at >= 0 && /\s/.test(text[at])) at -= 1;
  return at;
}

/**
 * @param {string} text
 * @param {Span} span
 */
function trimmed(text, { start, end }) {
  const part = text.slice(start, end);
  const lead = part.length - part.trimStart().length;
  if (lead === part.length) return { start, end };
  return { start: start + lead, end: start + lead + part.trim().length };
}
