/** Why an archive or a folder is rejected: each reason with its code and advice. */
import { HanvoxError } from "../shared/errors.js";

/**
 * @typedef {object} ArchiveErrorKind
 * @property {import("../shared/errors.js").ErrorCode} code
 * @property {string} advice
 */

export const ARCHIVE_ERRORS = /** @satisfies {Record<string, ArchiveErrorKind>} */ ({
  "format": {
    code: "voice-unsupported",
    advice: "Give a .zip, .tar.gz, .tgz or .tar file, or the voice's folder.",
  },
  "encrypted": { code: "voice-unsupported", advice: "Pack the voice again without a password." },
  "method": { code: "voice-unsupported", advice: "Pack the voice again as an ordinary .zip (Deflate) or .tar.gz." },
  "parts": { code: "voice-unsupported", advice: "Join the parts to one archive first." },
  "special": { code: "voice-unsupported", advice: "Pack the files themselves: no links, devices or sparse files." },
  "too-large": {
    code: "voice-unsupported",
    advice: "A voice has at most 1 GiB, and none of its files more than 256 MiB.",
  },
  "entries": { code: "voice-unsupported", advice: "Pack the files of one voice and nothing else." },
  "name": {
    code: "voice-corrupt",
    advice: "Names have letters, digits, dots, _ and - and stay in the voice's folder; leave out or rename the file.",
  },
  "duplicate": { code: "voice-corrupt", advice: "Pack the voice again, each file once." },
  "truncated": { code: "voice-corrupt", advice: "The archive is not whole: download or copy it again." },
  "ratio": {
    code: "voice-corrupt",
    advice: "Don't open this file elsewhere: it grows beyond all bounds when unpacked.",
  },
  "content": { code: "voice-corrupt", advice: "The archive is damaged: download or copy it again." },
  "unreadable": { code: "voice-missing", advice: "The file was moved or may not be read: choose it again." },
  "empty": { code: "option-invalid", advice: "Choose the archive or the folder that has the voice's voice.json." },
});

/** @typedef {keyof typeof ARCHIVE_ERRORS} Reason */

/**
 * @param {Reason} reason Kept as `context.reason`.
 * @param {string} message
 * @param {{context?: Record<string, unknown>, cause?: unknown}} [details]
 */
export function archiveError(reason, message, { context, cause } = {}) {
  const { code, advice } = ARCHIVE_ERRORS[reason];
  const error = new HanvoxError(code, message, { context: { reason, ...context }, cause });
  error.advice = advice;
  return error;
}
