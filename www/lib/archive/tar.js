/** Reads tar files (POSIX ustar and pax, GNU long names) as they stream by. */
import { BOUNDS, checkCount, quoted } from "./archive-rules.js";
import { archiveError } from "./archive-errors.js";

/**
 * @typedef {import("./archive-rules.js").Entry & {content: () => Promise<Uint8Array<ArrayBuffer>>}} TarEntry
 *   `content` can be read until the next entry is requested.
 */

/** @typedef {{name: string, type: string, bytes: number}} Header */

const BLOCK = 512;
// The longest name, or all pax fields of a file.
const MAX_EXTENSION = 64 * 1024;
const FILES = ["0", "\0", "7"];
const FOLDER = "5";

/**
 * Checks every size before allocating for it.
 * @param {AsyncIterable<Uint8Array>} pieces
 * @returns {AsyncGenerator<TarEntry, void, void>}
 */
export async function* tarEntries(pieces) {
  const reader = new ByteReader(pieces);
  /** @type {Partial<Header>} */
  let longer = {};
  let total = 0;
  for (let count = 1; ; count += 1) {
    const block = await reader.take(BLOCK);
    if (block.every((byte) => byte === 0)) return;
    checkCount(count);
    const { type, ...plain } = parseHeader(block);
    if ("LKxg".includes(type)) {
      longer = { ...longer, ...extension(type, await extensionText(reader, plain)) };
      continue;
    }
    const { name, bytes } = { ...plain, ...longer };
    longer = {};
    total += bytes;
    checkSize(name, bytes, total);
    const kind = kindOf(type, name);
    let left = bytes;
    const content = () => ((left = 0), reader.take(bytes));
    yield { name, kind, bytes: kind === "file" ? bytes : 0, content };
    await reader.skip(left + padding(bytes));
  }
}

/** @param {Uint8Array} block */
export function isTarHeader(block) {
  return block.length === BLOCK && checksum(block) === number(block.subarray(148, 156));
}

/**
 * @param {Uint8Array} block
 * @returns {Header}
 */
function parseHeader(block) {
  if (!isTarHeader(block)) throw archiveError("content", "a header of the tar file is damaged");
  const ustar = text(block.subarray(257, 262)) === "ustar";
  // GNU's variant has "ustar  " there, and other fields in place of the prefix.
  const prefix = ustar && block[262] === 0 ? text(block.subarray(345, 500)) : "";
  const field = block.subarray(0, 100);
  const name = text(field);
  // Another reader might see another name.
  const end = field.indexOf(0);
  if (end >= 0 && field.subarray(end).some((byte) => byte !== 0))
    throw archiveError("name", `${quoted(name)} has more behind its end`);
  const bytes = number(block.subarray(124, 136));
  return { name: prefix ? `${prefix}/${name}` : name, type: String.fromCharCode(block[156]), bytes };
}

/**
 * @param {ByteReader} reader
 * @param {{bytes: number}} header
 */
async function extensionText(reader, { bytes }) {
  if (!(bytes <= MAX_EXTENSION)) throw archiveError("content", "a header of the tar file is longer than any name");
  const content = await reader.take(bytes);
  await reader.skip(padding(bytes));
  return new TextDecoder().decode(content);
}

/**
 * What an extended header says about the next entry. A global one holds comments in practice, and links are
 * rejected wherever they point.
 * @param {string} type
 * @param {string} content
 * @returns {Partial<Header>}
 */
function extension(type, content) {
  if (type === "L") return { name: content.replace(/\0+$/, "") };
  return type === "x" ? paxFields(content) : {};
}

/**
 * Lines of "<length> <key>=<value>\n". A value may contain newlines: those are rejected with the name.
 * @param {string} content
 * @returns {Partial<Header>}
 */
function paxFields(content) {
  const value = (/** @type {string} */ key) => new RegExp(`(?:^|\n)\\d+ ${key}=([^\n]*)`).exec(content)?.[1];
  if (/(^|\n)\d+ GNU\.sparse\./.test(content)) throw archiveError("special", "a file in it is sparse");
  const [name, size] = [value("path"), value("size")];
  return { ...(name !== undefined && { name }), ...(size !== undefined && { bytes: Number(size) }) };
}

/**
 * @param {string} type
 * @param {string} name
 * @returns {"file" | "folder"}
 */
function kindOf(type, name) {
  if (type === FOLDER || (FILES.includes(type) && name.endsWith("/"))) return "folder";
  if (FILES.includes(type)) return "file";
  throw archiveError("special", `${quoted(name)} is a link or a device`);
}

/**
 * @param {string} name
 * @param {number} bytes
 * @param {number} total
 */
function checkSize(name, bytes, total) {
  if (!Number.isInteger(bytes) || bytes < 0) throw archiveError("content", `the size of ${quoted(name)} is no number`);
  if (bytes <= BOUNDS.file && total <= BOUNDS.total) return;
  throw archiveError("too-large", `${quoted(name)} has ${bytes} bytes, with those before it ${total}`);
}

/** @param {number} bytes */
function padding(bytes) {
  return (BLOCK - (bytes % BLOCK)) % BLOCK;
}

/** Sum of the bytes, with spaces in place of the checksum itself. @param {Uint8Array} block */
function checksum(block) {
  return block.reduce((sum, byte, place) => sum + (place >= 148 && place < 156 ? 32 : byte), 0);
}

/** Octal digits, or GNU's big-endian bytes with the top bit set. @param {Uint8Array} field */
function number(field) {
  if (field[0] === 0x80) return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  const digits = text(field).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : NaN;
}

/** Up to the first NUL. @param {Uint8Array} field */
function text(field) {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** Reads a given number of bytes at a time, however the pieces are split. */
class ByteReader {
  #pieces;
  /** @type {Uint8Array} */ #piece = new Uint8Array();

  /** @param {AsyncIterable<Uint8Array>} pieces */
  constructor(pieces) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** @param {number} count */
  async take(count) {
    const bytes = new Uint8Array(count);
    await this.#each(count, (part, at) => bytes.set(part, at));
    return bytes;
  }

  /** @param {number} count */
  skip(count) {
    return this.#each(count, () => {});
  }

  /**
   * @param {number} count
   * @param {(part: Uint8Array, at: number) => void} visit
   */
  async #each(count, visit) {
    for (let at = 0; at < count; ) {
      if (this.#piece.length === 0) await this.#next();
      const part = this.#piece.subarray(0, count - at);
      visit(part, at);
      at += part.length;
      this.#piece = this.#piece.subarray(part.length);
    }
  }

  async #next() {
    const { done, value } = await this.#pieces.next();
    if (done) throw archiveError("truncated", "the tar file ends too early");
    this.#piece = value;
  }
}
