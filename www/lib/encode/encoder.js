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
 */

/** @typedef {(url: URL) => Promise<WebAssembly.Module>} Compile */

/** @type {Partial<Record<Format, () => URL>>} Written out, so that bundlers see the files. */
const WASM = {
  mp3: () => new URL("../../encoders/mp3.wasm", import.meta.url),
  opus: () => new URL("../../encoders/opus.wasm", import.meta.url),
  flac: () => new URL("../../encoders/flac.wasm", import.meta.url),
};

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
  if (format === "wav") return new WavEncoder(options.sampleRate);
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
  #begun = false;

  /**
   * @param {Format} format
   * @param {Exports} wasm
   * @param {EncoderOptions} options
   */
  constructor(format, wasm, { sampleRate, kbps = FORMATS[format].kbps, tags = {}, seekable = false }) {
    this.#format = format;
    this.#wasm = wasm;
    this.#prefix = format === "mp3" ? id3(tags) : new Uint8Array();
    const comments = Object.entries(tags).map(
      ([name, value]) => `${name.toUpperCase()}=${value.replaceAll("\0", "")}\0`,
    );
    this.#give(new TextEncoder().encode(format === "mp3" ? "" : comments.join("")));
    this.#take(() => wasm.open(sampleRate, kbps, Number(seekable)), "option-invalid");
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

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  #begin(bytes) {
    if (this.#begun) return bytes;
    this.#begun = true;
    return concat(this.#prefix, bytes);
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
