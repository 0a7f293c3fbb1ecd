/** A speech as the parts of a stream: each window with the text that it speaks. */
import { timesOf } from "./shared/times.js";

/** @typedef {import("./shared/protocol.js").SpokenAt} SpokenAt */

/**
 * @typedef {object} SpokenPart
 * @property {string} text What it speaks of the text, with the punctuation around it; the parts together are the text.
 * @property {number} start UTF-16 offset in the given text.
 * @property {number} end
 * @property {string} pinyin
 * @property {Float32Array<ArrayBuffer>} audio With the silence after it, at the end of a sentence.
 * @property {number} samplingRate
 * @property {number} sampling_rate `samplingRate` by the name that transformers.js has for it.
 * @property {number} time Seconds from the start of the stream; so are all the times in it.
 * @property {import("./shared/protocol.js").Mark[]} marks Named marks of the markup in it.
 * @property {SpokenAt[]} sentences That end in it.
 * @property {SpokenAt[]} words That begin in it.
 * @property {SpokenAt[]} characters That begin in it.
 */

/**
 * @param {import("./client/speech.js").Speech} speech
 * @param {{text: string, start: number}} given Its text, and where that stands in the whole.
 * @param {number} time Seconds of the stream before it.
 * @returns {AsyncGenerator<SpokenPart, void, void>}
 */
export async function* partsOf(speech, given, time) {
  const { samplingRate, chunks } = speech;
  /** @type {SpokenAt[]} */
  let inChunk = [];
  let [from, second] = [0, 0];
  for await (const { samples, marks, chunk: index, first, last, chunkStart, characters, words } of speech) {
    const chunk = chunks[index];
    if (first) [inChunk, from] = [[], Math.max(from, chunk.start)];
    inChunk.push(...characters);
    const to = last ? Math.max(from, chunk.end) : characters.reduce((most, one) => Math.max(most, one.to), from);
    const known = timesOf([{ chunk, chunkStart, characters, words }]);
    const sentences = last ? timesOf([{ chunk, chunkStart, characters: inChunk, words: [] }]).sentences : [];
    const times = { sentences, words: known.words, characters: known.characters };
    yield {
      text: given.text.slice(from, to),
      start: given.start + from,
      end: given.start + to,
      pinyin: pinyinOf(chunk, from, to),
      audio: samples,
      samplingRate,
      sampling_rate: samplingRate,
      time: time + second,
      marks: marks.map((mark) => ({ ...mark, time: mark.time + time })),
      ...shifted(times, given.start, time),
    };
    from = to;
    second += samples.length / samplingRate;
  }
}

/**
 * @param {import("./shared/protocol.js").Chunk} chunk
 * @param {number} from
 * @param {number} to
 */
function pinyinOf({ readings }, from, to) {
  const inside = readings.filter(({ start }) => from <= start && start < to);
  return inside.map(({ surface }) => surface).join(" ");
}

/**
 * @param {import("./shared/times.js").Times} times
 * @param {number} offset
 * @param {number} seconds
 * @returns {import("./shared/times.js").Times}
 */
function shifted({ sentences, words, characters }, offset, seconds) {
  const one = (/** @type {SpokenAt} */ { start, end, from, to }) => ({
    start: start + seconds,
    end: end + seconds,
    from: from + offset,
    to: to + offset,
  });
  return { sentences: sentences.map(one), words: words.map(one), characters: characters.map(one) };
}
