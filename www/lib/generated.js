/** The audio of a whole text, and what can be done with it. */
import { joined } from "./shared/bytes.js";
import { disposable } from "./shared/disposable.js";
import { HanvoxError } from "./shared/errors.js";
import { cuesOf, toLrc, toSrt, toVtt } from "./shared/subtitles.js";
import { timesOf } from "./shared/times.js";

/** @typedef {import("./shared/protocol.js").AudioWindow} AudioWindow */
/** @typedef {import("./shared/subtitles.js").SubtitleOptions} SubtitleOptions */

/**
 * @typedef {object} Outlets What only one kind of host has.
 * @property {(name: string, wav: Blob) => Promise<void>} [save]
 * @property {(samples: Float32Array<ArrayBuffer>, rate: number, signal?: AbortSignal) => Promise<void>} [play]
 */

const WAV = "audio/wav";

export class Generated {
  #pcm;
  #header;
  #given;

  /**
   * @param {import("./client/speech.js").Speech} speech At its end.
   * @param {AudioWindow[]} windows
   * @param {Outlets & {text: string}} given
   */
  constructor(speech, windows, given) {
    this.audio = concat(windows.map((window) => window.samples));
    this.samplingRate = this.sampling_rate = speech.samplingRate;
    this.chunks = speech.chunks;
    this.stats = speech.end.stats;
    this.marks = speech.marks;
    const { sentences, words, characters } = timesOf(chunkTimes(speech.chunks, windows));
    this.sentences = sentences;
    this.words = words;
    this.characters = characters;
    this.#pcm = windows.flatMap(({ pcm }) => pcm ?? []);
    this.#header = speech.end.header;
    this.#given = given;
  }

  /** Seconds. */
  get duration() {
    return this.audio.length / this.samplingRate;
  }

  /** A WAV file, 16-bit PCM, mono. */
  toWav() {
    return concat([this.#header, ...this.#pcm]);
  }

  /**
   * The same as a blob.
   * @param {string} [type] Only `audio/wav`; `hanvox/encode` makes the other kinds.
   */
  toBlob(type = WAV) {
    if (type === WAV) return new Blob([this.#header, ...this.#pcm], { type });
    throw new HanvoxError("option-invalid", `a speech becomes ${WAV}, not ${type}: see hanvox/encode`);
  }

  /**
   * Saves the WAV file: in a page as a download, in Node at a path.
   * @param {string} [name]
   */
  save(name = "speech.wav") {
    return this.#outlet("save")(name, this.toBlob());
  }

  /**
   * Plays it in a page, to its end; call it in a click or key handler.
   * @param {{signal?: AbortSignal}} [options]
   */
  play({ signal } = {}) {
    return this.#outlet("play")(this.audio, this.samplingRate, signal);
  }

  /** Subtitles as a SubRip file. @param {SubtitleOptions} [options] */
  toSrt(options) {
    return toSrt(this.#cues(options));
  }

  /** Subtitles as a WebVTT file. @param {SubtitleOptions} [options] */
  toVtt(options) {
    return toVtt(this.#cues(options), options);
  }

  /** Lyrics as an LRC file. @param {SubtitleOptions} [options] */
  toLrc(options) {
    return toLrc(this.#cues(options), options);
  }

  /** Lets go of the samples. */
  dispose() {
    this.audio = new Float32Array(0);
    this.#pcm = [];
  }

  /** @param {SubtitleOptions} [options] */
  #cues(options) {
    return cuesOf({ text: this.#given.text, sentences: this.sentences, words: this.words }, options);
  }

  /**
   * @template {keyof Outlets} Name
   * @param {Name} name
   * @returns {NonNullable<Outlets[Name]>}
   */
  #outlet(name) {
    const outlet = this.#given[name];
    if (outlet) return outlet;
    throw new HanvoxError("not-supported", `a speech can't ${name} itself here`);
  }
}

/**
 * @param {import("./shared/protocol.js").Chunk[]} chunks
 * @param {Pick<AudioWindow, "first" | "chunk" | "chunkStart" | "characters" | "words">[]} windows
 */
export function chunkTimes(chunks, windows) {
  /** @type {import("./shared/times.js").ChunkTimes[]} */
  const times = [];
  for (const { first, chunk, chunkStart, characters, words } of windows) {
    if (first) times.push({ chunk: chunks[chunk], chunkStart, characters: [], words: [] });
    times[times.length - 1].characters.push(...characters);
    times[times.length - 1].words.push(...words);
  }
  return times;
}

/**
 * @template {Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>} T
 * @param {T[]} parts
 * @returns {T}
 */
function concat(parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const Type = /** @type {new (length: number) => T} */ (parts[0]?.constructor ?? Float32Array);
  return joined(new Type(length), parts);
}

disposable(Generated.prototype, (/** @type {Generated} */ speech) => speech.dispose());
