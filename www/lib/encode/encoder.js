/**
 * Encoders of speech: 16-bit samples in, the bytes of a file or a stream out. Those of mp3, opus and flac are wasm
 * files of their own (encoders/), fetched when one is first opened; each stream has an instance to itself.
 */
import { HanvoxError } from "../shared/errors.js";
import { joined } from "../shared/bytes.js";
import { FORMATS, isFormat } from "./formats.js";
import { id3 } from "./id3.js";
import { WavEncoder } from "./wav.js";

/** @typedef {import("./formats.js").Format} Format */

/** @typedef {import("./formats.js").SoundEncoder} SoundEncoder */

/**
 * @typedef {object} EncoderOptions
 * @property {number} sampleRate Samples per second.
 * @property {number} [kbps] Bit rate of mp3 and opus, in thousands of bits per second.
 * @property {Record<string, string>} [tags] By the names of Vorbis comments: `title`, `artist`, `album`,
 *   `tracknumber`, `date`, ... Wav and pcm have none.
 * @property {boolean} [seekable] Whether `head` will be put over the beginning, as in a file.
 * @property {import("./formats.js").SavedEncoder} [saved] Goes on where an encoder with the same options was saved.
 */

/** @typedef {(url: URL) => Promise<WebAssembly.Module>} Compile */

/** @type {Partial<Record<Format, () => URL>>} Written out, so that bundlers see the files. */
const WASM = {
  mp3: () => new URL("../../encoders/mp3.wasm", import.meta.url),
  opus: () => new URL("../../encoders/opus.wasm", import.meta.url),
  flac: () => new URL("../../encoders/flac.wasm", import.meta.url),
};

// Of the memory of wasm.
const PAGE_BYTES = 65_536;

/** @type {Map<string, Promise<WebAssembly.Module>>} */
const modules = new Map();

/**
 * @param {Format} format
 * @param {EncoderOptions} options
 * @param {Compile} [compile] For hosts that can't fetch the files of the package.
 * @returns {Promise<SoundEncoder>}
 */
export async function openEncoder(format, options, compile = fetchModule) {
  if (!isFormat(format)) throw new HanvoxError("option-invalid", `there is no format "${format}"`);
  if (format === "pcm") return new PcmEncoder();
  if (format === "wav") return new WavEncoder(options.sampleRate, options.saved);
  const instance = await WebAssembly.instantiate(await moduleOf(format, compile), {});
  return new WasmEncoder(format, /** @type {any} */ (instance.exports), options);
}

/**
 * @param {Format} format
 * @param {Compile} compile
 */
function moduleOf(format, compile) {
  const url = /** @type {() => URL} */ (WASM[format])();
  const known = modules.get(url.href);
  if (known) return known;
  const module = compile(url);
  modules.set(url.href, module);
  // The next one tries again.
  module.catch(() => modules.delete(url.href));
  return module;
}

/** @type {Compile} */
async function fetchModule(url) {
  const failed = (/** @type {unknown} */ cause) => {
    throw new HanvoxError("network", "the encoder could not be fetched", { context: { url: url.href }, cause });
  };
  const response = await fetch(url).catch(failed);
  if (!response.ok) failed(new Error(`status ${response.status}`));
  return WebAssembly.compile(await response.arrayBuffer());
}

/** @implements {SoundEncoder} */
class PcmEncoder {
  /** @param {Uint8Array} pcm */
  encode(pcm) {
    return pcm.slice();
  }

  finish() {
    return new Uint8Array();
  }

  head() {
    return new Uint8Array();
  }

  save() {
    return { bytes: 0, memory: undefined };
  }
}

/**
 * @typedef {object} Exports See encoders/src/lib.rs.
 * @property {WebAssembly.Memory} memory
 * @property {(length: number) => number} input
 * @property {() => number} output
 * @property {(rate: number, kbps: number, seekable: number) => number} open
 * @property {() => number} encode
 * @property {() => number} finish
 * @property {() => number} head
 */

/** @implements {SoundEncoder} */
class WasmEncoder {
  #format;
  #wasm;
  /** What precedes the encoder's own bytes. */ #prefix;
  /** Given out so far. */ #bytes = 0;

  /**
   * @param {Format} format
   * @param {Exports} wasm
   * @param {EncoderOptions} options
   */
  constructor(format, wasm, options) {
    const { tags = {}, saved } = options;
    this.#format = format;
    this.#wasm = wasm;
    this.#prefix = format === "mp3" ? id3(tags) : new Uint8Array();
    if (saved?.memory) this.#restore(saved.bytes, saved.memory);
    else this.#open(options);
  }

  /** @param {EncoderOptions} options */
  #open({ sampleRate, kbps = FORMATS[this.#format].kbps, tags = {}, seekable = false }) {
    const comments = Object.entries(tags).map(
      ([name, value]) => `${name.toUpperCase()}=${value.replaceAll("\0", "")}\0`,
    );
    this.#give(new TextEncoder().encode(this.#format === "mp3" ? "" : comments.join("")));
    this.#take(() => this.#wasm.open(sampleRate, kbps, Number(seekable)), "option-invalid");
  }

  /** @param {Uint8Array} pcm */
  encode(pcm) {
    this.#give(pcm);
    return this.#begin(this.#take(() => this.#wasm.encode()));
  }

  finish() {
    return this.#begin(this.#take(() => this.#wasm.finish()));
  }

  head() {
    const head = this.#take(() => this.#wasm.head());
    return head.length === 0 ? head : concat(this.#prefix, head);
  }

  /** All that the encoder knows is in its memory, since no call is under way. */
  save() {
    return { bytes: this.#bytes, memory: new Uint8Array(this.#wasm.memory.buffer).slice() };
  }

  /**
   * @param {number} bytes
   * @param {Uint8Array} memory
   */
  #restore(bytes, memory) {
    const { memory: own } = this.#wasm;
    const missing = memory.length - own.buffer.byteLength;
    if (missing > 0) own.grow(missing / PAGE_BYTES);
    new Uint8Array(own.buffer).set(memory);
    this.#bytes = bytes;
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  #begin(bytes) {
    const all = this.#bytes > 0 ? bytes : concat(this.#prefix, bytes);
    this.#bytes += all.length;
    return all;
  }

  /** @param {Uint8Array} bytes */
  #give(bytes) {
    const at = this.#guarded(() => this.#wasm.input(bytes.length));
    new Uint8Array(this.#wasm.memory.buffer, at, bytes.length).set(bytes);
  }

  /**
   * @param {() => number} call
   * @param {import("../shared/errors.js").ErrorCode} [code] Of a refusal.
   * @returns {Uint8Array<ArrayBuffer>}
   */
  #take(call, code = "internal-error") {
    const length = this.#guarded(call);
    const bytes = new Uint8Array(this.#wasm.memory.buffer, this.#wasm.output(), Math.abs(length)).slice();
    if (length >= 0) return bytes;
    throw new HanvoxError(code, `${this.#format}: ${new TextDecoder().decode(bytes)}`);
  }

  /** @param {() => number} call */
  #guarded(call) {
    try {
      return call();
    } catch (cause) {
      throw new HanvoxError("internal-error", `the encoder of ${this.#format} failed`, { cause });
    }
  }
}

/**
 * @param {Uint8Array} first
 * @param {Uint8Array} second
 */
function concat(first, second) {
  return joined(new Uint8Array(first.length + second.length), [first, second]);
}
