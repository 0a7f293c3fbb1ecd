/** What the commands that speak share: their options, and the voice. */
import { HanvoxError } from "../lib/shared/errors.js";
import { Diagnostics, Hanvox } from "../lib/node/index.js";
import { READING } from "./reading.js";
import { ProgressLine } from "./terminal.js";

/** @typedef {import("./options.js").Values} Values */

export const SPEAKING = /** @type {const} */ ([
  ...["voice", "source", "speed", "pitch", "energy", "emotion", "intensity", "speaker", "workers", "log-level"],
  ...READING,
]);

/**
 * @param {Values} values
 * @returns {import("../lib/shared/protocol.js").SpeechOptions}
 */
export function speechOptions(values) {
  if (isGiven(values.intensity) && !isGiven(values.emotion)) throw invalid("--intensity has no use without --emotion");
  return {
    speed: number("speed", values),
    pitch: number("pitch", values),
    energy: number("energy", values),
    emotion: values.emotion,
    intensity: number("intensity", values),
    speaker: values.speaker,
  };
}

/** @param {string | boolean | string[] | undefined} value */
export function isGiven(value) {
  return value !== undefined && value !== false;
}

/** @param {string} message */
export function invalid(message) {
  return new HanvoxError("option-invalid", message);
}

/**
 * @param {Values} values
 * @param {import("../lib/hanvox.js").Options} options
 */
export async function loadVoice(values, options) {
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
