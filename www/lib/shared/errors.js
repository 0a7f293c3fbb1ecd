/**
 * The only error class of this package. Every error has a stable `code`; the codes, their levels and their
 * advice come from the same table as those of the Rust engine (docs/errors.md).
 */
import { CODES } from "./codes.js";

/** @typedef {"error" | "warning" | "info"} Level */

/**
 * @typedef {object} PlainError An error as data: for JSON, logs, and passing between threads.
 * @property {string} name
 * @property {ErrorCode} code
 * @property {Level} level
 * @property {string} message
 * @property {string} advice What the user can do about it.
 * @property {Record<string, unknown>} context
 * @property {string} [module] File that raised it.
 * @property {string} [funcName]
 * @property {number} [lineno]
 * @property {unknown} [cause]
 */

/** @typedef {keyof typeof CODES} ErrorCode */

/**
 * @typedef {object} ErrorDetails
 * @property {Record<string, unknown>} [context] Facts for the reader of the log: file, status, voice...
 * @property {unknown} [cause]
 * @property {Level} [level] Overrides the level in the table.
 * @property {Place} [place] Where it was raised, if not here.
 */

/** @typedef {{module?: string, funcName?: string, lineno?: number}} Place */

/** Fields of the engine's own errors that say what they affected. */
const STRUCK = ["stage", "chunk", "start", "end"];

export class HanvoxError extends Error {
  /**
   * @param {ErrorCode} code
   * @param {string} message
   * @param {ErrorDetails} [details]
   */
  constructor(code, message, { context = {}, cause, level, place } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "HanvoxError";
    this.code = code;
    this.level = level ?? CODES[code].level;
    /** @type {string} */ this.advice = CODES[code].advice;
    this.context = context;
    Object.assign(this, place ?? placeOf(this.stack));
  }

  /** @type {string | undefined} */ module;
  /** @type {string | undefined} */ funcName;
  /** @type {number | undefined} */ lineno;

  /** @returns {PlainError} */
  toJSON() {
    const { name, code, level, message, advice, context, module, funcName, lineno } = this;
    const cause = this.cause === undefined ? undefined : plainCause(this.cause);
    return { name, code, level, message, advice, context, module, funcName, lineno, cause };
  }

  /**
   * The inverse of `toJSON`.
   * @param {PlainError} plain
   */
  static fromJSON({ code, message, level, context, cause, module, funcName, lineno }) {
    const place = { module, funcName, lineno };
    const error = new HanvoxError(code, message, { context, cause: revive(cause), level, place });
    error.stack = `HanvoxError: ${message}`;
    return error;
  }

  /**
   * Any thrown value as a HanvoxError: the engine's own errors keep their code, place and cause, and get what they
   * affected as context; a bug in the surrounding JavaScript becomes `internal-error`, a trap or
   * anything unforeseen `engine-crashed`.
   * @param {unknown} thrown
   */
  static from(thrown) {
    if (thrown instanceof HanvoxError) return thrown;
    const { code, level, cause, module, funcName, lineno } = /** @type {any} */ (thrown ?? {});
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (typeof code === "string" && Object.hasOwn(CODES, code)) {
      const place = { module, funcName, lineno };
      const struck = Object.entries(/** @type {object} */ (thrown)).filter(([name]) => STRUCK.includes(name));
      const context = Object.fromEntries(struck);
      return new HanvoxError(/** @type {ErrorCode} */ (code), message, { context, cause, level, place });
    }
    const name = /** @type {any} */ (thrown)?.name;
    if (name === "AbortError") return new HanvoxError("canceled", message, { cause: thrown });
    return new HanvoxError(isBug(thrown) ? "internal-error" : "engine-crashed", message, { cause: thrown });
  }
}

/**
 * Whether JavaScript or the browser rejected a call of our own code. The engine's guard assigns codes to what is
 * thrown inside the engine, and a RangeError is also how running out of memory shows.
 * @param {unknown} thrown
 */
function isBug(thrown) {
  return [TypeError, ReferenceError, SyntaxError, DOMException].some((type) => thrown instanceof type);
}

/**
 * Throws `canceled` if the signal is aborted.
 * @param {AbortSignal | null | undefined} signal
 */
export function throwIfCanceled(signal) {
  if (signal?.aborted) throw canceled(signal);
}

/** @param {AbortSignal} signal */
export function canceled(signal) {
  return new HanvoxError("canceled", "the request was canceled", { cause: signal.reason });
}

/**
 * The first line of a stack that isn't in this file.
 * @param {string | undefined} stack
 * @returns {Place}
 */
export function placeOf(stack = "") {
  for (const line of stack.split("\n")) {
    // V8: "at name (url:line:column)"; Firefox and Safari: "name@url:line:column".
    const match = /^\s*(?:at )?(?:async )?(.*?)[\s@(]*((?:https?|file|node|blob):\S+?):(\d+):\d+\)?$/.exec(line);
    if (!match || /\/lib\/(shared\/errors|diagnostics\/\w+)\.js/.test(match[2])) continue;
    const funcName = match[1].replace(/^new /, "") || "(top level)";
    return {
      module: match[2].split(/[/?]/).findLast((part) => part.includes(".")),
      funcName,
      lineno: Number(match[3]),
    };
  }
  return {};
}

/**
 * @param {unknown} cause
 * @returns {unknown}
 */
function plainCause(cause) {
  if (cause instanceof HanvoxError) return cause.toJSON();
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause === undefined ? undefined : plainCause(cause.cause);
  return { name: cause.name, message: cause.message, cause: inner };
}

/**
 * @param {any} cause
 * @returns {unknown}
 */
function revive(cause) {
  if (cause === null || typeof cause !== "object") return cause;
  if (cause.name === "HanvoxError") return HanvoxError.fromJSON(cause);
  const error = new Error(cause.message, { cause: revive(cause.cause) });
  error.name = cause.name;
  return error;
}
