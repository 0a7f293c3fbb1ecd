/** JSON responses, and errors with a more specific status than their code's. */
import { CODES } from "../shared/codes.js";
import { HanvoxError } from "../shared/errors.js";

/** Seconds after which a retry may succeed. @type {Partial<Record<string, number>>} */
const RETRY_AFTER_S = { loading: 2, busy: 2 };

export class Refusal extends HanvoxError {
  /**
   * @param {number} status
   * @param {import("../shared/errors.js").ErrorCode} code
   * @param {string} message
   * @param {{headers?: Record<string, string>, context?: Record<string, unknown>, cause?: unknown}} [details]
   */
  constructor(status, code, message, { headers = {}, ...details } = {}) {
    super(code, message, details);
    this.status = status;
    this.headers = headers;
  }
}

/**
 * An invalid field, named.
 * @param {string} field
 * @param {string} message
 */
export function badField(field, message) {
  return new HanvoxError("option-invalid", message, { context: { field } });
}

/**
 * The response to an error: `{code, level, message, advice, request, context}` with the status of its code.
 * @param {HanvoxError} error
 * @param {string} request
 * @param {Record<string, unknown>} [more] Members of its body.
 */
export function errorResponse(error, request, more = {}) {
  const { code, level, message, advice, context } = error;
  const refusal = error instanceof Refusal ? error : undefined;
  const wait_ms = Number(context.retry_after_ms ?? 1000 * (RETRY_AFTER_S[code] ?? 0));
  /** @type {Record<string, string>} */
  const retry = wait_ms > 0 ? { "Retry-After": String(Math.ceil(wait_ms / 1000)) } : {};
  return jsonResponse(
    { code, level, message, advice, request, context, ...more },
    { status: statusOf(error), headers: { ...retry, ...refusal?.headers } },
  );
}

/** @param {HanvoxError} error */
export function statusOf(error) {
  return error instanceof Refusal ? error.status : CODES[error.code].status;
}

/**
 * @param {unknown} value
 * @param {{status?: number, headers?: Record<string, string>}} [how]
 */
export function jsonResponse(value, { status = 200, headers = {} } = {}) {
  return textResponse(`${JSON.stringify(value)}\n`, "application/json", { status, headers });
}

/**
 * @param {string} text
 * @param {string} type
 * @param {{status?: number, headers?: Record<string, string>}} [how]
 */
export function textResponse(text, type, { status = 200, headers = {} } = {}) {
  const bytes = new TextEncoder().encode(text);
  const own = { "Content-Type": type, "Content-Length": String(bytes.length) };
  return new Response(bytes, { status, headers: { ...own, ...headers } });
}
