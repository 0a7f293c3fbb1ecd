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
 * @property {{bytes?: number, files?: number, age_ms?: number, reopen_ms?: number}} [limits] `bytes`: size at which the
 *   file rotates; `files`: how many rotated files are kept in addition; `reopen_ms`: time after a fault until the file
 *   is tried again.
 * @property {(error: HanvoxError) => void} [onfault] Called when records can no longer be stored, once for each time.
 * @property {(lines: number) => void} [onlost] Called for records that were not stored. Once the file takes records
 *   again, their number is in it.
 */

const NAME = "hanvox.log";
const HISTORY = "hanvox.log.history";
const DAY_MS = 24 * 3600 * 1000;
const LIMITS = { bytes: 4 * 1024 * 1024, files: 7, age_ms: 7 * DAY_MS, reopen_ms: 5000 };

/**
 * @param {FileOptions} options
 * @returns {Promise<LogStore>}
 */
export async function openLogFile({ folder, limits = {}, onfault = () => {}, onlost = () => {} }) {
  const file = new LogFile(folder, { ...LIMITS, ...limits }, { onfault, onlost });
  await file.open();
  return file;
}

/** @implements {LogStore} */
class LogFile {
  #folder;
  #limits;
  #events;
  /** @type {RotatingFileStream | undefined} */ #stream;
  #closed = false;
  /** When the file failed; it works if undefined. @type {number | undefined} */ #failed;
  /** Records lost since the last one that was stored. */ #lost = 0;

  /**
   * @param {string} folder
   * @param {typeof LIMITS} limits
   * @param {{onfault: (error: HanvoxError) => void, onlost: (lines: number) => void}} events
   */
  constructor(folder, limits, events) {
    this.#folder = folder;
    this.#limits = limits;
    this.#events = events;
  }

  async open() {
    this.#closed = false;
    this.#failed = undefined;
    await this.#tidy().catch((cause) => this.#fail(cause));
    this.#start();
  }

  #start() {
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
    if (this.#closed) return;
    this.#restart();
    const stream = this.#stream;
    // Records that a hanging disk doesn't accept must not fill the memory.
    if (!stream?.writable || stream.writableLength > this.#limits.bytes) return this.#lose(1);
    this.#tellLoss(stream, record.timestamp);
    stream.write(`${toLine(record, MAX_STORED)}\n`, (error) => (error ? this.#lose(1) : this.#works()));
  }

  /** After a fault, tries again once in a while. */
  #restart() {
    if (this.#stream?.writable || Date.now() - (this.#failed ?? Infinity) < this.#limits.reopen_ms) return;
    this.#failed = Date.now();
    this.#start();
  }

  /**
   * @param {RotatingFileStream} stream
   * @param {string} timestamp
   */
  #tellLoss(stream, timestamp) {
    const lost = this.#lost;
    if (lost === 0) return;
    this.#lost = 0;
    const message = `${lost} records before this one could not be stored`;
    stream.write(`${toLine({ timestamp, level: "warning", message, lost })}\n`, (error) => {
      if (error) this.#lost += lost;
    });
  }

  #works() {
    this.#failed = undefined;
  }

  /** @param {number} lines */
  #lose(lines) {
    this.#lost += lines;
    this.#events.onlost(lines);
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
    this.#closed = true;
    this.#stream = undefined;
    if (!stream?.writable) return Promise.resolve();
    this.#tellLoss(stream, new Date().toISOString());
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
    const known = this.#failed !== undefined;
    this.#failed = Date.now();
    if (known) return;
    const context = { folder: this.#folder };
    this.#events.onfault(new HanvoxError("output-failed", "the log could not be written", { context, cause }));
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
