/** The reader's own words with their readings: `单于<TAB>chan2 yu2` on each line, as the engine takes them. */

/** @typedef {{word: string, pinyin: string}} Entry */

/**
 * Reads lines of a word and its pinyin, separated by a tab, spaces, a comma or "=", as tables and other programs write
 * them. Lines that are empty or begin with # are left out; the engine says what is wrong with others.
 * @param {string} text
 * @returns {Entry[]} Each word once, as it stands last.
 */
export function parseDictionary(text) {
  /** @type {Map<string, string>} */
  const words = new Map();
  for (const line of text.replace(/^\ufeff/, "").split(/\r\n?|\n/)) {
    const [, word, pinyin] = /^\s*"?([^\s",=#]+)"?\s*[\t ,=]\s*"?([^"]*?)"?\s*$/.exec(line) ?? [];
    if (word && pinyin) words.set(word, digits(pinyin));
  }
  return [...words].map(([word, pinyin]) => ({ word, pinyin }));
}

/** @param {Entry[]} entries */
export function dictionaryText(entries) {
  return entries.map(({ word, pinyin }) => `${word}\t${pinyin}\n`).join("");
}

/**
 * The entries with another reading of a word, or without it if the reading is empty.
 * @param {Entry[]} entries
 * @param {Entry} entry
 */
export function withEntry(entries, { word, pinyin }) {
  const others = entries.filter((entry) => entry.word !== word);
  return pinyin.trim() === "" ? others : [...others, { word, pinyin: digits(pinyin) }];
}

const MARKS = ["\u0304", "\u0301", "\u030C", "\u0300"];
const DIAERESIS = "\u0308";

/**
 * Pinyin with a tone digit after each syllable: `chóng qìng` and `chong2 qing4` both give `chong2 qing4`.
 * @param {string} pinyin
 */
export function digits(pinyin) {
  const syllables = pinyin
    .trim()
    .toLowerCase()
    .replace(/u:/g, "v")
    .split(/[\s']+/);
  return syllables.map(withDigit).join(" ");
}

/** @param {string} syllable */
function withDigit(syllable) {
  const parts = syllable.normalize("NFD").replace(`u${DIAERESIS}`, "v");
  const plain = parts.replace(/u([\u0300-\u0304\u030C])\u0308|u\u0308/g, "v$1");
  const tone = MARKS.findIndex((mark) => plain.includes(mark)) + 1;
  const letters = plain.replace(/[\u0300-\u036f]/g, "");
  return /\d$/.test(letters) ? letters : `${letters}${tone || 5}`;
}
