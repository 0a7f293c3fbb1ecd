/** Verifies stored voices block by block, and reads them for export. */
import { parseManifest } from "./manifest.js";
import { damaged } from "./assembly.js";
import { sha256 } from "../shared/hashes.js";
import { blockCount, blockSpan } from "./blocks.js";

/** @typedef {import("./backend.js").Backend} Backend */
/** @typedef {import("./manifest.js").VoiceFile} VoiceFile */
/** @typedef {import("./assembler.js").Fault} Fault */

/**
 * Finds the missing or damaged blocks, with at most one block in memory.
 * @param {Backend} backend
 * @param {string} id
 * @param {VoiceFile[]} files
 * @returns {Promise<Fault[]>}
 */
export async function findFaults(backend, id, files) {
  const faults = [];
  for (const file of files) {
    for (let index = 0; index < blockCount(file); index += 1) {
      if (!(await soundBlock(backend, id, file, index))) faults.push({ file: file.path, chunk: index });
    }
  }
  return faults;
}

/**
 * The stored files, each verified, with the manifest last.
 * @param {Backend} backend
 * @param {string} id
 * @param {string} text
 * @returns {AsyncGenerator<{path: string, bytes: Uint8Array<ArrayBuffer>}, void, void>}
 */
export async function* storedFiles(backend, id, text) {
  for (const file of parseManifest(text, id).files) {
    const bytes = new Uint8Array(file.bytes);
    for (let index = 0; index < blockCount(file); index += 1) {
      const sound = await soundBlock(backend, id, file, index);
      if (!sound) throw damaged(id, file.path, index);
      bytes.set(sound, blockSpan(file, index).start);
    }
    yield { path: file.path, bytes };
  }
  yield { path: "voice.json", bytes: new TextEncoder().encode(text) };
}

/**
 * A block's bytes, if present and intact.
 * @param {Backend} backend
 * @param {string} id
 * @param {VoiceFile} file
 * @param {number} index
 */
export async function soundBlock(backend, id, file, index) {
  // Treat unreadable as damaged.
  const stored = await backend.block(id, file.sha256, index).catch(() => undefined);
  if (!stored) return undefined;
  const { start, end } = blockSpan(file, index);
  if (stored.bytes.length !== end - start) return undefined;
  const expected = file.chunks?.[index] ?? stored.sha256;
  return (await sha256(stored.bytes)) === expected ? stored.bytes : undefined;
}
