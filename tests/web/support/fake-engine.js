/** An engine of the same shape as the real one, made of arithmetic: a chunk per sentence, a tone per character. */
import { HanvoxError } from "../../../www/lib/shared/errors.js";

export const SAMPLES_PER_CHARACTER = 100;
const CHARACTERS_PER_WINDOW = 4;
const RATE = 24000;

/** @typedef {import("../../../www/lib/engine/engine.js").Engine} Engine */

/**
 * @typedef {object} Faults
 * @property {(chunk: string) => void} [onnext] Called before a window of the chunk is made; may throw.
 * @property {(text: string) => void} [onopen]
 */

/**
 * @param {Faults} [faults]
 * @returns {Engine & {open_speeches: number, voices: string[], readings: string[], limits: number[]}} Counts what it holds, to find leaks.
 */
export function fakeEngine(faults = {}) {
  const engine = {
    limits: /** @type {number[]} */ ([]),
    setLog: () => {},
    setLogLevel: () => {},
    open_speeches: 0,
    voices: /** @type {string[]} */ ([]),
    normalize: (/** @type {string} */ line) => line.trim(),
    pinyin: () => [],
    explain: (/** @type {string} */ line) => ({ normalized: line, words: [] }),
    readings: /** @type {string[]} */ ([]),
    setReading({ dictionary = "" }) {
      if (dictionary.includes("wrong")) throw new HanvoxError("option-invalid", "user dictionary, line 1: wrong");
      engine.readings.push(dictionary);
    },
    loadVoice: async (/** @type {{text: string}} */ { text }) => void engine.voices.push(JSON.parse(text).id),
    checkManifest: () => {},
    emotions: () => ({ kind: /** @type {const} */ ("prosody"), names: ["neutral", "happy"] }),
    symbols: (/** @type {string} */ text) => chunksOf(text).map(symbolLine).join("\n"),
    open: (/** @type {string} */ text) => openSpeech(engine, text, chunksOf(text), faults),
    openSymbols: (/** @type {string} */ lines) => openSpeech(engine, lines, lineChunks(lines), faults),
    pcm16: (/** @type {Float32Array} */ samples) => new Uint8Array(samples.length * 2).fill(1),
    wavHeader: (/** @type {number} */ rate, /** @type {number | undefined} */ samples) => header(rate, samples ?? 0),
    memoryBytes: () => 65536,
  };
  return engine;
}

/**
 * @param {{open_speeches: number, limits: number[]}} engine
 * @param {string} text
 * @param {import("../../../www/lib/shared/protocol.js").Chunk[]} chunks
 * @param {Faults} faults
 * @returns {import("../../../www/lib/engine/engine.js").EngineSpeech}
 */
function openSpeech(engine, text, chunks, { onnext, onopen }) {
  if (text.trim() === "") throw new HanvoxError("empty-text", "the text is empty");
  onopen?.(text);
  let windows = chunks.flatMap(windowsOf);
  engine.open_speeches += 1;
  return {
    chunks,
    limit: (characters) => void engine.limits.push(characters),
    resume: (from) => void (windows = chunks.slice(from).flatMap(windowsOf)),
    next() {
      const window = windows.shift();
      if (window) onnext?.(chunks[window.chunk].text);
      return window;
    },
    stats: () => ({ frontend: 0, encoder: 0.1, decoder: 0, vocoder: 0, audio: 1 }),
    close: () => void (engine.open_speeches -= 1),
  };
}

/** @param {string} text */
function chunksOf(text) {
  let start = 0;
  return (text.match(/[^。]+。?/g) ?? []).map((part, index) => {
    const readings = Array.from(part, (text) => ({ text, start, end: start + 1, pinyin: "", surface: "" }));
    const chunk = {
      index,
      text: part,
      start,
      end: start + part.length,
      pinyin: "",
      pause_ms: 0,
      ends_sentence: true,
      readings,
    };
    start = chunk.end;
    return chunk;
  });
}

/** A symbol for each character. @param {import("../../../www/lib/shared/protocol.js").Chunk} chunk */
function symbolLine({ index, text }) {
  return `${index}\t${Array.from(text, (character) => `{${character}$tone1$happy}`).join(" ")}`;
}

/** A chunk for each line. @param {string} lines */
function lineChunks(lines) {
  let start = 0;
  return lines.split("\n").map((text, index) => {
    const readings = [...text.matchAll(/\{[^}]*\}/g)].map(({ 0: symbol, index }) => {
      const place = { start: start + index, end: start + index + symbol.length };
      return { text: symbol, ...place, pinyin: "", surface: "" };
    });
    const chunk = {
      index,
      text,
      start,
      end: start + text.length,
      pinyin: "",
      pause_ms: 0,
      ends_sentence: true,
      readings,
    };
    start = chunk.end + 1;
    return chunk;
  });
}

/** A tone for each character, or for each symbol. @param {import("../../../www/lib/shared/protocol.js").Chunk} chunk */
function windowsOf(chunk) {
  const { index, text } = chunk;
  const length = text.match(/\{/g)?.length ?? text.length;
  const count = Math.ceil(length / CHARACTERS_PER_WINDOW);
  return Array.from({ length: count }, (_, window) => {
    const characters = Math.min(CHARACTERS_PER_WINDOW, length - window * CHARACTERS_PER_WINDOW);
    const start = window * CHARACTERS_PER_WINDOW * SAMPLES_PER_CHARACTER;
    // Each sample tells its place in the chunk.
    const samples = Float32Array.from({ length: characters * SAMPLES_PER_CHARACTER }, (_, i) => (start + i) / 1e4);
    const times = timesOf(chunk, window, characters);
    const marks = marksOf(text, window);
    return { chunk: index, first: window === 0, last: window === count - 1, samples, marks, ...times };
  });
}

/**
 * A word of each character.
 * @param {import("../../../www/lib/shared/protocol.js").Chunk} chunk
 * @param {number} window
 * @param {number} count
 */
function timesOf({ start }, window, count) {
  const characters = Array.from({ length: count }, (_, i) => {
    const at = window * CHARACTERS_PER_WINDOW + i;
    const second = (/** @type {number} */ character) => (character * SAMPLES_PER_CHARACTER) / RATE;
    return { start: second(at), end: second(at + 1), from: start + at, to: start + at + 1 };
  });
  return { characters, words: characters };
}

/** A mark at each star of a text: a character is silent there. @param {string} text @param {number} window */
function marksOf(text, window) {
  const start = window * CHARACTERS_PER_WINDOW;
  const characters = [...text.slice(start, start + CHARACTERS_PER_WINDOW)];
  return characters.flatMap((character, at) =>
    character === "*" ? [{ name: `star-${start + at}`, sample: at * SAMPLES_PER_CHARACTER }] : [],
  );
}

/**
 * @param {number} rate
 * @param {number} samples
 */
function header(rate, samples) {
  const view = new DataView(new ArrayBuffer(44));
  view.setUint32(24, rate, true);
  view.setUint32(40, samples * 2, true);
  return new Uint8Array(view.buffer);
}
