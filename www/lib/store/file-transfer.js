/**
 * Fetches the missing blocks of one file from one source. If the server supports ranges, it fetches a block at a
 * time, in parallel parts, so a failure costs at most that block. Otherwise it reads the whole file and picks the
 * missing blocks out of it.
 */
import { exchange, lengthError } from "./download.js";
import { canceled } from "../shared/errors.js";
import { damaged } from "./assembly.js";
import { BLOCK_BYTES, blockSpan } from "./blocks.js";

/** @typedef {import("./blocks.js").Span} Span */
/** @typedef {import("./download.js").Parts} Parts */

// One connection each; browsers open six per server.
const PARTS = 4;
const REQUEST_BYTES = BLOCK_BYTES / PARTS;

/**
 * @typedef {object} TransferOptions
 * @property {typeof fetch} fetch
 * @property {string} voice
 * @property {string} url
 * @property {AbortSignal} [signal]
 * @property {number} [patience_ms]
 * @property {(count: number) => void} onbytes
 * @property {(index: number, sha256: string) => Promise<void>} onblock A verified block is in the assembly.
 */

export class FileTransfer {
  /** Whether the server is known to support ranges for this file. */ #ranges = false;
  /** Whether it sends them with the status of a whole file, as pages of extensions get them. */ #bare = false;
  /** @type {string | undefined} */ #etag;
  #changed = false;
  #assembly;
  #options;

  /**
   * @param {import("./assembly.js").Assembly} assembly
   * @param {TransferOptions} options
   */
  constructor(assembly, options) {
    this.#assembly = assembly;
    this.#options = options;
  }

