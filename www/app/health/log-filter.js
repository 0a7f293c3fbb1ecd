/** Which records of the log are shown. */
import { toLine } from "../../lib/diagnostics/log.js";

/** @typedef {import("../../lib/diagnostics/log.js").LogRecord} LogRecord */

/**
 * @typedef {object} Filter Every field that is empty lets everything through.
 * @property {string} level The least severe level that is shown.
 * @property {string} code
 * @property {string} words All of them have to be in the message, the code or the place, in any case of letters.
 * @property {string} request A part of the request's id.
 */

/** From the gravest on. */
export const LEVELS = ["error", "warning", "info", "debug"];

/** @type {Filter} */
export const ALL = { level: "", code: "", words: "", request: "" };

/**
 * @param {Filter} filter
 * @returns {(record: LogRecord) => boolean}
 */
export function matcher({ level, code, words, request }) {
  const lowest = level === "" ? LEVELS.length : LEVELS.indexOf(level);
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const id = request.trim();
  return (record) =>
    LEVELS.indexOf(record.level) <= lowest &&
    (code === "" || record.code === code) &&
    (id === "" || String(record.request ?? "").includes(id)) &&
    hasWords(record, wanted);
}

/**
 * @param {LogRecord} record
 * @param {string[]} words In small letters.
 */
function hasWords({ message, code, module, funcName }, words) {
  if (words.length === 0) return true;
  const text = [message, code, module, funcName].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

/**
 * The codes that occur, for the choice of one.
 * @param {LogRecord[]} records
 */
export function codesOf(records) {
  return [...new Set(records.flatMap(({ code }) => code ?? []))].sort();
}

/**
 * Kept records with those that came while they were read, each once, oldest first.
 * @param {LogRecord[]} kept Oldest first.
 * @param {LogRecord[]} live Oldest first.
 */
export function merged(kept, live) {
  // Only the youngest of the kept ones can be among those that just came.
  const seen = new Set(kept.slice(-2 * live.length - 100).map((record) => toLine(record)));
  return [...kept, ...live.filter((record) => !seen.has(toLine(record)))];
}
