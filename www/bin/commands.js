/** The commands of the command line. */
import { text as readAll } from "node:stream/consumers";
import { HanvoxError } from "../lib/errors.js";
import { Hanvox, openFrontend } from "../lib/node.js";
import { WavFile } from "./wav-file.js";

/** @typedef {import("./hanvox.js").Values} Values */

/**
 * @typedef {object} Command
 * @property {string[]} options Names of the options it knows.
 * @property {(text: string | undefined, values: Values) => Promise<unknown>} run
 */

/** @type {Record<string, Command>} */
export const COMMANDS = {
  say: { options: ["output", "voice", "speed", "pitch", "energy", "json"], run: say },
  normalize: { options: [], run: normalize },
  pinyin: { options: ["json"], run: pinyin },
  voices: { options: ["json"], run: voices },
};

/**
 * @param {string | undefined} given
 * @param {Values} values
 */
async function say(given, values) {
  const { output, voice } = values;
  if (given === undefined)
    throw new HanvoxError("option-invalid", "say takes the text, or - for standard input");
  if (output === undefined) throw new HanvoxError("option-invalid", "say needs -o FILE");
  const options = {
    speed: factor("speed", values),
    pitch: factor("pitch", values),
    energy: factor("energy", values),
  };
  const text = given === "-" ? await readAll(process.stdin) : given;
  const signal = interruption();
  // Before the work: a path that can't be written is told at once.
  const file = await WavFile.create(output);
  try {
    const tts = await Hanvox.from_pretrained(voice, { signal });
    const speech = await tts.open(text, { ...options, pcm: true, signal });
    const samples = await writeSpeech(speech, file);
    if (values.json) await writeLine(JSON.stringify(await report(tts, speech, samples)));
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** Aborts when the reader has enough, so that no half file stays; the second time the process ends at once. */
function interruption() {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => controller.abort(new Error(name)));
  return controller.signal;
}

/**
 * @param {"speed" | "pitch" | "energy"} name
 * @param {Values} values
 */
function factor(name, values) {
  const value = values[name].trim() === "" ? NaN : Number(values[name]);
  if (Number.isFinite(value)) return value;
  throw new HanvoxError("option-invalid", `--${name} is no number: "${values[name]}"`);
}

/**
 * Window by window, so that a long text needs no more memory than a short one.
 * @param {import("../lib/speech.js").Speech} speech
 * @param {WavFile} file
 * @returns {Promise<number>} Samples written.
 */
async function writeSpeech(speech, file) {
  let samples = 0;
  for await (const window of speech) {
    await file.write(/** @type {Uint8Array<ArrayBuffer>} */ (window.pcm));
    samples += window.samples.length;
  }
  await file.finish(speech.end.header);
  return samples;
}

/**
 * @param {Hanvox} tts
 * @param {import("../lib/speech.js").Speech} speech
 * @param {number} samples
 */
async function report(tts, speech, samples) {
  const { audio, ...compute_seconds } = speech.end.stats;
  return {
    voice: tts.voice.id,
    chunks: speech.chunks,
    audio_seconds: samples / speech.sampling_rate,
    compute_seconds,
    peak_wasm_bytes: await tts.memory(),
  };
}

/** @param {string | undefined} text */
async function normalize(text) {
  const engine = await openFrontend();
  // Other line ends inside a line (U+2028, a lone carriage return) come back as line feeds.
  await eachLine(text, (line) => engine.normalize(line).replaceAll("\n", " "));
}

/**
 * @param {string | undefined} text
 * @param {Values} values
 */
async function pinyin(text, { json }) {
  const engine = await openFrontend();
  const plain = (/** @type {import("../lib/protocol.js").PinyinToken[]} */ tokens) =>
    tokens.map((token) => token.pinyin).join(" ");
  await eachLine(text, (line) => (json ? JSON.stringify(engine.pinyin(line)) : plain(engine.pinyin(line))));
}

/**
 * @param {string | undefined} text
 * @param {Values} values
 */
async function voices(text, { json }) {
  if (text !== undefined) throw new HanvoxError("option-invalid", "voices takes no text");
  for (const voice of await Hanvox.voices()) {
    const { id, name, language, sampling_rate, licence } = voice;
    await writeLine(
      json ? JSON.stringify(voice) : [id, name, language, `${sampling_rate} Hz`, licence].join("\t"),
    );
  }
}

/**
 * A line in, a line out, in order.
 * @param {string | undefined} text Standard input, if undefined.
 * @param {(line: string) => string} convert
 */
async function eachLine(text, convert) {
  const lines = text === undefined ? linesOf(process.stdin.setEncoding("utf8")) : text.split("\n");
  for await (const line of lines) await writeLine(convert(line));
}

/**
 * Only a line feed ends a line (and a carriage return before it goes): Node's readline would also split at
 * other characters, and then more lines go out than came in.
 * @param {AsyncIterable<string>} stream
 */
async function* linesOf(stream) {
  let rest = "";
  for await (const text of stream) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield line.replace(/\r$/, "");
  }
  if (rest !== "") yield rest;
}

/**
 * Waits where the reader is slower than we are.
 * @param {string} line
 */
async function writeLine(line) {
  if (process.stdout.write(`${line}\n`)) return;
  await new Promise((resolve) => process.stdout.once("drain", resolve));
}
