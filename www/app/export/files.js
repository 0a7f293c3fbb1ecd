/** What an export gives: the sound as far as it is made, and its name. */
import { FORMATS } from "../../lib/encode/formats.js";

/** @typedef {import("./store.js").Job} Job */
/** @typedef {Pick<import("./store.js").ExportStore, "part">} Store */
/** @typedef {typeof import("../../lib/encode/encoder.js").openEncoder} OpenEncoder */

/**
 * The file; of a job that was stopped, what is made so far. Only one part at a time is in memory here.
 * @param {Job} job
 * @param {Store} store
 * @param {OpenEncoder} openEncoder
 */
export async function soundOf(job, store, openEncoder) {
  const { format, sampleRate, title, encoder: saved, parts } = job;
  const encoder = await openEncoder(format, { sampleRate, tags: { title }, seekable: true, saved });
  /** @type {Blob[]} */
  const blobs = [];
  for (let index = 0; index < parts; index += 1) blobs.push(new Blob([(await store.part(job.id, index)).bytes]));
  if (!job.whole) blobs.push(new Blob([encoder.finish()]));
  const head = encoder.head();
  const body = new Blob(blobs);
  return new Blob([head, body.slice(head.length)], { type: FORMATS[format].type });
}

// What file systems don't take, and what hides a file.
const FORBIDDEN = /[\p{C}/\\:*?"<>|]+/gu;
const LONGEST = 80;

/**
 * @param {string} title
 * @param {string} extension
 */
export function fileName(title, extension) {
  const plain = title
    .replace(FORBIDDEN, " ")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^\.+|\.+$/g, "");
  return `${Array.from(plain).slice(0, LONGEST).join("").trim() || "hanvox"}.${extension}`;
}

/**
 * The title of a text: that of its document, or its first words.
 * @param {string | undefined} title
 * @param {string} text
 */
export function titleOf(title, text) {
  if (title) return title;
  const [line = ""] = text.trim().split(/[\n。！？!?]/, 1);
  return Array.from(line.replace(/\{[^}]*\}|<[^>]*>/g, ""))
    .slice(0, 20)
    .join("");
}
