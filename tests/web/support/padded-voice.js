/** A voice that speaks and is large enough to be fetched in many chunks: a fixture voice with files of noise. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FIXTURE_VOICES } from "./faulty-base.js";
import { randomFrom } from "./random.js";

/** What the store fetches, checks and mends at once, in bytes. */
export const BLOCK_BYTES = 1024 * 1024;

const MIB = 1024 * 1024;
// One ends with a chunk, one a byte after it, one before its first; the others as it comes.
const NOISE = [1.4 * MIB, 3 * MIB, 2 * MIB + 1, 0.3 * MIB, 4.6 * MIB].map(Math.round);

/** @typedef {Awaited<ReturnType<typeof paddedVoice>>} PaddedVoice */

/**
 * @param {string} id
 * @param {{noise?: number[], chunks?: boolean, version?: string}} [options] `noise`: bytes of each such file;
 *   `chunks`: whether the manifest tells the SHA-256 of every chunk; another `version` has other noise.
 */
export async function paddedVoice(id, { noise = NOISE, chunks = true, version = "1" } = {}) {
  const folder = join(FIXTURE_VOICES, "tone");
  const tone = JSON.parse(await readFile(join(folder, "voice.json"), "utf8"));
  /** @type {Map<string, Buffer>} */
  const contents = new Map();
  for (const { path } of tone.files) contents.set(path, await readFile(join(folder, path)));
  noise.forEach((bytes, index) => contents.set(`noise-${index}.bin`, noiseOf(bytes, `${version}/${index}`)));
  const files = [...contents].map(([path, bytes]) => describe(path, bytes, chunks));
  const text = JSON.stringify({ ...tone, id, version, files });
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  return { id, text, files, contents, total };
}

/** @param {number} bytes @param {string} seed */
function noiseOf(bytes, seed) {
  const random = randomFrom(createHash("sha256").update(seed).digest().readUInt32LE());
  const words = Uint32Array.from({ length: Math.ceil(bytes / 4) }, () => random() * 2 ** 32);
  return Buffer.from(words.buffer, 0, bytes);
}

/** @param {string} path @param {Buffer} bytes @param {boolean} chunked */
function describe(path, bytes, chunked) {
  const file = { path, bytes: bytes.length, sha256: sha256(bytes) };
  if (!chunked) return file;
  const starts = Array.from({ length: Math.ceil(bytes.length / BLOCK_BYTES) }, (_, index) => index * BLOCK_BYTES);
  return { ...file, chunks: starts.map((start) => sha256(bytes.subarray(start, start + BLOCK_BYTES))) };
}

/** @param {Uint8Array} bytes */
function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
