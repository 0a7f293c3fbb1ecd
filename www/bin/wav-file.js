/** A WAV file written as its samples come; it stands under its name only when it is whole. */
import { open, rename, rm } from "node:fs/promises";
import { HanvoxError } from "../lib/errors.js";

const HEADER_BYTES = 44;

export class WavFile {
  #path;
  #part;
  #handle;
  #position = HEADER_BYTES;

  /**
   * @param {string} path
   * @param {string} part
   * @param {import("node:fs/promises").FileHandle} handle
   */
  constructor(path, part, handle) {
    this.#path = path;
    this.#part = part;
    this.#handle = handle;
  }

  /** @param {string} path */
  static async create(path) {
    const part = `${path}.${process.pid}.part`;
    return new WavFile(path, part, await coded(path, () => open(part, "w")));
  }

  /** @param {Uint8Array<ArrayBuffer>} pcm */
  async write(pcm) {
    await this.#writeAt(pcm, this.#position);
    this.#position += pcm.length;
  }

  /** @param {Uint8Array<ArrayBuffer>} header Known at the end, since it holds the length. */
  async finish(header) {
    await this.#writeAt(header, 0);
    await coded(this.#path, () => this.#handle.close());
    await coded(this.#path, () => rename(this.#part, this.#path));
  }

  /** Leaves nothing behind of a file that was not finished. */
  async discard() {
    await this.#handle.close().catch(() => {});
    await rm(this.#part, { force: true });
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @param {number} position
   */
  async #writeAt(bytes, position) {
    let done = 0;
    while (done < bytes.length) {
      const rest = bytes.subarray(done);
      done += (await coded(this.#path, () => this.#handle.write(rest, 0, rest.length, position + done)))
        .bytesWritten;
    }
  }
}

/**
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function coded(path, work) {
  try {
    return await work();
  } catch (cause) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (cause);
    const context = { path, reason: code };
    throw new HanvoxError("output-failed", `${path} could not be written: ${message}`, { context, cause });
  }
}
