/** Pinyin as people write it: a mark over the vowel for the tone digit, ü for v. */

/** @type {Record<string, string>} The marks of tones 1 to 4, as combining characters. */
const MARKS = { 1: "\u0304", 2: "\u0301", 3: "\u030C", 4: "\u0300" };

/** @param {string} line Syllables like "lv4", separated by spaces. */
export function withMarks(line) {
  return line.replace(/([a-zü]+)([1-5])/gi, (_, syllable, tone) => marked(syllable.replaceAll("v", "ü"), tone));
}

/**
 * The mark goes on a or e if there is one, on the o of ou, and otherwise on the last vowel.
 * @param {string} syllable
 * @param {string} tone
 */
function marked(syllable, tone) {
  const place = /[ae]|o(?=u)|[iouü](?![aeiouü])/.exec(syllable);
  const mark = MARKS[tone];
  if (!place || !mark) return syllable;
  const end = place.index + 1;
  return (syllable.slice(0, end) + mark + syllable.slice(end)).normalize("NFC");
}
