/** The tags of an MP3 file: ID3v2.4, with texts in UTF-8. */
import { joined } from "../shared/bytes.js";

/** Frames by the names of Vorbis comments; others become a text of their own name. @type {Record<string, string>} */
const FRAMES = {
  title: "TIT2",
  artist: "TPE1",
  album: "TALB",
  tracknumber: "TRCK",
  date: "TDRC",
  genre: "TCON",
  composer: "TCOM",
  language: "TLAN",
  copyright: "TCOP",
  encoder: "TSSE",
};
const USER_TEXT = "TXXX";
const UTF_8 = 3;
const HEADER_BYTES = 10;

/**
 * @param {Record<string, string>} tags
 * @returns {Uint8Array<ArrayBuffer>} Empty without tags.
 */
export function id3(tags) {
  const frames = Object.entries(tags).map(([name, value]) => frame(name.toLowerCase(), value));
  if (frames.length === 0) return new Uint8Array();
  return block("ID3", [4, 0, 0], frames);
}

/**
 * @param {string} name
 * @param {string} value
 */
function frame(name, value) {
  const known = Object.hasOwn(FRAMES, name);
  const text = new TextEncoder().encode(known ? value : `${name}\0${value}`);
  const id = known ? FRAMES[name] : USER_TEXT;
  const body = Uint8Array.of(UTF_8, ...text);
  return joined(new Uint8Array(HEADER_BYTES + body.length), [ascii(id), size(body.length), [0, 0], body]);
}

/**
 * @param {string} id
 * @param {number[]} version
 * @param {Uint8Array[]} parts
 */
function block(id, version, parts) {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  return joined(new Uint8Array(HEADER_BYTES + bytes), [ascii(id), version, size(bytes), ...parts]);
}

/** @param {string} text */
function ascii(text) {
  return [...text].map((character) => character.charCodeAt(0));
}

/** Seven bits in each byte, so that no size looks like the beginning of a frame of sound. @param {number} bytes */
function size(bytes) {
  return [21, 14, 7, 0].map((shift) => (bytes >> shift) & 0x7f);
}
