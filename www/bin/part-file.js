/** A file written in parts; it gets its name only when complete. */
import { open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { HanvoxError } from "../lib/shared/errors.js";

export class PartFile {
  #path;
  #part;
  #handle;

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
    return new PartFile(path, part, await coded(path, () => open(part, "w")));
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} position
   */
  async writeAt(bytes, position) {
    let done = 0;
    while (done < bytes.length) {
      const rest = bytes.subarray(done);
      done += (await coded(this.#path, () => this.#handle.write(rest, 0, rest.length, position + done))).bytesWritten;
    }
  }

  async finish() {
    await coded(this.#path, () => this.#handle.close());
    await coded(this.#path, () => rename(this.#part, this.#path));
  }

  /** Removes an unfinished file. */
  async discard() {
    await this.#handle.close().catch(() => {});
    await rm(this.#part, { force: true });
  }
}

/**
 * Removes what processes that were killed have left of files.
 * @param {string} folder
 * @param {string[]} files In it.
 */
export async function removeLeft(folder, files) {
  for (const name of await readdir(folder)) {
    const [, file, pid] = /^(.*)\.(\d+)\.part$/.exec(name) ?? [];
    if (files.includes(file) && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
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
