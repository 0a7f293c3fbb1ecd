/** WAV: a header and 16-bit samples. */
import { HanvoxError } from "../shared/errors.js";
import { joined } from "../shared/bytes.js";

/** @typedef {import("./formats.js").SoundEncoder} SoundEncoder */

const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;
// What a header says whose length is not known yet.
const OPEN_LENGTH = 0xffff_ffff;

/**
 * The header of 16-bit mono samples.
 * @param {number} sampleRate
 * @param {number} [bytes] Of the samples; not given: not known yet.
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function wavHeader(sampleRate, bytes = Infinity) {
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  const text = (/** @type {number} */ at, /** @type {string} */ name) =>
    [...name].forEach((character, index) => header.setUint8(at + index, character.charCodeAt(0)));
  text(0, "RIFF");
  header.setUint32(4, Math.min(bytes + HEADER_BYTES - 8, OPEN_LENGTH), true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, sampleRate, true);
  header.setUint32(28, sampleRate * BYTES_PER_SAMPLE, true);
  header.setUint16(32, BYTES_PER_SAMPLE, true);
  header.setUint16(34, 8 * BYTES_PER_SAMPLE, true);
  text(36, "data");
  header.setUint32(40, Math.min(bytes, OPEN_LENGTH), true);
  return new Uint8Array(header.buffer);
}

/** @implements {SoundEncoder} */
export class WavEncoder {
  #sampleRate;
  #bytes = 0;
  #begun = false;

  /**
   * @param {number} sampleRate
   * @param {import("./formats.js").SavedEncoder} [saved]
   */
  constructor(sampleRate, saved) {
    this.#sampleRate = sampleRate;
    if (!saved || saved.bytes === 0) return;
    this.#begun = true;
    this.#bytes = saved.bytes - HEADER_BYTES;
  }

  /** @param {Uint8Array} pcm */
  encode(pcm) {
    this.#bytes += pcm.length;
    const beginning = this.#beginning();
    return joined(new Uint8Array(beginning.length + pcm.length), [beginning, pcm]);
  }

  finish() {
    return this.#beginning();
  }

  head() {
    if (this.#bytes + HEADER_BYTES > OPEN_LENGTH) throw new HanvoxError("output-invalid", "a WAV file ends at 4 GiB");
    return wavHeader(this.#sampleRate, this.#bytes);
  }

  save() {
    return { bytes: this.#begun ? HEADER_BYTES + this.#bytes : 0, memory: undefined };
  }

  #beginning() {
    if (this.#begun) return new Uint8Array();
    this.#begun = true;
    return wavHeader(this.#sampleRate);
  }
}
