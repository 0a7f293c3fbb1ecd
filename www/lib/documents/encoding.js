/** Bytes to text: Unicode by its marks and its form, Chinese encodings by what makes sense when decoded. */
import { HanvoxError } from "../shared/errors.js";

/** @typedef {{text: string, encoding: string, replaced: number}} Decoded `replaced`: bytes that are no characters. */

const CHINESE = ["gb18030", "big5"];
// How much of a text is looked at to tell encodings apart.
const SAMPLE_BYTES = 64 * 1024;
// A few damaged bytes in a long novel are common; more of them, and it is something else.
const MOST_REPLACED = 1 / 1000;
// What stands for bytes that are no characters: some decoders of Big5 give characters of private use.
const REPLACEMENT = /[\ufffd\ue000-\uf8ff]/g;
// The commonest characters of running text, simplified and traditional, and its punctuation.
const COMMON = new Set(
  "的一是不了在人有我他这這中大来來上国國个個到说說们們为為子和你地出道也时時年得就那要下以生会會自着著去之过過家学學对對可她里裡裏后後小么麼心多天而能好都然没沒日于於起还還发發成事只作当當想看文无無开開手十用主行方又如前所本见見经經头頭面公同三已老从從动動两兩长長，。、！？：；「」“”…《》",
);

/**
 * Decodes a text by its byte order mark, as UTF-8, as UTF-16 by its zeros, or as GB18030 or Big5, whichever reads as
 * Chinese. Throws `encoding-invalid` for bytes that are no text.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Decoded}
 */
export function decodeText(bytes) {
  for (const encoding of encodingsOf(bytes)) {
    const text = decodedAs(encoding, bytes);
    if (text !== undefined) return { text, encoding, replaced: 0 };
  }
  const rest = closest(bytes);
  if (rest) return rest;
  throw new HanvoxError("encoding-invalid", "the file is no text in UTF-8, UTF-16, GB18030 or Big5");
}

/**
 * Decodes a text whose encoding is declared in it, or like any other if the declaration is wrong.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string | undefined} declared
 */
export function decodeDeclared(bytes, declared) {
  const text = declared && !marked(bytes) && known(declared) ? decodedAs(declared, bytes) : undefined;
  return text === undefined ? decodeText(bytes) : { text, encoding: declared ?? "", replaced: 0 };
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function encodingsOf(bytes) {
  const mark = marked(bytes);
  if (mark) return [mark];
  const wide = wideEncoding(bytes);
  return wide ? [wide] : ["utf-8", ...chineseFirst(bytes)];
}

/** @param {Uint8Array} bytes */
function marked([first, second, third]) {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xef && second === 0xbb && third === 0xbf ? "utf-8" : undefined;
}

/**
 * UTF-16 without a mark: line breaks, spaces and digits have a zero in it, always on the same side.
 * @param {Uint8Array} bytes
 */
function wideEncoding(bytes) {
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined;
  const zeros = [0, 0];
  const end = Math.min(bytes.length, SAMPLE_BYTES);
  for (let at = 0; at < end; at += 1) if (bytes[at] === 0) zeros[at % 2] += 1;
  if (zeros[0] === 0 && zeros[1] > 1) return "utf-16le";
  return zeros[1] === 0 && zeros[0] > 1 ? "utf-16be" : undefined;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function chineseFirst(bytes) {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const scored = CHINESE.map((encoding) => ({ encoding, score: scoreOf(new TextDecoder(encoding).decode(sample)) }));
  return scored.sort((one, other) => other.score - one.score).map(({ encoding }) => encoding);
}

/** The share of characters that are common in Chinese. @param {string} text */
function scoreOf(text) {
  let [common, all] = [0, 1];
  for (const character of text) {
    if (character.charCodeAt(0) < 0x80) continue;
    all += 1;
    if (COMMON.has(character)) common += 1;
    if (character === "\ufffd") common -= 1;
  }
  return common / all;
}

/**
 * @param {string} encoding
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function decodedAs(encoding, bytes) {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return isText(text) && !(encoding === "big5" && text.search(REPLACEMENT) >= 0) ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The encoding that replaces the least, if that is little.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Decoded | undefined}
 */
function closest(bytes) {
  const candidates = marked(bytes) ? [/** @type {string} */ (marked(bytes))] : encodingsOf(bytes);
  const decoded = candidates.map((encoding) => {
    const text = new TextDecoder(encoding).decode(bytes);
    return { text, encoding, replaced: text.match(REPLACEMENT)?.length ?? 0 };
  });
  const [best] = decoded.sort((one, other) => one.replaced - other.replaced);
  return best && isText(best.text) && best.replaced <= best.text.length * MOST_REPLACED ? best : undefined;
}

/** Images and the like may pass as GB18030, but hardly without a NUL. @param {string} text */
function isText(text) {
  return !text.includes("\0");
}

/** @param {string} encoding */
function known(encoding) {
  try {
    return Boolean(new TextDecoder(encoding));
  } catch {
    return false;
  }
}
