/** The check of what is stored, chunk by chunk, and its way out. */
import { parseManifest } from "./manifest.js";
import { damaged } from "./assembly.js";
import { chunkCount, chunkSpan, sha256 } from "./chunks.js";

/** @typedef {import("./shelf.js").Shelf} Shelf */
/** @typedef {import("./manifest.js").VoiceFile} VoiceFile */
/** @typedef {import("./gathering.js").Fault} Fault */

/**
 * The chunks that are missing or damaged, with no more than one of them in memory.
 * @param {Shelf} shelf
 * @param {string} id
 * @param {VoiceFile[]} files
 * @returns {Promise<Fault[]>}
 */
export async function findFaults(shelf, id, files) {
  const faults = [];
  for (const file of files) {
    for (let chunk = 0; chunk < chunkCount(file); chunk += 1) {
      if (!(await soundChunk(shelf, id, file, chunk))) faults.push({ file: file.path, chunk });
    }
  }
  return faults;
}

/**
 * The stored files, each checked, and the manifest last.
 * @param {Shelf} shelf
 * @param {string} id
 * @param {string} text
 * @returns {AsyncGenerator<{path: string, bytes: Uint8Array<ArrayBuffer>}, void, void>}
 */
export async function* storedFiles(shelf, id, text) {
  for (const file of parseManifest(text, id).files) {
    const bytes = new Uint8Array(file.bytes);
    for (let chunk = 0; chunk < chunkCount(file); chunk += 1) {
      const sound = await soundChunk(shelf, id, file, chunk);
      if (!sound) throw damaged(id, file.path, chunk);
      bytes.set(sound, chunkSpan(file, chunk).start);
    }
    yield { path: file.path, bytes };
  }
  yield { path: "voice.json", bytes: new TextEncoder().encode(text) };
}

/**
 * A chunk's bytes, if they are there and right.
 * @param {Shelf} shelf
 * @param {string} id
 * @param {VoiceFile} file
 * @param {number} index
 */
export async function soundChunk(shelf, id, file, index) {
  // What can't be read is as good as damaged.
  const stored = await shelf.chunk(id, file.sha256, index).catch(() => undefined);
  if (!stored) return undefined;
  const { start, end } = chunkSpan(file, index);
  if (stored.bytes.length !== end - start) return undefined;
  const expected = file.chunks?.[index] ?? stored.sha256;
  return (await sha256(stored.bytes)) === expected ? stored.bytes : undefined;
}
