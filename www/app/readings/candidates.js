/** The readings that a character may have, with words that have them (made by models/lexicon/candidates.py). */

/** @typedef {{pinyin: string, words: string[]}} Candidate */

const FILE = new URL("./candidates.txt", import.meta.url);

/** @type {Promise<Map<string, Candidate[]>> | undefined} */
let table;

/**
 * @param {string} character
 * @returns {Promise<Candidate[]>} The usual one first; empty for a character that has one reading or is rare.
 */
export async function candidatesOf(character) {
  table ??= load();
  // The next press tries again.
  table.catch(() => (table = undefined));
  return (await table).get(character) ?? [];
}

async function load() {
  const response = await fetch(FILE);
  if (!response.ok) throw new Error(`the readings could not be fetched: ${response.status}`);
  return parseCandidates(await response.text());
}

/** @param {string} text Lines like `重 zhong4:重要,重点 chong2:重新`. */
export function parseCandidates(text) {
  /** @type {Map<string, Candidate[]>} */
  const candidates = new Map();
  for (const line of text.split("\n")) {
    const [character, ...readings] = line.split(" ");
    if (readings.length > 0) candidates.set(character, readings.map(candidateOf));
  }
  return candidates;
}

/** @param {string} field @returns {Candidate} */
function candidateOf(field) {
  const [pinyin, words = ""] = field.split(":");
  return { pinyin, words: words.split(",").filter(Boolean) };
}
