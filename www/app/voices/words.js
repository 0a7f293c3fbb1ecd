/** Advice for voice errors, by reason if there is one, otherwise by code. */
import { words } from "../language/language.js";
import { MESSAGES } from "../messages.js";

/** @type {Record<string, string>} */
const BY_REASON = words.voicesPanel.advice;

/** Other advice for these codes is about the voice that the page loads. @type {Record<string, string>} */
const BY_CODE = words.voicesPanel.adviceByCode;

/** @param {import("../../lib/shared/errors.js").HanvoxError} error */
export function inWords({ code, context }) {
  const { title, advice } = MESSAGES[code];
  const refused = context.archive === undefined ? title : words.voicesPanel.refused;
  return { title: refused, advice: BY_REASON[String(context.reason)] ?? BY_CODE[code] ?? advice };
}
