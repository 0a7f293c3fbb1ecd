/** The CLI commands. */
import { HanvoxError } from "../lib/shared/errors.js";
import { openFrontend } from "../lib/node/index.js";
import { completion } from "./completion.js";
import { decodedLine, linesOf, readAll } from "./decoded.js";
import { READING, readingOf } from "./reading.js";
import { SPEAKING, invalid, isGiven, loadVoice } from "./speaking.js";
import { interruption, writeLine } from "./terminal.js";

/** @typedef {import("./options.js").Values} Values */

/**
 * @typedef {object} Command
 * @property {readonly string[]} options Names of the options it accepts.
 * @property {(text: string | undefined, values: Values) => Promise<unknown>} run
 */

// Options that need a voice; plain pinyin works without one.
const OF_A_VOICE = /** @type {const} */ (["voice", "source", "emotion"]);

/** @type {Record<string, Command>} Modules are loaded with the command that needs them. */
export const COMMANDS = {
  say: {
    options: ["output", "format", "symbols", "markup", "json", ...SPEAKING],
    run: async (...words) => (await import("./say.js")).say(...words),
  },
  book: {
    options: ["output", "format", "json", ...SPEAKING],
    run: async (...words) => (await import("./book.js")).book(...words),
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
      ...["wyoming", "voices-memory"],
      ...["log-level", "log-folder", "json", ...READING],
    ],
    run: async (...words) => (await import("./serve.js")).serve(...words),
  },
};

COMMANDS.completion = { options: [], run: (shell) => writeLine(completion(shell, COMMANDS)) };

/**
 * As above, its module is loaded on demand.
 * @param {keyof typeof import("./voices.js")} name
 * @param {string[]} options
 * @returns {Command}
 */
function voicesCommand(name, options) {
  return { options, run: async (...words) => (await import("./voices.js"))[name](...words) };
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
