/**
 * Reads a zip file by its central directory (PKWARE APPNOTE 6.3), as the system's tools do, and ignores bytes
 * between the entries. Neither its sizes nor its offsets are trusted.
 */
import { BOUNDS, checkCount, checkRatio, quoted } from "./archive-rules.js";
import { bytesOf, piecesOf } from "./blob-bytes.js";
import { crc32 } from "./crc32.js";
import { inflated } from "./inflate.js";
import { archiveError } from "./archive-errors.js";

/**
 * @typedef {import("./archive-rules.js").Entry & Place} ZipEntry
 * @typedef {object} Place
 * @property {number} at Offset of its local header.
 * @property {number} packed Bytes in the archive.
 * @property {boolean} deflated
 * @property {number} crc
 * @property {number} limit Where the directory starts; content must end before it.
 */

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
// Marks a number too large for 32 or 16 bits, kept in a zip64 record, which a voice never needs.
const ELSEWHERE_32 = 0xffffffff;
const ELSEWHERE_16 = 0xffff;
// Names, extra fields and comments of all entries; a few hundred bytes each are usual.
const MAX_DIRECTORY = 4 * 1024 * 1024;
const STORED = 0;
const DEFLATED = 8;
const AES = 99;
// Encrypted, strongly encrypted, directory encrypted.
const ENCRYPTED_FLAGS = 0x2041;
const [FILE_TYPE, TYPE_OF_FILE, TYPE_OF_FOLDER] = [0xf000, 0x8000, 0x4000];

/**
 * @param {Blob} blob
 * @param {{entries?: number}} [most] More than a voice may have.
 * @returns {Promise<ZipEntry[]>}
 */
