/** The CLI commands. */
import { createReadStream } from "node:fs";
import { HanvoxError } from "../lib/shared/errors.js";
import { Diagnostics, Hanvox, openFrontend } from "../lib/node/index.js";
import { decoded, decodedLine, linesOf } from "./decoded.js";
import { workersOf } from "./options.js";
import { READING, readingOf } from "./reading.js";
import { ProgressLine, interruption, writeLine } from "./terminal.js";
import { STANDARD_OUTPUT, formatOf, reserveOutput } from "./sound-output.js";

/** @typedef {import("./options.js").Values} Values */

/**
 * @typedef {object} Command
 * @property {readonly string[]} options Names of the options it accepts.
 * @property {(text: string | undefined, values: Values) => Promise<unknown>} run
 */

// Symbol lines already contain the readings and the emotion of each symbol.
const NOT_OF_LINES = /** @type {const} */ (["emotion", "intensity", "markup", ...READING]);

// Options that need a voice; plain pinyin works without one.
const OF_A_VOICE = /** @type {const} */ (["voice", "source", "emotion"]);

/** @type {Record<string, Command>} */
export const COMMANDS = {
  say: {
    options: [
      ...["output", "format", "voice", "source", "symbols", "speed", "pitch", "energy", "emotion", "intensity"],
      ...["speaker", "markup", "workers", "json", "log-level", ...READING],
    ],
    run: say,
  },
  normalize: { options: [...READING, "keep-going"], run: normalize },
  pinyin: { options: ["keep-going", "json", "explain", "symbols", ...OF_A_VOICE, ...READING], run: pinyin },
  "voices": voicesCommand("list", ["json"]),
  "voices download": voicesCommand("downloadVoice", ["source", "json"]),
  "voices import": voicesCommand("importVoice", ["json"]),
  "voices export": voicesCommand("exportVoice", ["output", "json"]),
  "voices verify": voicesCommand("verifyVoices", ["json"]),
  "voices repair": voicesCommand("repairVoice", ["source", "json"]),
  "voices remove": voicesCommand("removeVoice", ["json"]),
  "serve": {
    options: [
      ...["port", "host", "allow-host", "cors", "workers", "queue", "grace", "voice", "source"],
      ...["log-level", "log-folder", "json", ...READING],
    ],
    // Loaded only for this command: the others don't need its modules.
    run: async (...words) => (await import("./serve.js")).serve(...words),
  },
};

/**
 * As above, its module is loaded on demand.
 * @param {keyof typeof import("./voices.js")} name
 * @param {string[]} options
 * @returns {Command}
 */
function voicesCommand(name, options) {
  return { options, run: async (...words) => (await import("./voices.js"))[name](...words) };
}

/**
 * @param {string | undefined} given
 * @param {Values} values
 */
