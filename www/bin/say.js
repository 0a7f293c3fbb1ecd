/** `hanvox say`: speaks a text into a file, to standard output or through the loudspeakers. */
import { createReadStream } from "node:fs";
import { HanvoxError } from "../lib/shared/errors.js";
import { readAll } from "./decoded.js";
import { workersOf } from "./options.js";
import { openPlayer } from "./player.js";
import { READING, readingOf } from "./reading.js";
import { STANDARD_OUTPUT, formatOf, reserveOutput } from "./sound-output.js";
import { invalid, isGiven, loadVoice, speechOptions } from "./speaking.js";
import { WorkLine, interruption, writeLine } from "./terminal.js";

/** @typedef {import("./options.js").Values} Values */
/** @typedef {import("../lib/node/index.js").Hanvox} Hanvox */

// Symbol lines already contain the readings and the emotion of each symbol.
const NOT_OF_LINES = /** @type {const} */ (["emotion", "intensity", "markup", ...READING]);
const MARKUP = { auto: "auto", true: true, false: false };

/**
 * @param {string | undefined} given
 * @param {Values} values
 */
export async function say(given, values) {
  const { output, json } = values;
  const symbols = values.symbols !== undefined;
  checkSaid(given, values);
  const format = output === undefined ? undefined : formatOf(output, values.format);
  if (json && output === STANDARD_OUTPUT)
    throw invalid("--json and -o - exclude each other: both write standard output");
  const options = { ...speechOptions(values), ...(isGiven(values.markup) && { markup: markupOf(values) }) };
  const workers = workersOf(values, "auto");
  const reading = await readingOf(values);
  const text = await (symbols ? readLines(String(values.symbols)) : textOf(given));
  const signal = interruption();
  // Before the work: reports a path that can't be written at once.
  const place = format && output !== undefined ? await reserveOutput(output) : await openPlayer(values);
  try {
    const tts = await loadVoice(values, { signal, reading, workers });
    const speech = await tts.open(text, { ...options, symbols, pcm: true, signal });
    const to = await place.open(format ?? "wav", { sampleRate: speech.samplingRate });
    const samples = await writeSpeech(speech, to, text.length);
    if (json) await writeLine(JSON.stringify(await report(tts, speech, samples)));
    tts.dispose();
  } catch (error) {
    await place.discard();
    throw error;
  }
}

/** @param {Values} values */
function markupOf({ markup = "auto" }) {
  if (Object.hasOwn(MARKUP, markup)) return /** @type {boolean | "auto"} */ (MARKUP[/** @type {"auto"} */ (markup)]);
  throw invalid(`--markup is one of ${Object.keys(MARKUP).join(", ")}, not "${markup}"`);
}

/**
 * Accepts either a text or a file of symbol lines, and no option that would be silently ignored.
 * @param {string | undefined} text
 * @param {Values} values
 */
function checkSaid(text, values) {
  if (values.symbols === undefined) {
    if (text === undefined) throw invalid("say takes the text, or - for standard input, or --symbols FILE");
    return;
  }
  if (text !== undefined) throw invalid("say takes a text or --symbols FILE, not both");
  const lost = NOT_OF_LINES.find((name) => isGiven(values[name]));
  if (lost) throw invalid(`--${lost} has no use with --symbols: the lines say how they are read and felt`);
}

/** @param {string | undefined} given */
async function textOf(given) {
  return given === undefined || given === "-" ? readAll(process.stdin) : given;
}

/** @param {string} path A file of symbol lines, or - for standard input. */
async function readLines(path) {
  try {
    return await readAll(path === "-" ? process.stdin : createReadStream(path));
  } catch (cause) {
    if (cause instanceof HanvoxError) throw cause;
    throw new HanvoxError("option-invalid", `--symbols ${path} could not be read`, { cause });
  }
}

/**
 * Window by window: a long text needs no more memory than a short one.
 * @param {import("../lib/client/speech.js").Speech} speech
 * @param {import("./sound-output.js").SoundOutput} output
 * @param {number} length Of the text.
 * @returns {Promise<number>} Samples written.
 */
async function writeSpeech(speech, output, length) {
  let samples = 0;
  const line = new WorkLine();
  for await (const window of speech) {
    line.show(speech.chunks[window.chunk].start / length, "");
    await output.write(/** @type {Uint8Array<ArrayBuffer>} */ (window.pcm));
    samples += window.samples.length;
  }
  line.end();
  await output.finish();
  return samples;
}

/**
 * @param {Hanvox} tts
 * @param {import("../lib/client/speech.js").Speech} speech
 * @param {number} samples
 */
async function report(tts, speech, samples) {
  const { audio, ...compute_seconds } = speech.end.stats;
  return {
    voice: tts.voice.id,
    chunks: speech.chunks,
    marks: speech.marks,
    audio_seconds: samples / speech.samplingRate,
    compute_seconds,
    peak_wasm_bytes: await tts.memory(),
  };
}
