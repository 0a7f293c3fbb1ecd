/** The parts of a book that is a zip file (.epub, .docx), unpacked when they are asked for. */
import { HanvoxError } from "../shared/errors.js";
import { listZip, readZipEntry } from "../archive/zip.js";
import { BOUNDS } from "./bounds.js";
import { documentError } from "./document-errors.js";
import { decodeDeclared } from "./encoding.js";

/** @typedef {import("../archive/zip.js").ZipEntry} ZipEntry */

// Of the reasons for which an archive is refused (archive-errors.js); the others are damage.
const REASONS = /** @type {Record<string, import("./document-errors.js").Reason>} */ ({
  "encrypted": "protected",
  "too-large": "too-large",
  "entries": "too-large",
  "ratio": "too-large",
  "method": "format",
});

export class Package {
  #blob;
  #entries;
  #signal;
  #unpacked = 0;

  /**
   * Use `Package.open`.
   * @param {Blob} blob
   * @param {Map<string, ZipEntry>} entries
   * @param {AbortSignal} [signal]
   */
  constructor(blob, entries, signal) {
    this.#blob = blob;
    this.#entries = entries;
    this.#signal = signal;
  }

  /**
   * @param {Blob} blob
   * @param {AbortSignal} [signal]
   */
  static async open(blob, signal) {
    const entries = await ofDocument(() => listZip(blob, { entries: BOUNDS.entries }));
    return new Package(blob, new Map(entries.map((entry) => [entry.name, entry])), signal);
  }

  /** @param {string} path */
  has(path) {
    return this.#entries.has(path);
  }

  /** @param {string} path */
  async bytes(path) {
    const entry = this.#entries.get(path);
    if (!entry) throw documentError("damaged", `${JSON.stringify(path.slice(0, 80))} is missing in the file`);
    this.#unpacked += entry.bytes;
    if (this.#unpacked > BOUNDS.unpacked)
      throw documentError("too-large", `the file unpacks to more than ${BOUNDS.unpacked} bytes`);
    return ofDocument(() => readZipEntry(this.#blob, entry, { signal: this.#signal }));
  }

  /** A part that is XML or HTML. @param {string} path */
  async text(path) {
    const bytes = await this.bytes(path);
    const head = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
    return decodeDeclared(bytes, /^\s*<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1]).text;
  }
}

/**
 * The errors of a zip file as those of a document.
 * @template T
 * @param {() => Promise<T>} work
 */
async function ofDocument(work) {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof HanvoxError && cause.code === "canceled") throw cause;
    const reason = cause instanceof HanvoxError ? String(cause.context.reason) : "";
    const message = cause instanceof Error ? cause.message : String(cause);
    throw documentError(REASONS[reason] ?? "damaged", message, { cause });
  }
}
