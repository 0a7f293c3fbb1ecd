/** One run from text to file, collected as 16-bit parts. */

// Parts are joined into blobs of this size, which the browser may keep on disk.
const PART_BYTES = 1024 * 1024;

/**
 * @typedef {object} Run
 * @property {import("../lib/hanvox.js").Hanvox} tts
 * @property {string} text
 * @property {import("../lib/shared/protocol.js").SpeechOptions} options
 * @property {AbortSignal} signal
 * @property {(done: number, total: number) => void} onprogress Counted in chunks.
 */

/**
 * @param {Run} run
 * @returns {Promise<Blob>} The WAV file.
 */
export async function speak({ tts, text, options, signal, onprogress }) {
  const speech = await tts.open(text, { ...options, signal, pcm: true });
  const parts = new Parts();
  for await (const window of speech) {
    parts.add(/** @type {Uint8Array<ArrayBuffer>} */ (window.pcm));
    onprogress(window.chunk + (window.last ? 1 : 0), speech.chunks.length);
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