  async run() {
    if (this.#assembly.file.bytes <= REQUEST_BYTES) return this.#fetchWhole();
    for (const index of this.#assembly.missing) {
      // It arrived with the whole file.
      if (this.#assembly.has(index)) continue;
      if (await this.#fetchBlock(index)) await this.#accept(index);
      else if (!this.#assembly.whole) await this.#fetchWhole();
    }
  }

  /**
   * @param {number} index
   * @returns {Promise<boolean>} False if the server sent the whole file, or must be asked for it.
   */
  async #fetchBlock(index) {
    const [first, ...rest] = partsOf(blockSpan(this.#assembly.file, index));
    if (this.#ranges) return this.#fetchParts([first, ...rest]);
    return (await this.#fetchPart(first, this.#options.signal)) && this.#fetchParts(rest);
  }

  /** @param {Span[]} spans */
  async #fetchParts(spans) {
    const tasks = spans.map((span) => (/** @type {AbortSignal} */ signal) => this.#fetchPart(span, signal));
    return (await together(tasks, this.#options.signal)).every(Boolean);
  }

  /**
   * @param {Span} span
   * @param {AbortSignal} [signal]
   * @returns {Promise<boolean>} False if the server answered with the whole file.
   */
  #fetchPart(span, signal) {
    const headers = { range: `bytes=${span.start}-${span.end - 1}`, ...this.#condition() };
    return this.#exchange({ signal, headers }, async (response, parts) => {
      if (response.status === 206) {
        this.#note(response);
        this.#checkRange(response, span);
        this.#ranges = true;
        await this.#fill(span, parts);
        return true;
      }
      if (this.#isPart(response, span)) {
        this.#ranges = this.#bare = true;
        await this.#fill(span, parts);
        return true;
      }
      // In mid-transfer this means that the file has changed.
      if (this.#ranges) this.#changed = true;
      else return this.#takeUnknown(span, parts);
      return false;
    });
  }

  /**
   * Whether an answer with the status of a whole file is the part that was asked for.
   * @param {Response} response
   * @param {Span} span
   */
  #isPart({ headers }, { start, end }) {
    const { bytes } = this.#assembly.file;
    const length = headers.has("content-encoding") ? null : headers.get("content-length");
    return length === null ? this.#bare : end - start < bytes && Number(length) === end - start;
  }

  /**
   * Takes an answer of unknown length, which is the whole file, or the part where that begins the file.
   * @param {Span} span
   * @param {Parts} parts
   * @returns {Promise<boolean>} Whether it was the part.
   */
  async #takeUnknown({ start, end }, parts) {
    const taken = await this.#takeWhole(parts, start === 0 ? end : undefined);
    if (taken === this.#assembly.file.bytes) return false;
    this.#ranges = this.#bare = true;
    return true;
  }

  async #fetchWhole() {
    await this.#exchange({ signal: this.#options.signal }, (_, parts) => this.#takeWhole(parts));
  }

  /**
   * Picks the missing blocks out of the whole file as it arrives.
   * @param {Parts} parts
   * @param {number} [part] A length that may be a part from its start.
   * @returns {Promise<number>} The bytes that came.
   */
  async #takeWhole(parts, part) {
    const { bytes: size } = this.#assembly.file;
    let position = 0;
    for await (const part of parts) {
      if (position + part.length > size) throw this.#lengthError(`more than ${size} bytes`);
      for (let taken = 0; taken < part.length; ) {
        const index = Math.floor(position / BLOCK_BYTES);
        const { start, end } = blockSpan(this.#assembly.file, index);
        const piece = part.subarray(taken, taken + end - position);
        if (!this.#assembly.has(index)) this.#write(index, position - start, piece);
        position += piece.length;
        taken += piece.length;
        if (position === end && !this.#assembly.has(index)) await this.#accept(index);
      }
    }
    if (position < size && position !== part) throw this.#lengthError(`${position} bytes where ${size} are due`);
    return position;
  }

  /**
   * @param {number} index
   * @param {number} offset
   * @param {Uint8Array} piece
   */
  #write(index, offset, piece) {
    this.#assembly.block(index).set(piece, offset);
    this.#options.onbytes(piece.length);
  }

  /**
   * @param {Span} span
   * @param {Parts} parts
   */
  async #fill({ start, end }, parts) {
    let position = start;
    for await (const part of parts) {
      if (position + part.length > end) throw this.#lengthError(`more than the bytes ${start} to ${end - 1}`);
      this.#assembly.bytes.set(part, position);
      position += part.length;
      this.#options.onbytes(part.length);
    }
    if (position < end) throw this.#lengthError(`${position - start} bytes where ${end - start} are due`);
  }

  /** @param {number} index */
  async #accept(index) {
    const sha256 = await this.#assembly.accept(index);
    if (sha256 === undefined) throw this.contentError(index);
    await this.#options.onblock(index, sha256);
  }

  /** @param {number} [index] The bad block, if known. */
  contentError(index) {
    const { voice, url } = this.#options;
    const reason = this.#changed ? "etag" : "content";
    return damaged(voice, this.#assembly.file.path, index, { url, reason });
  }

  /** @param {Response} response */
  #note({ headers }) {
    const etag = headers.get("etag") ?? undefined;
    if (this.#etag !== undefined && etag !== this.#etag) this.#changed = true;
    this.#etag ??= etag;
  }

  /** @returns {Record<string, string>} */
  #condition() {
    // Weak ETags don't work for ranges (RFC 9110), and another origin would require a CORS preflight.
    const strong = this.#etag !== undefined && !this.#etag.startsWith("W/");
    return strong && isSameOrigin(this.#options.url) ? { "if-range": /** @type {string} */ (this.#etag) } : {};
  }

  /**
   * @param {Response} response
   * @param {Span} span
   */
  #checkRange({ headers }, { start, end }) {
    const { bytes } = this.#assembly.file;
    const range = headers.get("content-range");
    // Another origin may not expose this header.
    if (range === null || range === `bytes ${start}-${end - 1}/${bytes}`) return;
    if (range === `bytes ${start}-${end - 1}/*`) return;
    throw this.#lengthError(`"${range}" where bytes ${start} to ${end - 1} of ${bytes} are due`);
  }

  /** @param {string} problem */
  #lengthError(problem) {
    return lengthError(problem, this.#context());
  }

  #context() {
    return { voice: this.#options.voice, file: this.#assembly.file.path, url: this.#options.url };
  }

  /**
   * @template T
   * @param {{signal?: AbortSignal, headers?: Record<string, string>}} request
   * @param {(response: Response, parts: Parts) => Promise<T>} take
   */
  #exchange(request, take) {
    const { url, fetch, patience_ms } = this.#options;
    const missing = /** @type {const} */ ("voice-missing");
    // The store keeps the bytes, so the browser's cache needn't; and bad bytes must not come back from that cache.
    const cache = /** @type {const} */ ("no-store");
    return exchange(url, { fetch, patience_ms, missing, cache, context: this.#context(), ...request }, take);
  }
}

/**
 * @param {Span} span
 * @returns {Span[]}
 */
function partsOf({ start, end }) {
  const count = Math.ceil((end - start) / REQUEST_BYTES);
  return Array.from({ length: count }, (_, i) => {
    const from = start + i * REQUEST_BYTES;
    return { start: from, end: Math.min(from + REQUEST_BYTES, end) };
  });
}

/**
 * Runs tasks in parallel; the first failure stops the others.
 * @template T
 * @param {((signal: AbortSignal) => Promise<T>)[]} tasks
 * @param {AbortSignal} [signal]
 * @returns {Promise<T[]>}
 */
async function together(tasks, signal) {
  const controller = new AbortController();
  const stop = () => controller.abort(signal?.reason);
  if (signal?.aborted) throw canceled(signal);
  signal?.addEventListener("abort", stop, { once: true });
  const running = tasks.map((task) => task(controller.signal));
  try {
    return await Promise.all(running);
  } finally {
    stop();
    await Promise.allSettled(running);
    signal?.removeEventListener("abort", stop);
  }
}

/** @param {string} url */
function isSameOrigin(url) {
  return globalThis.location === undefined || new URL(url).origin === globalThis.location.origin;
}
