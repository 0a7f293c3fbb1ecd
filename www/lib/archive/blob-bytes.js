/** Reads a Blob piece by piece. */
import { throwIfCanceled } from "../shared/errors.js";
import { archiveError } from "./archive-errors.js";

// Large enough for the disk, small enough that a page does not stall while a piece is unpacked.
const PIECE_BYTES = 1024 * 1024;

/**
 * @param {Blob} blob
 * @param {number} start
 * @param {number} end
 */
export async function bytesOf(blob, start, end) {
  try {
    return new Uint8Array(await blob.slice(start, end).arrayBuffer());
  } catch (cause) {
    throw archiveError("unreadable", "the file could not be read", { cause });
  }
}

/**
 * @param {Blob} blob
 * @param {{start?: number, end?: number, signal?: AbortSignal}} [options]
 * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>}
 */
export async function* piecesOf(blob, { start = 0, end = blob.size, signal } = {}) {
  for (let at = start; at < end; at += PIECE_BYTES) {
    throwIfCanceled(signal);
    yield await bytesOf(blob, at, Math.min(at + PIECE_BYTES, end));
  }
}
