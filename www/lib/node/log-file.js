/**
 * Persistent log records in Node: NDJSON in a file that rotates by size, day and age. Only one process
 * may use a folder at a time.
 */
import { appendFile, readFile, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { createStream } from "rotating-file-stream";
import { HanvoxError } from "../shared/errors.js";
import { MAX_STORED, toLine } from "../diagnostics/log.js";
import { ndjsonBlob } from "../diagnostics/ndjson.js";
import { collect } from "../diagnostics/record-filter.js";

/** @typedef {import("../diagnostics/diagnostics.js").LogStore} LogStore */
/** @typedef {import("rotating-file-stream").RotatingFileStream} RotatingFileStream */

/**
 * @typedef {object} FileOptions
 * @property {string} folder Created if absent.
 * @property {{bytes?: number, files?: number, age_ms?: number}} [limits] `bytes`: size at which the
 *   file rotates; `files`: how many rotated files are kept in addition.
 * @property {(error: HanvoxError) => void} [onfault] Called once, when records can no longer be stored.
 */

const NAME = "hanvox.log";
const HISTORY = "hanvox.log.history";
const DAY_MS = 24 * 3600 * 1000;
const LIMITS = { bytes: 4 * 1024 * 1024, files: 7, age_ms: 7 * DAY_MS };

/**
 * @param {FileOptions} options
 * @returns {Promise<LogStore>}
 */
export async function openLogFile({ folder, limits = {}, onfault = () => {} }) {
  const file = new LogFile(folder, { ...LIMITS, ...limits }, onfault);
  await file.open();
  return file;
}

/** @implements {LogStore} */
class LogFile {
  #folder;
  #limits;
  #onfault;
  /** @type {RotatingFileStream | undefined} */ #stream;

  /**
   * @param {string} folder
   * @param {typeof LIMITS} limits
   * @param {(error: HanvoxError) => void} onfault
   */
  constructor(folder, limits, onfault) {
    this.#folder = folder;
    this.#limits = limits;
    this.#onfault = onfault;
  }

  async open() {
    await this.#tidy().catch((cause) => this.#fail(cause));
    const { bytes, files } = this.#limits;
    const stream = createStream(NAME, {
      path: this.#folder,
      size: `${bytes}B`,
      interval: "1d",
      maxFiles: files,
      history: HISTORY,
    });
    stream.on("rotated", () => this.#dropOld().catch((cause) => this.#fail(cause)));
    stream.on("error", (cause) => this.#fail(cause));
    stream.on("warning", (cause) => this.#fail(cause));
    this.#stream = stream;
  }

  /** @param {import("../diagnostics/log.js").LogRecord} record */
  append(record) {
    const stream = this.#stream;
    // Records that a hanging disk doesn't accept must not fill the memory.
    if (!stream?.writable || stream.writableLength > this.#limits.bytes) return;
    stream.write(`${toLine(record, MAX_STORED)}\n`);
  }

  /** @param {import("../diagnostics/diagnostics.js").RecordFilter} [filter] */
  all(filter) {
    return collect(this.#pages(), filter);
  }

  /** @param {{gzip?: boolean}} [options] */
  async exportNdjson({ gzip = false } = {}) {
    return ndjsonBlob(this.#pages(), gzip);
  }

  async clear() {
    await this.close();
    for (const { path } of await this.#files()) await rm(path, { force: true });
    await rm(join(this.#folder, HISTORY), { force: true });
    await this.open();
  }

  /** @returns {Promise<void>} */
  flush() {
    const stream = this.#stream;
    if (!stream?.writable || stream.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => stream.write("", () => resolve()));
  }

  /** @returns {Promise<void>} */
  close() {
    const stream = this.#stream;
    this.#stream = undefined;
    if (!stream?.writable) return Promise.resolve();
    return new Promise((resolve) => {
      stream.once("close", resolve);
      stream.end();
    });
  }

  /** One page of lines per file, oldest first. */
  async *#pages() {
    await this.flush();
    for (const { path } of await this.#files()) {
      const text = await readFile(path, "utf8").catch(ifGone(""));
      yield text.split("\n").filter(isWhole);
    }
  }

  /** The log files present, oldest first. */
  async #files() {
    const names = await readdir(this.#folder).catch(ifGone([]));
    const files = [];
    for (const name of names.filter((name) => name.endsWith(NAME))) {
      const path = join(this.#folder, name);
      const times = await stat(path).catch(ifGone(undefined));
      if (times) files.push({ path, rotated: name !== NAME, changed: times.mtimeMs });
    }
    return files.sort((a, b) => Number(b.rotated) - Number(a.rotated) || a.changed - b.changed);
  }

  async #tidy() {
    await this.#dropOld();
    const current = join(this.#folder, NAME);
    const text = await readFile(current, "utf8").catch(ifGone(""));
    if (text !== "" && !text.endsWith("\n")) await appendFile(current, "\n");
  }

  async #dropOld() {
    const oldest = Date.now() - this.#limits.age_ms;
    const old = (await this.#files()).filter(({ changed }) => changed < oldest);
    for (const { path } of old) await rm(path, { force: true });
  }

  /** @param {unknown} cause */
  #fail(cause) {
    this.#onfault(
      new HanvoxError("output-failed", "the log could not be written", {
        context: { folder: this.#folder },
        cause,
      }),
    );
    this.#onfault = () => {};
  }
}

/**
 * A killed process may have left a partial line.
 * @param {string} line
 */
function isWhole(line) {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}

/**
 * For a file that another step has removed in the meantime.
 * @template T
 * @param {T} instead
 * @returns {(error: NodeJS.ErrnoException) => T}
 */
function ifGone(instead) {
  return (error) => {
    if (error.code === "ENOENT") return instead;
    throw error;
  };
}
