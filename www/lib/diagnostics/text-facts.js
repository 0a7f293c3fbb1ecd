/** What a record may reveal about a spoken text: never the text itself, unless the user allows it. */

// Enough hex digits to tell the texts of one log apart; too few to serve as a secure fingerprint.
const HASH_DIGITS = 8;
// A shorter text may occur in any message by chance; it is hidden only where it is quoted.
const TELLING_LENGTH = 8;

// Straight quotes as Rust writes them, with escapes; then typographic ones.
const QUOTES = [/(")((?:[^"\\]|\\.)+)(")/g, /(“)([^”]+)(”)/g, /(‘)([^’]+)(’)/g, /(「)([^」]+)(」)/g, /(`)([^`]+)(`)/g];

/** @typedef {{text_length: number, text_sha256_8: string, text?: string}} TextFacts */

/**
 * @param {string} text
 * @param {{include?: boolean}} [options] `include`: the user allows recording the text.
 * @returns {Promise<TextFacts>} `text_length` in UTF-16 units.
 */
export async function textFacts(text, { include = false } = {}) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const facts = { text_length: text.length, text_sha256_8: hex.slice(0, HASH_DIGITS) };
  return include ? { ...facts, text } : facts;
}

/**
 * A message, or any data with strings in it, with quotes of the text ("…", “…”, ‘…’, 「…」, `…`) replaced by
 * their length: `"今天"` becomes `"[2 characters]"`. Quotes that aren't part of the text stay.
 * @template T
 * @param {T} value
 * @param {string} text
 * @returns {T}
 */
export function withoutText(value, text) {
  if (typeof value === "string") return /** @type {T} */ (hideQuotes(value, text));
  if (Array.isArray(value)) return /** @type {T} */ (value.map((item) => withoutText(item, text)));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withoutText(item, text)]);
  return /** @type {T} */ (Object.fromEntries(entries));
}

/**
 * @param {string} message
 * @param {string} text
 */
function hideQuotes(message, text) {
  let shown = text.length >= TELLING_LENGTH ? message.replaceAll(text, lengthOf(text)) : message;
  for (const quotes of QUOTES) {
    shown = shown.replace(quotes, (quote, open, inside, close) => {
      const plain = inside.replace(/\\(["\\])/g, "$1");
      return isPart(plain, text) ? `${open}${lengthOf(plain)}${close}` : quote;
    });
  }
  return shown;
}

/**
 * @param {string} quoted May be truncated with an ellipsis.
 * @param {string} text
 */
function isPart(quoted, text) {
  return text.includes(quoted.replace(/(…|\.\.\.)$/, ""));
}

/** @param {string} text */
function lengthOf(text) {
  return `[${text.length} characters]`;
}
