/** The language of a text, by its script: enough to choose how it is shown and whether it can be spoken. */

// Enough to tell, and little enough not to be noticed.
const SAMPLE = 20_000;

/**
 * The declared language if there is one (BCP 47), or a guess: "zh", "ja", "ko", "en", or "und" without letters.
 * @param {string | undefined} declared
 * @param {string} text
 */
export function languageOf(declared, text) {
  const tag = declared?.trim().replaceAll("_", "-") ?? "";
  if (/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i.test(tag) && tag.toLowerCase() !== "und") return tag;
  return guessed(text.slice(0, SAMPLE));
}

/** @param {string} sample */
function guessed(sample) {
  const count = (/** @type {RegExp} */ script) => sample.match(script)?.length ?? 0;
  const han = count(/\p{Script=Han}/gu);
  const kana = count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  const hangul = count(/\p{Script=Hangul}/gu);
  const latin = count(/\p{Script=Latin}/gu);
  if (han + kana + hangul + latin === 0) return "und";
  if (hangul > han) return "ko";
  if (kana > han / 4 && kana > 0) return "ja";
  // A word of Latin letters is about as much as one character.
  return han >= latin / 5 ? "zh" : "en";
}
