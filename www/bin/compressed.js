/** Compressed forms of the files of a page: made when they are first asked for, and kept while the file stays the same. */
import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

// Voices are left out: their weights hardly shrink, and are fetched in parts.
export const COMPRESSIBLE = new Set([".bin", ".css", ".html", ".js", ".json", ".md", ".svg", ".wasm", ".webmanifest"]);
// Below this, the response headers outweigh the gain.
export const SMALLEST_BYTES = 1024;
const MOST_KEPT_BYTES = 32 * 1024 * 1024;
// 8 MB of code in 0.3 s; a file that a build has compressed as far as it goes is better.
const BROTLI_QUALITY = 4;

/** By their names in HTTP; the first that a client accepts is taken. */
const ENCODINGS = {
  br: {
    suffix: ".br",
    encode: (/** @type {Buffer} */ bytes) =>
      promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  },
  gzip: { suffix: ".gz", encode: (/** @type {Buffer} */ bytes) => promisify(gzip)(bytes) },
};

/** @typedef {keyof typeof ENCODINGS} Encoding */
/** @typedef {{size: number, mtimeMs: number}} Stat */

/** @param {string} file @param {Stat} stat */
export function isCompressible(file, { size }) {
  return size >= SMALLEST_BYTES && COMPRESSIBLE.has(extname(file));
}

/**
 * The encoding to answer with, by the header `Accept-Encoding` (RFC 9110, 12.5.3).
 * @param {string} [accepted]
 * @returns {Encoding | undefined}
 */
export function acceptedEncoding(accepted = "") {
  const names = accepted.split(",").map((part) => part.trim().toLowerCase());
  const refused = /;\s*q=0(\.0*)?$/;
  const isAccepted = (/** @type {string} */ name) =>
    names.some((part) => part.split(";")[0].trim() === name && !refused.test(part));
  return /** @type {Encoding[]} */ (Object.keys(ENCODINGS)).find(isAccepted);
}

/** @typedef {{mtimeMs: number, bytes: Promise<Buffer>, length: number}} Kept `length`: 0 until it is made. */

export class CompressedFiles {
  /** @type {Map<string, Kept>} */ #kept = new Map();

  /**
   * @param {string} file
   * @param {Stat} stat
   * @param {Encoding} encoding
   */
  get(file, { mtimeMs }, encoding) {
    const key = `${encoding} ${file}`;
    const known = this.#kept.get(key);
    if (known?.mtimeMs === mtimeMs) return known.bytes;
    const kept = { mtimeMs, bytes: compressed(file, mtimeMs, encoding), length: 0 };
    this.#kept.set(key, kept);
    kept.bytes.then(
      ({ length }) => {
        kept.length = length;
        this.#forgetTooMuch();
      },
      () => this.#kept.delete(key),
    );
    return kept.bytes;
  }

  /** Forgets everything when it is too much: the few files that are asked for are soon made again. */
  #forgetTooMuch() {
    const bytes = [...this.#kept.values()].reduce((sum, { length }) => sum + length, 0);
    if (bytes > MOST_KEPT_BYTES) this.#kept.clear();
  }
}

/**
 * What the build left beside the file, if it is not older.
 * @param {string} file
 * @param {number} mtimeMs
 * @param {Encoding} encoding
 */
async function compressed(file, mtimeMs, encoding) {
  const { suffix, encode } = ENCODINGS[encoding];
  const made = await stat(file + suffix).catch(() => undefined);
  if (made && made.mtimeMs >= mtimeMs) return readFile(file + suffix);
  return encode(await readFile(file));
}
