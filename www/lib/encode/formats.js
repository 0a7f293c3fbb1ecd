/** The formats that speech is written in. */
import { HanvoxError } from "../shared/errors.js";

/** @typedef {"wav" | "mp3" | "opus" | "flac" | "pcm"} Format `pcm`: samples without a header, 16-bit, little-endian. */

/**
 * @typedef {object} FormatInfo
 * @property {string} type Its media type.
 * @property {string} extension Of file names, without a dot.
 * @property {number} kbps Bit rate unless another is asked for, in thousands of bits per second; 0 without loss.
 */

/**
 * @typedef {object} SoundEncoder
 * @property {(pcm: Uint8Array) => Uint8Array<ArrayBuffer>} encode What is complete with these samples (16-bit,
 *   little-endian, mono); may be empty.
 * @property {() => Uint8Array<ArrayBuffer>} finish The rest.
 * @property {() => Uint8Array<ArrayBuffer>} head Once finished, what belongs over the beginning of a file, as long as
 *   what is there: only then is the length known. Often empty.
 * @property {() => SavedEncoder} save Its state, from which `openEncoder` makes one that goes on, perhaps on another day.
 */

/** @typedef {{bytes: number, memory: Uint8Array<ArrayBuffer> | undefined}} SavedEncoder `bytes`: given out so far. */

/** @type {Record<Format, FormatInfo>} */
export const FORMATS = {
  wav: { type: "audio/wav", extension: "wav", kbps: 0 },
  mp3: { type: "audio/mpeg", extension: "mp3", kbps: 64 },
  // Speech is transparent at this.
  opus: { type: "audio/ogg", extension: "opus", kbps: 32 },
  flac: { type: "audio/flac", extension: "flac", kbps: 0 },
  pcm: { type: "audio/pcm", extension: "pcm", kbps: 0 },
};

/** Other endings of file names. @type {Record<string, Format>} */
const ALIASES = { wave: "wav", ogg: "opus", raw: "pcm" };

/** @param {string} name @returns {name is Format} */
export function isFormat(name) {
  return Object.hasOwn(FORMATS, name);
}

/**
 * The format that the ending of a file name stands for; fails with `option-invalid`.
 * @param {string} path
 * @returns {Format}
 */
export function formatOfFile(path) {
  const [, ending = ""] = /\.([^./\\]+)$/.exec(path) ?? [];
  const name = ending.toLowerCase();
  const format = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  if (isFormat(format)) return format;
  const known = [...Object.keys(FORMATS), ...Object.keys(ALIASES)].map((name) => `.${name}`).join(", ");
  throw new HanvoxError("option-invalid", `the name "${path}" has no ending of a format; known are ${known}`, {
    context: { path },
  });
}
