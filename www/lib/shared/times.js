/** Places of the text in the sound: characters, words and sentences, in seconds and in offsets of the text. */

/** @typedef {import("./protocol.js").SpokenAt} SpokenAt */
/** @typedef {import("./protocol.js").Chunk} Chunk */

/**
 * @typedef {object} Times
 * @property {SpokenAt[]} sentences With the punctuation around them; a piece of one where the text is one chunk.
 * @property {SpokenAt[]} words
 * @property {SpokenAt[]} characters Chinese characters and Latin words, as they are spoken.
 */

/**
 * @typedef {object} ChunkTimes Seconds from the start of the chunk.
 * @property {Chunk} chunk
 * @property {number} chunkStart Seconds from the start of the sound.
 * @property {SpokenAt[]} characters
 * @property {SpokenAt[]} words
 */

/**
 * The times of chunks, in seconds from the start of the sound.
 * @param {ChunkTimes[]} chunks
 * @returns {Times}
 */
export function timesOf(chunks) {
  const all = (/** @type {"characters" | "words"} */ kind) =>
    chunks.flatMap((chunk) => chunk[kind].map((one) => later(one, chunk.chunkStart)));
  return { sentences: sentencesOf(chunks), words: all("words"), characters: all("characters") };
}

/**
 * @param {ChunkTimes[]} chunks
 * @returns {SpokenAt[]}
 */
function sentencesOf(chunks) {
  /** @type {SpokenAt[]} */
  const sentences = [];
  let open = false;
  for (const { chunk, chunkStart, characters } of chunks) {
    const [first, last] = [characters[0], characters[characters.length - 1]];
    if (!first) continue;
    const piece = { start: first.start, end: last.end, from: chunk.start, to: chunk.end };
    const placed = later(piece, chunkStart);
    const before = sentences[sentences.length - 1];
    if (open) sentences[sentences.length - 1] = { ...before, end: placed.end, to: placed.to };
    else sentences.push(placed);
    open = !chunk.ends_sentence;
  }
  return sentences;
}

/**
 * @param {SpokenAt} one
 * @param {number} seconds
 * @returns {SpokenAt}
 */
function later({ start, end, from, to }, seconds) {
  return { start: start + seconds, end: end + seconds, from, to };
}
