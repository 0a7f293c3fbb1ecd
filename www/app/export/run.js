/**
 * Makes a file of a text, part by part. After each part everything is on disk, so that a job that was stopped, or whose
 * page was closed, goes on where it was, and the file is the same as without the break.
 */
import { HanvoxError, throwIfCanceled } from "../../lib/shared/errors.js";
import { partEnd } from "./text-parts.js";

/** @typedef {import("./store.js").Job} Job */
/** @typedef {import("./store.js").Times} Times */
/** @typedef {Pick<import("../../lib/hanvox.js").Hanvox, "open">} Speaker */
/** @typedef {import("./store.js").SpokenAt[]} Spoken */
/** @typedef {{first: boolean, last: boolean, words?: Spoken, characters?: Spoken}} Window */
/** @typedef {{start: number, end: number, ends_sentence?: boolean}} Chunk */

/**
 * @typedef {object} Parts
 * @property {Pick<import("./store.js").ExportStore, "text" | "keep">} store
 * @property {Speaker} tts
 * @property {typeof import("../../lib/encode/encoder.js").openEncoder} openEncoder
 * @property {(job: Job) => void} onprogress
 * @property {AbortSignal} signal
 */

// A few minutes of sound: that much is lost when the page is closed.
const PART = 800;
const BYTES_PER_SAMPLE = 2;

/**
 * @param {Job} job
 * @param {Parts} parts
 * @returns {Promise<Job>} Once it is whole.
 */
export async function runExport(job, { store, tts, openEncoder, onprogress, signal }) {
  const { format, sampleRate, title } = job;
  const text = await store.text(job.id);
  let current = job;
  const encoder = await openEncoder(format, { sampleRate, tags: { title }, seekable: true, saved: job.encoder });
  while (!current.whole) {
    throwIfCanceled(signal);
    const started = performance.now();
    const end = partEnd(text, current.at, PART);
    const spoken = await speakPart(tts, current, text.slice(current.at, end), { encoder, signal });
    const whole = end === text.length;
    if (whole) spoken.pieces.push(encoder.finish());
    current = {
      ...current,
      ...{ at: end, parts: current.parts + 1, whole },
      samples: current.samples + spoken.samples,
      took: (current.took ?? 0) + (performance.now() - started) / 1000,
      encoder: encoder.save(),
    };
    const bytes = new Uint8Array(await new Blob(spoken.pieces).arrayBuffer());
    await store.keep(current, { bytes, times: spoken.times });
    onprogress(current);
  }
  return current;
}

/**
 * @param {Speaker} tts
 * @param {Job} job
 * @param {string} text
 * @param {{encoder: import("../../lib/encode/formats.js").SoundEncoder, signal: AbortSignal}} how
 */
async function speakPart(tts, { options, at, samples: before, sampleRate }, text, { encoder, signal }) {
  const pieces = [];
  let samples = 0;
  const times = new TimesOfPart({ at, seconds: before / sampleRate });
  try {
    const speech = await tts.open(text, { ...options, signal, pcm: true });
    for await (const window of speech) {
      const pcm = /** @type {Uint8Array<ArrayBuffer>} */ (window.pcm);
      pieces.push(encoder.encode(pcm));
      times.add(window, speech.chunks[window.chunk], samples / sampleRate);
      samples += pcm.length / BYTES_PER_SAMPLE;
      times.end(samples / sampleRate);
    }
  } catch (error) {
    // A line of stars between two scenes.
    if (!isSilent(error)) throw error;
  }
  return { pieces, samples, times: times.times };
}

/** @param {unknown} error */
function isSilent(error) {
  return error instanceof HanvoxError && ["nothing-to-speak", "empty-text"].includes(error.code);
}

/** Collects when what of the text is spoken, in seconds of the whole file and offsets of the whole text. */
class TimesOfPart {
  /** @type {Times} */ times = { sentences: [], words: [], characters: [] };
  #at;
  #seconds;
  /** Where the chunk begins, in seconds of the file. */ #chunk = 0;
  /** Whether the last sentence goes on in the next chunk. */ #open = false;

  /** @param {{at: number, seconds: number}} start Of the part. */
  constructor({ at, seconds }) {
    this.#at = at;
    this.#seconds = seconds;
  }

  /**
   * @param {Window} window
   * @param {Chunk} chunk
   * @param {number} now Seconds in the part.
   */
  add({ first, last, words = [], characters = [] }, chunk, now) {
    if (first) this.#begin(chunk, this.#seconds + now);
    this.times.words.push(...words.map((one) => this.#placed(one)));
    this.times.characters.push(...characters.map((one) => this.#placed(one)));
    if (last) this.#open = chunk.ends_sentence === false;
  }

  /** @param {number} now Seconds in the part, up to which it sounds. */
  end(now) {
    const last = this.times.sentences.at(-1);
    if (last) last.end = this.#seconds + now;
  }

  /**
   * @param {Chunk} chunk
   * @param {number} seconds
   */
  #begin({ start, end }, seconds) {
    this.#chunk = seconds;
    const last = this.times.sentences.at(-1);
    if (this.#open && last) last.to = this.#at + end;
    else this.times.sentences.push({ start: seconds, end: seconds, from: this.#at + start, to: this.#at + end });
  }

  /** @param {import("./store.js").SpokenAt} spoken Seconds of the chunk and offsets of the part. */
  #placed({ start, end, from, to }) {
    return { start: this.#chunk + start, end: this.#chunk + end, from: this.#at + from, to: this.#at + to };
  }
}
