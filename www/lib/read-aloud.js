/** Speaks a text through a player, and tells what is heard of it when it is heard. */

/**
 * Of the default voice, for a player that is made before the voice is known: the browser converts the samples of others.
 */
export const USUAL_RATE = 24000;

/** How often the player is asked what was heard; it has no events. */
const POLL_MS = 20;

/** @typedef {Pick<import("./player.js").Player, (
 *   "start" | "push" | "feed" | "pause" | "resume" | "room" | "drained" | "clear" | "close" | "duration" | "heard" | "paused"
 * )>} Sound A player, or what stands in for it. */

/**
 * @typedef {object} Moment
 * @property {"start" | "sentence" | "word" | "mark"} kind
 * @property {number} time Seconds from the start of the sound.
 * @property {number} [from] UTF-16 offsets in the text; a mark and the start have none.
 * @property {number} [to]
 * @property {string} [name] Of a mark.
 */

/**
 * @typedef {object} Listening
 * @property {Sound} player Already started; what is pushed to it before goes first.
 * @property {number} [volume] 0 to 1.
 * @property {AbortSignal} signal
 * @property {(moment: Moment) => void} onmoment Never called while the player is paused.
 */

/**
 * Resolves when all was heard, with the seconds of the sound.
 * @param {import("./hanvox.js").Hanvox} tts
 * @param {string} text
 * @param {Listening & import("./hanvox.js").GenerateOptions} options
 */
export async function readAloud(tts, text, { player, volume = 1, onmoment, ...options }) {
  const { signal } = options;
  const feed = player.feed();
  const speech = await tts.open(text, { ...options, feed: feed?.port });
  const base = player.duration;
  const moments = new Moments({ player, base, signal, onmoment });
  try {
    for await (const window of speech) {
      if (window.first && window.chunk === 0) feed?.place(base, volume);
      player.push(atVolume(window.samples, volume), speech.samplingRate);
      moments.add(momentsOf(speech.chunks, window));
      await player.room(signal);
    }
    await player.drained(signal);
    moments.tell(Infinity);
  } finally {
    moments.stop();
  }
  return player.duration - base;
}

class Moments {
  #given;
  #timer;
  /** @type {Moment[]} */ #coming = [{ kind: "start", time: 0 }];

  /** @param {Listening & {base: number}} given `base`: where the text begins in the player's stream. */
  constructor(given) {
    const { player, base } = given;
    this.#given = given;
    this.#timer = setInterval(() => player.paused || this.tell(player.heard - base), POLL_MS);
  }

  /** @param {Moment[]} moments */
  add(moments) {
    this.#coming.push(...moments);
  }

  /** Tells those up to a time. @param {number} time */
  tell(time) {
    const { player, base, signal, onmoment } = this.#given;
    // Before the first samples, the end of what came before counts as the start of this.
    while (player.duration > base && !signal.aborted && this.#coming.length > 0 && this.#coming[0].time <= time)
      onmoment(/** @type {Moment} */ (this.#coming.shift()));
  }

  stop() {
    clearInterval(this.#timer);
  }
}

/**
 * @param {import("./shared/protocol.js").Chunk[]} chunks
 * @param {import("./shared/protocol.js").AudioWindow} window
 * @returns {Moment[]}
 */
function momentsOf(chunks, { chunk, first, chunkStart, characters, words, marks }) {
  const begin = chunkStart + (characters[0]?.start ?? 0);
  const sentences = first ? sentencesAt(chunks, chunk) : [];
  /** @type {Moment[]} */
  const moments = [
    ...sentences.map((place) => ({ kind: /** @type {const} */ ("sentence"), time: begin, ...place })),
    ...words.map(({ start, from, to }) => ({
      kind: /** @type {const} */ ("word"),
      time: chunkStart + start,
      from,
      to,
    })),
    ...marks.map((mark) => ({ kind: /** @type {const} */ ("mark"), ...mark })),
  ];
  return moments.sort((a, b) => a.time - b.time);
}

/**
 * The sentence that begins with a chunk, if one does: it may be of several.
 * @param {import("./shared/protocol.js").Chunk[]} chunks
 * @param {number} index
 */
function sentencesAt(chunks, index) {
  if (index > 0 && !chunks[index - 1].ends_sentence) return [];
  const last = chunks.find((chunk) => chunk.index >= index && chunk.ends_sentence) ?? chunks[chunks.length - 1];
  return [{ from: chunks[index].start, to: last.end }];
}

/**
 * @param {Float32Array<ArrayBuffer>} samples
 * @param {number} volume
 */
function atVolume(samples, volume) {
  return volume === 1 ? samples : samples.map((sample) => sample * volume);
}