async function say(given, values) {
  const { output, emotion, speaker, json } = values;
  const symbols = values.symbols !== undefined;
  checkSaid(given, values);
  if (output === undefined) throw invalid("say needs -o FILE");
  const format = formatOf(output, values.format);
  if (json && output === STANDARD_OUTPUT)
    throw invalid("--json and -o - exclude each other: both write standard output");
  const options = {
    speed: number("speed", values),
    pitch: number("pitch", values),
    energy: number("energy", values),
    emotion,
    intensity: number("intensity", values),
    speaker,
    markup: markupOf(values),
  };
  const workers = workersOf(values, "auto");
  const reading = await readingOf(values);
  const text = await (symbols ? readLines(String(values.symbols)) : textOf(given));
  const signal = interruption();
  // Before the work: reports a path that can't be written at once.
  const file = await reserveOutput(output);
  try {
    const tts = await loadVoice(values, { signal, reading, workers });
    const speech = await tts.open(text, { ...options, symbols, pcm: true, signal });
    const samples = await writeSpeech(speech, await file.open(format, { sampleRate: speech.samplingRate }));
    if (json) await writeLine(JSON.stringify(await report(tts, speech, samples)));
    tts.dispose();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/**
 * Accepts either a text or a file of symbol lines, and no option that would be silently ignored.
 * @param {string | undefined} text
 * @param {Values} values
 */
function checkSaid(text, values) {
  if (values.symbols === undefined) {
    if (text === undefined) throw invalid("say takes the text, or - for standard input, or --symbols FILE");
    if (isGiven(values.intensity) && !isGiven(values.emotion))
      throw invalid("--intensity has no use without --emotion");
    return;
  }
  if (text !== undefined) throw invalid("say takes a text or --symbols FILE, not both");
  const lost = NOT_OF_LINES.find((name) => isGiven(values[name]));
  if (lost) throw invalid(`--${lost} has no use with --symbols: the lines say how they are read and felt`);
}

/** @param {Values} values @returns {boolean | "auto" | undefined} */
function markupOf({ markup }) {
  if (markup === undefined || markup === "auto") return markup;
  if (markup === "true" || markup === "false") return markup === "true";
  throw invalid(`--markup is true, false or auto, not "${markup}"`);
}

/** @param {string | boolean | string[] | undefined} value */
function isGiven(value) {
  return value !== undefined && value !== false;
}

/** @param {string} message */
function invalid(message) {
  return new HanvoxError("option-invalid", message);
}

/**
 * @param {Values} values
 * @param {import("../lib/hanvox.js").Options} options
 */
async function loadVoice(values, options) {
  const { voice, source: sources } = values;
  const line = new ProgressLine();
  const progressCallback = (/** @type {import("./terminal.js").Progress} */ progress) => {
    // If log records were requested, they include the warning.
    if (progress.status !== "warning" || values["log-level"] === undefined) line.take(progress);
  };
  try {
    const diagnostics = await quiet(values);
    return await Hanvox.fromPretrained(voice, { ...options, sources, diagnostics, progressCallback });
  } finally {
    line.end();
  }
}

/** @param {string | undefined} given */
async function textOf(given) {
  return given === undefined || given === "-" ? readAll(process.stdin) : given;
}

/** @param {AsyncIterable<Uint8Array>} stream */
async function readAll(stream) {
  const parts = [];
  for await (const part of decoded(stream)) parts.push(part);
  return parts.join("");
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
 * Writes only the requested log records to standard error: the command's own error is reported there anyway.
 * @param {Values} values
 */
function quiet({ "log-level": level = "off" }) {
  const print = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
  const console = { error: print, warn: print, info: print, debug: print };
  return Diagnostics.create({ level: /** @type {any} */ (level), console });
}

/**
 * @param {"speed" | "pitch" | "energy" | "intensity"} name
 * @param {Values} values
 */
function number(name, values) {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw invalid(`--${name} is no number: "${text}"`);
}

/**
 * Window by window: a long text needs no more memory than a short one.
 * @param {import("../lib/client/speech.js").Speech} speech
 * @param {import("./sound-output.js").SoundOutput} output
 * @returns {Promise<number>} Samples written.
 */
async function writeSpeech(speech, output) {
  let samples = 0;
  for await (const window of speech) {
    await output.write(/** @type {Uint8Array<ArrayBuffer>} */ (window.pcm));
    samples += window.samples.length;
  }
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

/** @param {Values} values */
async function frontend(values) {
  const engine = await openFrontend();
  engine.setReading(await readingOf(values));
  return engine;
}

/**
 * @param {string | undefined} text
 * @param {Values} values
 */
async function normalize(text, values) {
  const engine = await frontend(values);
  // Other line breaks inside a line (U+2028, a lone carriage return) come back as line feeds.
  await eachLine(text, (line) => engine.normalize(line).replaceAll("\n", " "), values);
}

/**
 * @param {string | undefined} text
 * @param {Values} values
 */
async function pinyin(text, values) {
  const { json, explain, symbols } = values;
  const [one, other] = /** @type {const} */ (["json", "explain", "symbols"]).filter((name) => values[name]);
  if (other) throw invalid(`--${one} and --${other} exclude each other`);
  if (symbols) return writeSymbols(text, values);
  const lost = OF_A_VOICE.find((name) => isGiven(values[name]));
  if (lost) throw invalid(`--${lost} is for pinyin with --symbols: pinyin is the same for every voice`);
  const engine = await frontend(values);
  if (explain) return eachLine(text, (line) => explained(line, engine.explain(line)), values);
  const plain = (/** @type {import("../lib/shared/protocol.js").PinyinToken[]} */ tokens) =>
    tokens.map((token) => token.pinyin).join(" ");
  await eachLine(text, (line) => (json ? JSON.stringify(engine.pinyin(line)) : plain(engine.pinyin(line))), values);
}

/**
 * Processes the whole text at once: writes one line per chunk, as `say --symbols` accepts them.
 * @param {string | undefined} given
 * @param {Values} values
 */
async function writeSymbols(given, values) {
  const { emotion } = values;
  const reading = await readingOf(values);
  const text = given ?? (await readAll(process.stdin));
  const signal = interruption();
  const tts = await loadVoice(values, { signal, reading });
  await writeLine(await tts.symbols(text, { emotion, signal }));
  tts.dispose();
}

/**
 * A block of lines, one per stage.
 * @param {string} line
 * @param {import("../lib/shared/protocol.js").Explanation} explanation
 */
function explained(line, { normalized, words }) {
  const each = (/** @type {(word: import("../lib/shared/protocol.js").ExplainedWord) => string} */ part) =>
    words.map(part).join(" ");
  const followed = (/** @type {import("../lib/shared/protocol.js").ExplainedWord} */ { text, boundary, pause_ms }) =>
    `${text}${boundary}${pause_ms > 0 ? `(${pause_ms} ms)` : ""}`;
  return [
    `text        ${line}`,
    `normalized  ${normalized}`,
    `words       ${each(({ text }) => text)}`,
    `pinyin      ${words.map(({ pinyin }) => pinyin).join(" | ")}`,
    `surface     ${words.map(({ surface }) => surface).join(" | ")}`,
    `prosody     ${each(followed)}`,
    "",
  ].join("\n");
}

/**
 * One output line per input line, in order. A bad line is reported with its number and ends the work; with
 * `--keep-going`, its output is empty, the rest goes on, and the command fails in the end.
 * @param {string | undefined} text Standard input if undefined.
 * @param {(line: string) => string} convert
 * @param {Values} values
 */
async function eachLine(text, convert, { "keep-going": keepGoing }) {
  let [number, bad] = [0, 0];
  for await (const line of text === undefined ? linesOf(process.stdin) : text.split("\n")) {
    number += 1;
    try {
      await writeLine(convert(typeof line === "string" ? line : decodedLine(line, number)));
    } catch (thrown) {
      const error = ofLine(thrown, number);
      if (!keepGoing) throw error;
      bad += 1;
      process.stderr.write(`${JSON.stringify(error)}\n`);
      await writeLine("");
    }
  }
  if (bad > 0) process.exitCode = 1;
}

/**
 * @param {unknown} thrown
 * @param {number} line From 1.
 */
function ofLine(thrown, line) {
  const error = HanvoxError.from(thrown);
  error.context = { ...error.context, line };
  return error;
}
