/** Filters the records of the log. */
import { toLine } from "../../lib/diagnostics/log.js";

/** @typedef {import("../../lib/diagnostics/log.js").LogRecord} LogRecord */

/**
 * @typedef {object} Filter An empty field matches everything.
 * @property {string} level The least severe level shown.
 * @property {string} code
 * @property {string} words All of them must occur in the message, the code or the location, ignoring case.
 * @property {string} request Part of the request's id.
 */

/** Most severe first. */
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
 * @param {string[]} words In lower case.
 */
function hasWords({ message, code, module, funcName }, words) {
  if (words.length === 0) return true;
  const text = [message, code, module, funcName].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

/**
 * The codes that occur, to choose from.
 * @param {LogRecord[]} records
 */
export function codesOf(records) {
  return [...new Set(records.flatMap(({ code }) => code ?? []))].sort();
}

/**
 * Stored records merged with those that arrived while they were read, without duplicates, oldest first.
 * @param {LogRecord[]} kept Oldest first.
 * @param {LogRecord[]} live Oldest first.
 */
export function merged(kept, live) {
  // Only the newest stored records can be among those that just arrived.
  const seen = new Set(kept.slice(-2 * live.length - 100).map((record) => toLine(record)));
  return [...kept, ...live.filter((record) => !seen.has(toLine(record)))];
}
