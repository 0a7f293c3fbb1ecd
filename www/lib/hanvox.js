/** The public class, the same in a browser and in Node; the two entries differ in how they connect. */
import { HanvoxError } from "./errors.js";
import { Speech } from "./speech.js";

/** @typedef {import("./protocol.js").SpeechOptions & {signal?: AbortSignal}} GenerateOptions */

/**
 * @typedef {object} Options
 * @property {string} [base] Address or path of the folder with `pkg/` (default: the package's own).
 * @property {string} [voices] Address or path of the folder with a folder per voice (default: `base`/voices).
 * @property {import("./protocol.js").Reading} [reading] Own dictionary, emoji, 啊 variants.
 * @property {(progress: import("./protocol.js").Progress) => void} [progress_callback]
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} SpokenChunk
 * @property {string} text
 * @property {number} start UTF-16 offset in the text given.
 * @property {number} end
 * @property {string} pinyin
 * @property {Float32Array<ArrayBuffer>} audio With the silence after the chunk.
 * @property {number} sampling_rate
 */

export class Hanvox {
  #client;

  /**
   * For the entries of this package; use `Hanvox.from_pretrained`.
   * @param {import("./client.js").Client} client
   * @param {import("./protocol.js").VoiceInfo} voice
   */
  constructor(client, voice) {
    this.#client = client;
    this.voice = voice;
  }

  /**
   * Speaks a text, all of it in memory: about 96 KB for a second. For long texts use `stream`.
   * @param {string} text
   * @param {GenerateOptions} [options]
   */
  async generate(text, options) {
    const speech = await this.open(text, { ...options, pcm: true });
    const windows = [];
    for await (const window of speech) windows.push(window);
    return new Generated(speech, windows);
  }

  /**
   * Speaks a text chunk by chunk, computing only as fast as the chunks are taken.
   * @param {string} text
   * @param {GenerateOptions} [options]
   * @returns {AsyncGenerator<SpokenChunk, void, void>}
   */
  async *stream(text, options) {
    const speech = await this.open(text, options);
    let parts = [];
    for await (const window of speech) {
      parts.push(window.samples);
      if (!window.last) continue;
      const { text, start, end, pinyin } = speech.chunks[window.chunk];
      yield { text, start, end, pinyin, audio: concat(parts), sampling_rate: speech.sampling_rate };
      parts = [];
    }
  }

  /**
   * The lower level: a speech whose windows of samples are computed one by one as they are asked for.
   * @param {string} text
   * @param {GenerateOptions & {pcm?: boolean}} [options] `pcm`: windows also carry 16-bit PCM.
   */
  open(text, { signal, pcm = false, ...options } = {}) {
    if (typeof text !== "string") throw new HanvoxError("option-invalid", `the text is a ${typeof text}`);
    return Speech.open(this.#client, text, { options, signal, pcm });
  }

  /**
   * The line as it is read out: numbers, dates and signs as words.
   * @param {string} line
   */
  async normalize(line) {
    return /** @type {string} */ (await this.#client.call({ type: "normalize", text: line }));
  }

  /** @param {string} line */
  async pinyin(line) {
    const tokens = await this.#client.call({ type: "pinyin", text: line });
    return /** @type {import("./protocol.js").PinyinToken[]} */ (tokens);
  }

  /**
   * What each stage made of a line, for those who wonder about a reading.
   * @param {string} line
   */
  async explain(line) {
    const explanation = await this.#client.call({ type: "explain", text: line });
    return /** @type {import("./protocol.js").Explanation} */ (explanation);
  }

  /** Peak bytes of the engine's wasm memory. */
  async memory() {
    return /** @type {number} */ (await this.#client.call({ type: "memory" }));
  }

  /** Ends the engine; what is pending fails with `canceled`. */
  dispose() {
    this.#client.dispose();
  }
}

/** The sound of a whole text. */
class Generated {
  #pcm;
  #header;

  /**
   * @param {Speech} speech At its end.
   * @param {import("./protocol.js").AudioWindow[]} windows
   */
  constructor(speech, windows) {
    this.audio = concat(windows.map((window) => window.samples));
    this.sampling_rate = speech.sampling_rate;
    this.chunks = speech.chunks;
    this.stats = speech.end.stats;
    this.#pcm = windows.flatMap(({ pcm }) => pcm ?? []);
    this.#header = speech.end.header;
  }

  /** A WAV file, 16-bit PCM, mono. */
  toWav() {
    return concat([this.#header, ...this.#pcm]);
  }

  toBlob() {
    return new Blob([this.#header, ...this.#pcm], { type: "audio/wav" });
  }
}

/**
 * @template {Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>} T
 * @param {T[]} parts
 * @returns {T}
 */
function concat(parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const Type = /** @type {new (length: number) => T} */ (parts[0]?.constructor ?? Float32Array);
  const whole = new Type(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
