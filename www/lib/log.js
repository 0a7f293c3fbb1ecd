/**
 * Structured logging: one JSON object per console line. An error is logged once, by the code that
 * handles it; code that passes it on stays silent.
 */
import { HanvoxError, placeOf } from "./errors.js";

/**
 * @typedef {object} LogRecord
 * @property {string} timestamp ISO 8601, UTC.
 * @property {"error" | "warning" | "info"} level
 * @property {string} message
 * @property {string} [code]
 * @property {string} [module]
 * @property {string} [funcName]
 * @property {number} [lineno]
 */

/**
 * @param {LogRecord["level"]} level
 * @param {string} message
 * @param {Record<string, unknown>} [fields]
 */
export function log(level, message, fields = {}) {
  const timestamp = new Date().toISOString();
  const record = { timestamp, level, message, ...placeOf(new Error().stack), ...fields };
  const print = { error: console.error, warning: console.warn, info: console.info }[level];
  print(JSON.stringify(record));
}

/**
 * @param {unknown} thrown
 * @param {Record<string, unknown>} [fields]
 */
export function logError(thrown, fields = {}) {
  const { name, level, message, ...rest } = HanvoxError.from(thrown).toJSON();
  log(level, message, { ...rest, ...fields });
}
