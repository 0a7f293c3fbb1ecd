/** Files that are either whole or absent: written to a temporary file, flushed to disk, and renamed. */
import * as fileSystem from "node:fs/promises";
import { dirname, join } from "node:path";
import { HanvoxError } from "../shared/errors.js";
import { isOrphan, uniqueName } from "./folder-owner.js";

/** @typedef {"mkdir" | "open" | "readFile" | "readdir" | "rename" | "rm" | "stat"} Call */
/** @typedef {Pick<typeof fileSystem, Call>} FileSystem */

const FULL = ["ENOSPC", "EDQUOT", "EFBIG"];
const ABSENT = ["ENOENT", "ENOTDIR"];

const SCRATCH = "tmp";

// Longer than any write takes; for leftovers of other machines' processes in a shared folder.
const LEFTOVER_MS = 24 * 3600 * 1000;

const MOST_ATTEMPTS = 10;

export class FolderFiles {
  #folder;
  #fs;
  #scratch;
  /** @type {Promise<void> | undefined} */ #prepared;

  /**
   * @param {string} folder Created by the first write.
   * @param {FileSystem} [fs]
   */
  constructor(folder, fs = fileSystem) {
    this.#folder = folder;
    this.#fs = fs;
    this.#scratch = join(folder, SCRATCH);
  }

  /**
   * @param {string} path
   * @returns {Promise<Uint8Array<ArrayBuffer> | undefined>} Undefined if there is none.
   */
  read(path) {
    return this.#coded(async () => {
      const bytes = await this.#fs.readFile(join(this.#folder, path)).catch(ifAbsent(undefined));
      return bytes && new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    });
  }

  /**
   * The names in a folder, none if it is absent.
   * @param {string} path
   * @returns {Promise<string[]>}
   */
  names(path) {
    return this.#coded(async () => {
      const entries = await this.#fs.readdir(join(this.#folder, path)).catch(ifAbsent([]));
      return entries.sort();
    });
  }

  /**
   * Size of a file in bytes, 0 if it is absent.
   * @param {string} path
   */
  size(path) {
    return this.#coded(async () => {
      const entry = await this.#fs.stat(join(this.#folder, path)).catch(ifAbsent(undefined));
      return entry?.size ?? 0;
    });
  }

  /**
   * @param {string} path
   * @param {(Uint8Array | string)[]} parts
   */
  write(path, parts) {
    return this.#coded(async () => {
      await this.#prepare();
      const target = join(this.#folder, path);
      const part = join(this.#scratch, uniqueName());
      try {
        await this.#flushed(part, parts);
        await this.#moveTo(part, target);
      } catch (error) {
        await this.#fs.rm(part, { force: true }).catch(() => {});
        throw error;
      }
    });
  }

  /**
   * Removes a file or a whole folder in one step; its contents are deleted afterwards.
   * @param {string} path
   */
  remove(path) {
    return this.#coded(async () => {
      await this.#prepare();
      const trash = join(this.#scratch, uniqueName());
      const moved = await this.#fs.rename(join(this.#folder, path), trash).then(() => true, ifAbsent(false));
      if (moved) await this.#fs.rm(trash, { recursive: true, force: true, maxRetries: 3 });
    });
  }

  /**
   * A rename is on disk only once its folder is.
   * @param {string} path
   */
  syncFolder(path) {
    return this.#coded(async () => {
      // Windows can't open folders.
      if (process.platform === "win32") return;
      const handle = await this.#fs.open(join(this.#folder, path), "r").catch(ifAbsent(undefined));
      await handle?.sync().finally(() => handle.close());
    });
  }

  /**
   * Whether it is too old to be still in use.
   * @param {string} path
   */
  isOld(path) {
    return this.#coded(async () => {
      const entry = await this.#fs.stat(join(this.#folder, path)).catch(ifAbsent(undefined));
      return entry !== undefined && Date.now() - entry.mtimeMs > LEFTOVER_MS;
    });
  }

  #prepare() {
    this.#prepared ??= this.#fs.mkdir(this.#scratch, { recursive: true }).then(() => this.#sweep());
    return this.#prepared;
  }

  /** Deletes what killed processes left behind. */
  async #sweep() {
    for (const name of await this.#fs.readdir(this.#scratch)) {
      if (!isOrphan(name) && !(await this.isOld(join(SCRATCH, name)))) continue;
      const path = join(this.#scratch, name);
      await this.#fs.rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
    }
  }

  /**
   * @param {string} path
   * @param {(Uint8Array | string)[]} parts
   */
  async #flushed(path, parts) {
    const handle = await this.#fs.open(path, "wx");
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /**
   * @param {string} part
   * @param {string} target
   */
  async #moveTo(part, target) {
    // Another process may remove the voice, and its folders, at any moment.
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#fs.mkdir(dirname(target), { recursive: true });
        return await this.#fs.rename(part, target);
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || !isAbsent(error)) throw error;
      }
    }
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   */
  async #coded(work) {
    try {
      return await work();
    } catch (cause) {
      throw storageError(cause, this.#folder);
    }
  }
}

/**
 * @param {unknown} cause What the file system threw.
 * @param {string} folder
 */
export function storageError(cause, folder) {
  const reason = codeOf(cause);
  const context = { folder, reason };
  if (FULL.includes(reason ?? ""))
    return new HanvoxError("quota-exceeded", `there is no room in ${folder}`, { context, cause });
  const message = `${folder} can't be used: ${/** @type {Error} */ (cause).message}`;
  return new HanvoxError("storage-blocked", message, { context, cause });
}

/**
 * @template T
 * @param {T} instead
 * @returns {(error: unknown) => T}
 */
function ifAbsent(instead) {
  return (error) => {
    if (isAbsent(error)) return instead;
    throw error;
  };
}

/** @param {unknown} error */
function isAbsent(error) {
  return ABSENT.includes(codeOf(error) ?? "");
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException | undefined} */ (error)?.code;
}
