/**
 * Writes zip files (PKWARE APPNOTE 6.3): uncompressed, since weights don't compress, and reproducible: the
 * same files give the same bytes.
 */
import { crc32 } from "./crc32.js";

/** @typedef {{path: string, bytes: Uint8Array<ArrayBuffer>}} File */

const VERSION = 20;
const UTF_8 = 0x0800;
// 1 January 1980, the earliest date that a zip file can hold.
const DATE = 0x0021;

/**
 * @param {AsyncIterable<File> | Iterable<File>} files
 * @param {{folder?: string}} [options] `folder`: encloses all files.
 */
export async function writeZip(files, options) {
  const parts = [];
  // As Blobs, which the browser may keep on disk.
  for await (const part of zipParts(files, options)) parts.push(new Blob([part]));
  return new Blob(parts, { type: "application/zip" });
}

/**
 * The zip file, piece by piece.
 * @param {AsyncIterable<File> | Iterable<File>} files
 * @param {{folder?: string}} [options]
 * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>}
 */
export async function* zipParts(files, { folder } = {}) {
  const directory = [];
  let at = 0;
  for await (const { path, bytes } of files) {
    const name = new TextEncoder().encode(folder ? `${folder}/${path}` : path);
    const facts = commonFields(name.length, bytes);
    const local = joined([fields([[4, 0x04034b50]]), facts, name]);
    directory.push(centralHeader(facts, at), name);
    yield local;
    yield bytes;
    at += local.length + bytes.length;
  }
  const central = joined(directory);
  yield joined([central, endOf(directory.length / 2, central.length, at)]);
}

/**
 * The fields that an entry's header and its directory record share.
 * @param {number} nameLength
 * @param {Uint8Array} bytes
 */
function commonFields(nameLength, bytes) {
  const [stored, midnight, noExtra] = [0, 0, 0];
  return fields([
    ...pairs(2, [VERSION, UTF_8, stored, midnight, DATE]),
    ...pairs(4, [crc32(bytes), bytes.length, bytes.length]),
    ...pairs(2, [nameLength, noExtra]),
  ]);
}

/**
 * @param {Uint8Array<ArrayBuffer>} facts
 * @param {number} at
 */
function centralHeader(facts, at) {
  const [noComment, disk, binary, attributes] = [0, 0, 0, 0];
  const rest = fields([...pairs(2, [noComment, disk, binary]), ...pairs(4, [attributes, at])]);
  return joined([
    fields([
      [4, 0x02014b50],
      [2, VERSION],
    ]),
    facts,
    rest,
  ]);
}

/**
 * @param {number} count
 * @param {number} size
 * @param {number} at
 */
function endOf(count, size, at) {
  const [disk, noComment] = [0, 0];
  const counts = pairs(2, [disk, disk, count, count]);
  return fields([[4, 0x06054b50], ...counts, ...pairs(4, [size, at]), [2, noComment]]);
}

/**
 * @param {2 | 4} width
 * @param {number[]} values
 * @returns {[2 | 4, number][]}
 */
function pairs(width, values) {
  return values.map((value) => [width, value]);
}

/**
 * Little-endian numbers of 2 or 4 bytes.
 * @param {[width: 2 | 4, value: number][]} values
 */
function fields(values) {
  const view = new DataView(new ArrayBuffer(values.reduce((sum, [width]) => sum + width, 0)));
  let at = 0;
  for (const [width, value] of values) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return new Uint8Array(view.buffer);
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
