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
  const times = { sentences: sentencesOf(chunks), words: all("words"), characters: all("characters") };
  return { sentences: apart(times.sentences), words: apart(times.words), characters: apart(times.characters) };
}

/**
 * Each ended by the next one at the latest: a break may cut off the last of what a voice makes of a character.
 * @param {SpokenAt[]} times
 * @returns {SpokenAt[]}
 */
function apart(times) {
  return times.map((one, at) => ({
    ...one,
    end: Math.min(one.end, Math.max(one.start, times[at + 1]?.start ?? Infinity)),
  }));
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
