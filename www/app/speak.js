/** One run from text to audio and file: plays while still computing, collects the file as 16-bit parts. */

/** @typedef {import("../lib/shared/protocol.js").Chunk} Chunk */

// Parts are joined into blobs of this size, which the browser may keep on disk.
const PART_BYTES = 1024 * 1024;

/**
 * @typedef {object} Run
 * @property {import("../lib/hanvox.js").Hanvox} tts
 * @property {string} text
 * @property {import("../lib/shared/protocol.js").SpeechOptions} options
 * @property {import("../lib/player.js").Player} [player] Without one, the run is silent and at full speed.
 * @property {AbortSignal} signal
 * @property {(done: number, total: number) => void} onprogress Counted in chunks.
 * @property {(chunk: Chunk) => void} onchunk Called when a chunk starts playing.
 */

/**
 * @param {Run} run
 * @returns {Promise<Blob>} The WAV file, once everything is computed and played.
 */
export async function speak({ tts, text, options, player, signal, onprogress, onchunk }) {
  const speech = await tts.open(text, { ...options, signal, pcm: true });
  const marks = player && followMarks(player, onchunk);
  const parts = new Parts();
  try {
    for await (const window of speech) {
      parts.add(/** @type {Uint8Array<ArrayBuffer>} */ (window.pcm));
      const start = player?.push(window.samples, speech.samplingRate) ?? 0;
      if (window.first) marks?.add(start, speech.chunks[window.chunk]);
      onprogress(window.chunk + (window.last ? 1 : 0), speech.chunks.length);
      await player?.room(signal);
    }
    await player?.drained(signal);
  } finally {
    marks?.stop();
  }
  return parts.file(speech.end.header);
}

/** The samples of an unfinished file. */
class Parts {
  /** @type {Blob[]} */ #blobs = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */ #open = [];
  #openBytes = 0;

  /** @param {Uint8Array<ArrayBuffer>} pcm */
  add(pcm) {
    this.#open.push(pcm);
    this.#openBytes += pcm.length;
    if (this.#openBytes >= PART_BYTES) this.#seal();
  }

  /** @param {Uint8Array<ArrayBuffer>} header */
  file(header) {
    this.#seal();
    return new Blob([header, ...this.#blobs], { type: "audio/wav" });
  }

  #seal() {
    this.#blobs.push(new Blob(this.#open));
    this.#open = [];
    this.#openBytes = 0;
  }
}

/**
 * Reports when each chunk starts playing.
 * @param {import("../lib/player.js").Player} player
 * @param {(chunk: Chunk) => void} onchunk
 */
function followMarks(player, onchunk) {
  /** @type {{start: number, chunk: Chunk}[]} */
  const marks = [];
  const timer = setInterval(() => {
    while (marks.length > 0 && marks[0].start <= player.time) onchunk(/** @type {any} */ (marks.shift()).chunk);
  }, 50);
  return {
    /** @type {(start: number, chunk: Chunk) => number} */
    add: (start, chunk) => marks.push({ start, chunk }),
    stop: () => clearInterval(timer),
  };
}