export async function listZip(blob, { entries: most } = {}) {
  const { start, size, count } = await findDirectory(blob);
  checkCount(count, most);
  const view = viewOf(await bytesOf(blob, start, start + size));
  const entries = [];
  let at = 0;
  for (let place = 0; place < count; place += 1) {
    if (at + CENTRAL_BYTES > size || view.getUint32(at, true) !== CENTRAL) throw damaged("the directory is damaged");
    entries.push(centralEntry(view, at, start));
    at += CENTRAL_BYTES + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  if (at !== size) throw damaged("the directory is damaged");
  // Entries that share content could make a zip bomb.
  const needed = entries.reduce((sum, { packed }) => sum + LOCAL_BYTES + packed, 0);
  if (needed > start) throw damaged("its entries overlap");
  return entries;
}

/**
 * @param {Blob} blob
 * @param {ZipEntry} entry
 * @param {{signal?: AbortSignal, onbytes?: (count: number) => void}} [options]
 */
export async function readZipEntry(blob, entry, { signal, onbytes } = {}) {
  const start = await contentStart(blob, entry);
  const pieces = piecesOf(blob, { start, end: start + entry.packed, signal });
  const bytes = new Uint8Array(entry.bytes);
  let length = 0;
  for await (const part of entry.deflated ? inflated(pieces) : pieces) {
    if (length + part.length > bytes.length) throw damaged(`${quoted(entry.name)} is longer than it says`);
    bytes.set(part, length);
    length += part.length;
    onbytes?.(part.length);
    if (length === bytes.length) break;
  }
  if (length < bytes.length) throw archiveError("truncated", `${quoted(entry.name)} ends after ${length} bytes`);
  if (crc32(bytes) !== entry.crc) throw damaged(`${quoted(entry.name)} differs from its checksum`);
  return bytes;
}

/** @param {Blob} blob */
async function findDirectory(blob) {
  const tailAt = Math.max(0, blob.size - END_BYTES - MAX_COMMENT);
  const view = viewOf(await bytesOf(blob, tailAt, blob.size));
  for (let at = view.byteLength - END_BYTES; at >= 0; at -= 1) {
    const comment = view.byteLength - at - END_BYTES;
    if (view.getUint32(at, true) !== END || view.getUint16(at + 20, true) !== comment) continue;
    return directoryOf(view, at, tailAt + at);
  }
  throw archiveError("truncated", "the zip file has no end");
}

/**
 * @param {DataView} view
 * @param {number} at Offset of the end record in the view.
 * @param {number} end Its offset in the file.
 */
function directoryOf(view, at, end) {
  const [disk, disks, here, count] = [4, 6, 8, 10].map((field) => view.getUint16(at + field, true));
  const [size, start] = [12, 16].map((field) => view.getUint32(at + field, true));
  if (count === ELSEWHERE_16) throw archiveError("entries", `there are ${ELSEWHERE_16} entries or more in it`);
  if (size === ELSEWHERE_32 || start === ELSEWHERE_32)
    throw archiveError("too-large", "the zip file is of the zip64 kind");
  if (disk !== 0 || disks !== 0 || here !== count) throw archiveError("parts", "the zip file is one of several parts");
  if (start + size > end || size > MAX_DIRECTORY) throw damaged("the directory is not where it should be");
  return { start, size, count };
}

/**
 * @param {DataView} view
 * @param {number} at
 * @param {number} limit
 * @returns {ZipEntry}
 */
function centralEntry(view, at, limit) {
  const [flags, method] = [8, 10].map((field) => view.getUint16(at + field, true));
  const [crc, packed, bytes, attributes, local] = [16, 20, 24, 38, 42].map((field) => view.getUint32(at + field, true));
  const length = view.getUint16(at + 28, true);
  if (at + CENTRAL_BYTES + length > view.byteLength) throw damaged("the directory is damaged");
  const name = decoded(new Uint8Array(view.buffer, view.byteOffset + at + CENTRAL_BYTES, length));
  const deflated = checkMethod(name, flags, method);
  const kind = kindOf(name, attributes >>> 16);
  if ([packed, bytes, local].includes(ELSEWHERE_32))
    throw archiveError("too-large", `${quoted(name)} is of the zip64 kind`);
  if (bytes > BOUNDS.file) throw archiveError("too-large", `${quoted(name)} has ${bytes} bytes`);
  if (!deflated && packed !== bytes) throw damaged(`${quoted(name)} has two sizes`);
  checkRatio(bytes, packed);
  return { name, kind, bytes, at: local, packed, deflated, crc, limit };
}

/**
 * @param {string} name
 * @param {number} flags
 * @param {number} method
 */
function checkMethod(name, flags, method) {
  if (flags & ENCRYPTED_FLAGS || method === AES) throw archiveError("encrypted", `${quoted(name)} is encrypted`);
  if (method === STORED || method === DEFLATED) return method === DEFLATED;
  throw archiveError("method", `${quoted(name)} is packed in a way (${method}) that is not known here`);
}

/**
 * @param {string} name
 * @param {number} mode Unix mode; 0 if the archive was made elsewhere.
 * @returns {"file" | "folder"}
 */
function kindOf(name, mode) {
  const type = mode & FILE_TYPE;
  if (name.endsWith("/") || type === TYPE_OF_FOLDER) return "folder";
  if (type === 0 || type === TYPE_OF_FILE) return "file";
  throw archiveError("special", `${quoted(name)} is a link or a device`);
}

/**
 * Where the content starts according to the local header, which must agree with the directory.
 * @param {Blob} blob
 * @param {ZipEntry} entry
 */
async function contentStart(blob, { name, at, packed, limit }) {
  const header = viewOf(await bytesOf(blob, at, Math.min(at + LOCAL_BYTES, limit)));
  if (header.byteLength < LOCAL_BYTES || header.getUint32(0, true) !== LOCAL)
    throw damaged(`${quoted(name)} is not where it should be`);
  const [length, extra] = [26, 28].map((field) => header.getUint16(field, true));
  const start = at + LOCAL_BYTES + length + extra;
  if (start + packed > limit) throw damaged(`${quoted(name)} reaches into the directory`);
  if (decoded(await bytesOf(blob, at + LOCAL_BYTES, at + LOCAL_BYTES + length)) !== name)
    throw damaged(`${quoted(name)} has two names`);
  return start;
}

/**
 * Without the UTF-8 flag, a name may be in any encoding; Chinese Windows uses GB 18030.
 * @param {Uint8Array} name
 */
function decoded(name) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    return new TextDecoder("gb18030").decode(name);
  }
}

/** @param {Uint8Array} bytes */
function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @param {string} problem */
function damaged(problem) {
  return archiveError("content", problem);
}
