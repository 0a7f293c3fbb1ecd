/** Why a file can't be read as a text: each reason with its code and advice. */
import { HanvoxError } from "../shared/errors.js";

export const DOCUMENT_ERRORS = /** @satisfies {Record<string, {code: ErrorCode, advice: string}>} */ ({
  "format": {
    code: "document-unsupported",
    advice: "Open a .txt, .md, .html, .epub, .docx, .pdf or .srt file, or save the text as one of these.",
  },
  "protected": {
    code: "document-unsupported",
    advice: "The file is protected by a password or by copy protection: open a copy without it.",
  },
  "no-text": {
    code: "document-unsupported",
    advice: "The file has no text, perhaps only pictures of pages: use a copy with a text layer (OCR).",
  },
  "too-large": { code: "document-unsupported", advice: "Divide the file into smaller ones." },
  "damaged": { code: "document-corrupt", advice: "Download or copy the file again, or save it anew." },
});

/** @typedef {import("../shared/errors.js").ErrorCode} ErrorCode */
/** @typedef {keyof typeof DOCUMENT_ERRORS} Reason */

/**
 * @param {Reason} reason Kept as `context.reason`.
 * @param {string} message
 * @param {{context?: Record<string, unknown>, cause?: unknown}} [details]
 */
export function documentError(reason, message, { context, cause } = {}) {
  const { code, advice } = DOCUMENT_ERRORS[reason];
  const error = new HanvoxError(code, message, { context: { reason, ...context }, cause });
  error.advice = advice;
  return error;
}
