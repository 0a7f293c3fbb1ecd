/**
 * Locks between processes, with the interface of the browser's LockManager: a file with its owner's name,
 * touched while the lock is held. A lock is broken if its process has ended or nobody has touched it for a while.
 * If no lock can be written, neither can a voice: there is nothing to guard then, so the work just runs.
 */
import { mkdir, open, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { canceled, throwIfCanceled } from "../shared/errors.js";
import { isOrphan, uniqueName } from "./folder-owner.js";

const TOUCH_MS = 4000;
const STALE_MS = 20_000;
const RETRY_MS = 50;

export class FolderLocks {
  #folder;
  #stale_ms;

  /**
   * @param {string} folder
   * @param {{stale_ms?: number}} [times] After how long an untouched lock is broken.
   */
  constructor(folder, { stale_ms = STALE_MS } = {}) {
    this.#folder = join(folder, "locks");
    this.#stale_ms = stale_ms;
  }

  /**
   * Runs `work` while no other process or call holds the lock.
   * @template T
   * @param {string} name
   * @param {{signal?: AbortSignal}} options `signal` ends the wait, not the work.
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async request(name, { signal }, work) {
    const path = join(this.#folder, `${encodeURIComponent(name)}.lock`);
    const owner = uniqueName();
    if (!(await this.#acquire(path, owner, signal))) return work();
    const touching = setInterval(() => void touch(path).catch(() => {}), TOUCH_MS);
    touching.unref();
    try {
      return await work();
    } finally {
      clearInterval(touching);
      await release(path, owner);
    }
  }

  /**
   * @param {string} path
   * @param {string} owner
   * @param {AbortSignal} [signal]
   * @returns {Promise<boolean>} Whether a lock was created.
   */
  async #acquire(path, owner, signal) {
    await mkdir(this.#folder, { recursive: true }).catch(() => {});
    for (;;) {
      throwIfCanceled(signal);
      const outcome = await create(path, owner);
      if (outcome !== "taken") return outcome === "made";
      if (!(await this.#isStale(path))) await pause(signal);
      else if (!(await this.#break(path, owner))) return false;
    }
  }

  /**
   * Breaking needs a lock of its own: if two find the same stale lock, the slower one would otherwise remove the
   * faster one's new lock.
   * @param {string} path
   * @param {string} owner
   * @returns {Promise<boolean>} Whether to try again.
   */
  async #break(path, owner) {
    const guard = `${path}.breaking`;
    const outcome = await create(guard, owner);
    if (outcome === "failed") return false;
    if (outcome === "made") {
      if (await this.#isStale(path)) await rm(path, { force: true });
      await release(guard, owner);
      return true;
    }
    if (await this.#isStale(guard)) await rm(guard, { force: true });
    await pause();
    return true;
  }

  /** @param {string} path */
  async #isStale(path) {
    const [owner, times] = await Promise.all([ownerOf(path), stat(path).catch(() => undefined)]);
    if (owner === undefined || times === undefined) return false;
    return isOrphan(owner) || Date.now() - times.mtimeMs > this.#stale_ms;
  }
}

/**
 * @param {string} path
 * @param {string} owner
 * @returns {Promise<"made" | "taken" | "failed">}
 */
async function create(path, owner) {
  try {
    const handle = await open(path, "wx");
    await handle.writeFile(owner).finally(() => handle.close());
    return "made";
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST" ? "taken" : "failed";
  }
}

/** @param {string} path */
function ownerOf(path) {
  return readFile(path, "utf8").catch(() => undefined);
}

/** @param {string} path */
async function touch(path) {
  const now = new Date();
  await utimes(path, now, now);
}

/**
 * A lock broken in the meantime belongs to someone else.
 * @param {string} path
 * @param {string} owner
 */
async function release(path, owner) {
  if ((await ownerOf(path)) === owner) await rm(path, { force: true });
}

/** @param {AbortSignal} [signal] */
async function pause(signal) {
  try {
    await after(RETRY_MS * (0.5 + Math.random()), undefined, { signal });
  } catch (error) {
    throw signal ? canceled(signal) : error;
  }
}
