/** Selects records from stored lines. */
import { rankOf } from "./log.js";

/** @typedef {import("./log.js").LogRecord} LogRecord */

/**
 * @typedef {object} RecordFilter
 * @property {string} [code]
 * @property {import("./log.js").LogLevel} [level] This level and more severe ones.
 * @property {number} [since] Milliseconds.
 * @property {number} [limit] At most this many, the newest.
 */

/**
 * @param {AsyncIterable<string[]>} pages Lines, oldest first.
 * @param {RecordFilter} [filter]
 * @returns {Promise<LogRecord[]>}
 */
export async function collect(pages, { limit, ...filter } = {}) {
  /** @type {LogRecord[]} */
  const records = [];
  for await (const lines of pages) {
    for (const line of lines) {
      const record = JSON.parse(line);
      if (passes(record, filter)) records.push(record);
    }
  }
  return limit === undefined ? records : records.slice(Math.max(0, records.length - limit));
}

/**
 * @param {LogRecord} record
 * @param {RecordFilter} filter
 */
function passes(record, { code, level, since }) {
  if (code !== undefined && record.code !== code) return false;
  if (level !== undefined && rankOf(record.level) > rankOf(level)) return false;
  return since === undefined || Date.parse(record.timestamp) >= since;
}
