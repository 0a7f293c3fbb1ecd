/** What may be imported as a voice: names, kinds, number and sizes, checked before any content is returned. */
import { MAX_FILE_BYTES, MAX_VOICE_BYTES, isVoicePath } from "../store/manifest.js";
import { archiveError } from "./archive-errors.js";

/**
 * @typedef {object} Entry
 * @property {string} name As in the archive.
 * @property {"file" | "folder"} kind
 * @property {number} bytes Unpacked.
 */

const MIB = 1024 * 1024;

export const BOUNDS = {
  // A voice has at most 100 files; the rest are folders and what file managers leave behind.
  entries: 1000,
  file: MAX_FILE_BYTES,
  total: MAX_VOICE_BYTES,
  // Headers, names and padding come on top of the files.
  archive: MAX_VOICE_BYTES + 16 * MIB,
  // Of a name in the archive, including the enclosing folder.
  name: 300,
  // Weights hardly compress; only a bomb unpacks to this many times its size, once past what a small
  // file of zeros may take.
  ratio: 200,
  unsuspicious: 16 * MIB,
};

// Files that macOS and Windows add.
const LEFT_BEHIND = /(^|\/)(__MACOSX(\/|$)|\._[^/]*$|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/;

/**
 * The voice's files with their paths in it, without what file managers leave behind and without the
 * folder that encloses them all.
 * @template {Entry} E
 * @param {E[]} entries
 * @returns {{path: string, entry: E}[]}
 */
export function voiceFiles(entries) {
  checkCount(entries.length);
  const kept = entries.filter(({ name }) => !LEFT_BEHIND.test(name));
  for (const { name } of kept) checkName(name);
  const files = kept.filter(({ kind }) => kind === "file");
  if (files.length === 0) throw archiveError("empty", "there is no file in it");
  checkSizes(files);
  const names = files.map(({ name }) => name.replace(/^(\.\/)+/, ""));
  const top = folderAround(names);
  const paths = names.map((name) => name.slice(top.length));
  checkPaths(paths);
  return files.map((entry, place) => ({ path: paths[place], entry }));
}

/**
 * @param {number} count
 * @param {number} [most]
 */
export function checkCount(count, most = BOUNDS.entries) {
  if (count > most) throw archiveError("entries", `there are more than ${most} entries in it`);
}

/**
 * @param {number} unpacked
 * @param {number} packed
 */
export function checkRatio(unpacked, packed) {
  if (unpacked <= BOUNDS.unsuspicious || unpacked <= packed * BOUNDS.ratio) return;
  throw archiveError("ratio", `${packed} bytes unpack to ${unpacked} or more`, { context: { packed, unpacked } });
}

/** For a message: short, on one line. @param {string} name */
export function quoted(name) {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

/**
 * Checks folder names too, including the enclosing one, which users name as they like.
 * @param {string} name
 */
function checkName(name) {
  const segments = name
    .replace(/^(\.\/)+/, "")
    .replace(/\/$/, "")
    .split("/");
  const plain = segments.every((segment) => segment !== ".." && !/[\\:\p{C}]/u.test(segment));
  // Only "./" itself has no name; an empty first part would make the path absolute.
  const named = segments.every(Boolean) || /^(\.\/)+$/.test(name);
  if (plain && named && name.length <= BOUNDS.name) return;
  throw badName(name);
}

/** @param {Entry[]} files */
function checkSizes(files) {
  const largest = files.find(({ bytes }) => bytes > BOUNDS.file);
  if (largest) throw archiveError("too-large", `${quoted(largest.name)} has ${largest.bytes} bytes`);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > BOUNDS.total) throw archiveError("too-large", `the files have ${total} bytes together`);
}

/**
 * The folder that contains all files, with its trailing slash, or nothing.
 * @param {string[]} names
 */
function folderAround(names) {
  const folder = names[0].slice(0, names[0].indexOf("/") + 1);
  return names.every((name) => name.startsWith(folder)) ? folder : "";
}

/** @param {string[]} paths */
function checkPaths(paths) {
  const seen = new Set();
  for (const path of paths) {
    if (!isVoicePath(path)) throw badName(path);
    // Some file systems ignore case.
    const key = path.toLowerCase();
    if (seen.has(key)) throw archiveError("duplicate", `${quoted(path)} is there twice`, { context: { file: path } });
    seen.add(key);
  }
}

/** @param {string} name */
function badName(name) {
  return archiveError("name", `${quoted(name)} is no name for a file of a voice`, {
    context: { file: name.slice(0, 80) },
  });
}
