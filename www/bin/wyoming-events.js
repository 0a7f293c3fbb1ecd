/** Events of the Wyoming protocol as bytes: a line of JSON, then as much JSON and payload as it says. */
import { HanvoxError } from "../lib/shared/errors.js";

/** @typedef {{type: string, data: Record<string, unknown>}} WyomingEvent The payload of what a client sends has no use. */

const VERSION = "1.7.2";
const LINE_FEED = 10;
const MOST_HEADER_BYTES = 64 * 1024;
const MOST_BODY_BYTES = 1024 * 1024;

/**
 * @param {string} type
 * @param {object} [data]
 * @param {Uint8Array} [payload]
 */
export function eventBytes(type, data = {}, payload = new Uint8Array()) {
  const body = Buffer.from(JSON.stringify(data));
  const header = { type, version: VERSION, data_length: body.length, payload_length: payload.length };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body, payload]);
}

/** The events in a stream of bytes; fails with `request-invalid`. */
export class EventReader {
  #stream;
  /** Not read yet. @type {Buffer} */ #rest = Buffer.alloc(0);
  /** @type {AsyncIterator<Buffer>} */ #parts;

  /** @param {AsyncIterable<Buffer>} stream */
  constructor(stream) {
    this.#stream = stream;
    this.#parts = this.#stream[Symbol.asyncIterator]();
  }

  /** @returns {AsyncGenerator<WyomingEvent, void, void>} */
  async *[Symbol.asyncIterator]() {
    for (let line = await this.#line(); line; line = await this.#line()) {
      const { type, data, data_length: more = 0, payload_length: payload = 0 } = objectIn(line);
      if (typeof type !== "string" || !isLength(more) || !isLength(payload)) throw invalid("an event");
      const extra = more > 0 ? objectIn(await this.#bytes(more)) : {};
      await this.#bytes(payload);
      yield { type, data: { .../** @type {object} */ (data ?? {}), ...extra } };
    }
  }

  /** @returns {Promise<Buffer | undefined>} Undefined at the end. */
  async #line() {
    let end = this.#rest.indexOf(LINE_FEED);
    while (end < 0) {
      if (this.#rest.length > MOST_HEADER_BYTES) throw invalid("a line of at most 64 KiB");
      if (!(await this.#more())) return undefined;
      end = this.#rest.indexOf(LINE_FEED);
    }
    return this.#cut(end + 1);
  }

  /** @param {number} length */
  async #bytes(length) {
    while (this.#rest.length < length) if (!(await this.#more())) throw invalid("a whole event");
    return this.#cut(length);
  }

  /** @param {number} length */
  #cut(length) {
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return bytes;
  }

  async #more() {
    const { done, value } = await this.#parts.next();
    if (!done) this.#rest = Buffer.concat([this.#rest, value]);
    return !done;
  }
}

/** @param {unknown} value @returns {value is number} */
function isLength(value) {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_BODY_BYTES;
}

/** @param {Buffer} bytes @returns {Record<string, unknown>} */
function objectIn(bytes) {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // The cause's message would quote the text, which is private.
  }
  throw invalid("JSON");
}

/** @param {string} what */
function invalid(what) {
  return new HanvoxError("request-invalid", `what the client sent is not ${what}`);
}
