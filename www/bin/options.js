/** The CLI options and how arguments are parsed. */
import { parseArgs } from "node:util";
import { HanvoxError } from "../lib/shared/errors.js";

const OPTIONS = /** @type {const} */ ({
  output: { type: "string", short: "o" },
  voice: { type: "string" },
  source: { type: "string", multiple: true },
  speed: { type: "string", default: "1" },
  pitch: { type: "string", default: "1" },
  energy: { type: "string", default: "1" },
  emotion: { type: "string" },
  intensity: { type: "string" },
  speaker: { type: "string" },
  symbols: { type: "string" },
  json: { type: "boolean", default: false },
  explain: { type: "boolean", default: false },
  dictionary: { type: "string" },
  emoji: { type: "boolean", default: false },
  "a-variants": { type: "boolean", default: false },
  digits: { type: "string" },
  links: { type: "string" },
  port: { type: "string", default: "8080" },
  host: { type: "string", default: "127.0.0.1" },
  workers: { type: "string" },
  queue: { type: "string" },
  grace: { type: "string" },
  wyoming: { type: "string" },
  "voices-memory": { type: "string" },
  "allow-host": { type: "string", multiple: true },
  cors: { type: "string", multiple: true },
  format: { type: "string" },
  markup: { type: "string" },
  "keep-going": { type: "boolean", default: false },
  "log-level": { type: "string" },
  "log-folder": { type: "string" },
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", default: false },
});

/** The options of `pinyin`, where `--symbols` is a flag: it writes symbols instead of reading a file. */
const OPTIONS_OF_PINYIN = /** @type {const} */ ({ ...OPTIONS, symbols: { type: "boolean" } });

const MULTIPLE = new Set(Object.entries(OPTIONS).flatMap(([name, option]) => ("multiple" in option ? name : [])));

/** @typedef {ReturnType<typeof parse>["values"]} Values */

/**
 * Parses arguments into options and positional words; fails with `option-invalid`.
 * @param {string[]} args
 */
export function parse(args) {
  const parsed = parsedBy(optionsFor(args), args);
  const given = parsed.tokens.flatMap((token) => (token.kind === "option" ? token.name : []));
  const twice = given.find((name, at) => given.indexOf(name) < at && !MULTIPLE.has(name));
  if (twice) throw usageError(`--${twice} is given more than once`);
  return parsed;
}

/**
 * @param {typeof OPTIONS | typeof OPTIONS_OF_PINYIN} options
 * @param {string[]} args
 */
function parsedBy(options, args) {
  try {
    return parseArgs({ args, options, allowPositionals: true, tokens: true });
  } catch (cause) {
    throw usageError(/** @type {Error} */ (cause).message);
  }
}

/** @param {string[]} args */
function optionsFor(args) {
  const { positionals } = parseArgs({ args, options: OPTIONS_OF_PINYIN, allowPositionals: true, strict: false });
  return positionals[0] === "pinyin" ? OPTIONS_OF_PINYIN : OPTIONS;
}

/** @param {string} message */
export function usageError(message) {
  return new HanvoxError("option-invalid", message, {
    context: { usage: "hanvox --help lists commands and options" },
  });
}

/**
 * The whole number that an option gives.
 * @param {"port" | "queue" | "grace" | "wyoming" | "voices-memory"} name
 * @param {Values} values
 * @param {number} least
 * @param {number} most
 */
export function whole(name, values, least, most) {
  const text = values[name];
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new HanvoxError("option-invalid", `--${name} takes a number from ${least} to ${most}, not "${text}"`);
}

const MOST_WORKERS = 64;

/**
 * The number of engines from `--workers`, or "auto".
 * @param {Values} values
 * @param {"auto"} [fallback]
 */
export function workersOf({ workers }, fallback) {
  if (workers === undefined || workers === "auto") return workers ?? fallback;
  if (/^\d+$/.test(workers) && Number(workers) >= 1 && Number(workers) <= MOST_WORKERS) return Number(workers);
  throw new HanvoxError(
    "option-invalid",
    `--workers takes a number from 1 to ${MOST_WORKERS} or auto, not "${workers}"`,
  );
}
