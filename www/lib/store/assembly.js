/** A voice file being assembled in memory: its bytes, and which blocks have been verified. */
import { HanvoxError } from "../shared/errors.js";
import { sha256 } from "../shared/hashes.js";
import { blockCount, blockSpan } from "./blocks.js";

/** @typedef {import("./manifest.js").VoiceFile} VoiceFile */

export class Assembly {
  /** @type {Set<number>} */ #missing;
  /** Of the blocks present. @type {string[]} */ sha256s = [];

  /** @param {VoiceFile} file */
  constructor(file) {
    this.file = file;
    this.bytes = new Uint8Array(file.bytes);
    this.#missing = new Set(Array.from({ length: blockCount(file) }, (_, index) => index));
  }

  /** Indexes of the missing blocks, in order. */
  get missing() {
    return [...this.#missing];
  }

  get whole() {
    return this.#missing.size === 0;
  }

  /** Bytes in the blocks present. */
  get present() {
    const sizeOf = (/** @type {number} */ index) => this.block(index).length;
    return this.missing.reduce((sum, index) => sum - sizeOf(index), this.file.bytes);
  }

  /** @param {number} index */
  has(index) {
    return !this.#missing.has(index);
  }

  /**
   * The block's slice of the file.
   * @param {number} index
   */
  block(index) {
    const { start, end } = blockSpan(this.file, index);
    return this.bytes.subarray(start, end);
  }

  /**
   * Marks the block as present if its bytes match.
   * @param {number} index
   * @param {string} [expected] Its SHA-256, if the manifest has none.
   * @returns {Promise<string | undefined>} Its SHA-256 if it matches.
   */
  async accept(index, expected) {
    const actual = await sha256(this.block(index));
    if (actual !== (this.file.chunks?.[index] ?? expected ?? actual)) return undefined;
    this.#missing.delete(index);
    this.sha256s[index] = actual;
    return actual;
  }

  /**
   * Whether the file matches its manifest. Blocks with a hash in the manifest need no second check.
   */
  async isRight() {
    return this.file.chunks !== undefined || (await sha256(this.bytes)) === this.file.sha256;
  }
}

/**
 * @param {string} voice
 * @param {string} file
 * @param {number | undefined} chunk
 * @param {Record<string, unknown>} [context]
 */
export function damaged(voice, file, chunk, context = {}) {
  const where = chunk === undefined ? file : `chunk ${chunk} of ${file}`;
  return new HanvoxError("voice-corrupt", `${where} of voice ${voice}: its SHA-256 differs`, {
    context: { voice, file, chunk, ...context },
  });
}
