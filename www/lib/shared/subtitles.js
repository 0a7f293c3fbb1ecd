/** Subtitles of a speech: cues of a line each, as SubRip, WebVTT and LRC have them. */

/** @typedef {import("./protocol.js").SpokenAt} SpokenAt */

/**
 * @typedef {object} SubtitleOptions
 * @property {number} [most] Most characters of a line, default 20; a single longer word stays whole.
 * @property {boolean} [words] Whether WebVTT and LRC tell when each word of a line begins.
 */

/**
 * @typedef {object} Cue
 * @property {number} start Seconds.
 * @property {number} end
 * @property {string} text
 * @property {{start: number, text: string}[]} words With the punctuation after them.
 */

/** @typedef {{start: number, end: number, text: string}} Piece A word with the punctuation around it. */

const MOST = 20;

// A line may end after these.
const CLAUSE_END = /[，。！？；：、…—,.!?;:]["'”’』」）)》】]*\s*$/;

/**
 * Lines of a speech, cut at the ends of sentences, then at punctuation, then between words.
 * @param {{text: string, sentences: SpokenAt[], words: SpokenAt[]}} speech The text as given, with its times.
 * @param {SubtitleOptions} [options]
 * @returns {Cue[]}
 */
export function cuesOf({ text, sentences, words }, { most = MOST } = {}) {
  const rest = [...words];
  return sentences.flatMap((sentence) => {
    const inside = rest.splice(0, countBefore(rest, sentence.to));
    return gathered(clausesOf(piecesOf(text, sentence, inside)), most).map(cueOf);
  });
}

/** SubRip. @param {Cue[]} cues */
export function toSrt(cues) {
  const block = (/** @type {Cue} */ { start, end, text }, /** @type {number} */ at) =>
    `${at + 1}\n${clock(start, ",")} --> ${clock(end, ",")}\n${text}\n`;
  return cues.map(block).join("\n");
}

/** WebVTT. @param {Cue[]} cues @param {SubtitleOptions} [options] */
export function toVtt(cues, { words = false } = {}) {
  const line = (/** @type {Cue} */ cue) => (words ? cue.words.map(timed).join("") : escaped(cue.text));
  const timed = (/** @type {{start: number, text: string}} */ word, /** @type {number} */ at) =>
    (at === 0 ? "" : `<${clock(word.start, ".")}>`) + escaped(word.text);
  const block = (/** @type {Cue} */ cue) => `${clock(cue.start, ".")} --> ${clock(cue.end, ".")}\n${line(cue)}\n`;
  return ["WEBVTT\n", ...cues.map(block)].join("\n");
}

/** LRC, as players of songs show it. @param {Cue[]} cues @param {SubtitleOptions} [options] */
export function toLrc(cues, { words = false } = {}) {
  const timed = (/** @type {{start: number, text: string}} */ word) => `<${minutes(word.start)}>${word.text}`;
  const line = (/** @type {Cue} */ cue) => (words ? cue.words.map(timed).join("") : cue.text);
  return cues.map((cue) => `[${minutes(cue.start)}]${line(cue)}\n`).join("");
}

/** @param {SpokenAt[]} words @param {number} offset */
function countBefore(words, offset) {
  const first = words.findIndex(({ from }) => from >= offset);
  return first < 0 ? words.length : first;
}

/**
 * Each word with the text up to the next one; the first also with what stands before it.
 * @param {string} text
 * @param {SpokenAt} sentence
 * @param {SpokenAt[]} words
 * @returns {Piece[]}
 */
function piecesOf(text, sentence, words) {
  const starts = words.map(({ from }, at) => (at === 0 ? sentence.from : from));
  return words.map(({ start, end }, at) => {
    const written = text.slice(starts[at], starts[at + 1] ?? sentence.to);
    return { start, end, text: withoutMarkup(written) };
  });
}

/** @param {Piece[]} pieces @returns {Piece[][]} */
function clausesOf(pieces) {
  /** @type {Piece[][]} */
  const clauses = [[]];
  for (const piece of pieces) {
    clauses[clauses.length - 1].push(piece);
    if (CLAUSE_END.test(piece.text)) clauses.push([]);
  }
  return clauses.filter((clause) => clause.length > 0);
}

/**
 * Lines of whole clauses; a clause that is too long is cut between words.
 * @param {Piece[][]} clauses
 * @param {number} most
 * @returns {Piece[][]}
 */
function gathered(clauses, most) {
  const short = clauses.flatMap((clause) =>
    lengthOf(clause) > most
      ? packed(
          clause.map((piece) => [piece]),
          most,
        )
      : [clause],
  );
  return packed(short, most);
}

/** @param {Piece[][]} parts @param {number} most @returns {Piece[][]} */
function packed(parts, most) {
  /** @type {Piece[][]} */
  const lines = [];
  for (const part of parts) {
    const line = lines[lines.length - 1];
    if (line && lengthOf(line) + lengthOf(part) <= most) line.push(...part);
    else lines.push([...part]);
  }
  return lines;
}

/** Without the punctuation at its end. @param {Piece[]} pieces */
function lengthOf(pieces) {
  const text = pieces.map((piece) => piece.text).join("");
  return [...text.trim().replace(CLAUSE_END, "")].length;
}

/** @param {Piece[]} pieces @returns {Cue} */
function cueOf(pieces) {
  const words = pieces.map(({ start, text }) => ({ start, text: text.replace(/\s+/g, " ") }));
  const [first, last] = [pieces[0], pieces[pieces.length - 1]];
  const text = words.map((word) => word.text).join("");
  return { start: first.start, end: last.end, text: text.trim(), words };
}

const ENTITIES = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

/** What a reader sees of a piece of marked-up text. @param {string} written */
function withoutMarkup(written) {
  if (!/[<>&{]/.test(written)) return written;
  return written
    .replace(/<!--.*?-->|<!\[CDATA\[|\]\]>|<\/?[a-z?][^>]*>/gis, "")
    .replace(/\{[a-zü:]+[1-5]( +[a-zü:]+[1-5])*\}/gi, "")
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => ENTITIES[/** @type {keyof typeof ENTITIES} */ (name)]);
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** @param {number} seconds @param {string} point */
function clock(seconds, point) {
  const milliseconds = Math.round(seconds * 1000);
  const two = (/** @type {number} */ value) => String(Math.floor(value)).padStart(2, "0");
  const rest = String(milliseconds % 1000).padStart(3, "0");
  return `${two(milliseconds / 3_600_000)}:${two((milliseconds / 60_000) % 60)}:${two((milliseconds / 1000) % 60)}${point}${rest}`;
}

/** @param {number} seconds */
function minutes(seconds) {
  const hundredths = Math.round(seconds * 100);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${two(Math.floor(hundredths / 6000))}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
}
