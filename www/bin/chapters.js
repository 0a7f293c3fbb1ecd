/** The chapters of a book as the files that `hanvox book` makes of them. */
import { createHash } from "node:crypto";

/**
 * @typedef {object} Chapter
 * @property {string} title
 * @property {string} text
 * @property {string} name Of its files, without an ending.
 * @property {string} key Of all that its sound depends on.
 */

/** @typedef {{title: string, text: string}} Read */

const MOST_NAME = 60;

/** UTF-16 units: some two hours of speech. What was stopped begins its file anew. */
export const LONGEST = 30_000;

/**
 * @param {Read[]} chapters
 * @param {object} settings All that their sound depends on besides.
 * @returns {Chapter[]}
 */
export function planned(chapters, settings) {
  const files = chapters.flatMap(inParts);
  const digits = Math.max(2, String(files.length).length);
  return files.map(({ title, text }, at) => {
    const name = `${String(at + 1).padStart(digits, "0")} ${safeName(title)}`.trim();
    const key = createHash("sha256")
      .update(JSON.stringify({ ...settings, title, text }))
      .digest("hex");
    return { title, text, name, key };
  });
}

/** Long ones in several, which end where a paragraph ends, or else a sentence. @param {Read} chapter @returns {Read[]} */
export function inParts({ title, text }) {
  if (text.length <= LONGEST) return [{ title, text }];
  const parts = [];
  for (let from = 0; from < text.length; from += parts[parts.length - 1].length)
    parts.push(text.slice(from, from + endOfPart(text.slice(from, from + LONGEST + 1))));
  return parts.map((part, at) => ({ title: `${title} (${at + 1})`, text: part }));
}

/** @param {string} text One character longer than a part may be, unless it is the last. */
function endOfPart(text) {
  if (text.length <= LONGEST) return text.length;
  const most = text.slice(0, LONGEST);
  const paragraph = most.lastIndexOf("\n") + 1;
  if (paragraph > LONGEST / 2) return paragraph;
  const sentence = Array.from(most.matchAll(/[。！？!?…]+[”’」』）]*/g)).at(-1);
  if (sentence) return sentence.index + sentence[0].length;
  return paragraph || LONGEST - (/[\uD800-\uDBFF]$/.test(most) ? 1 : 0);
}

/** A title as a file name on any system. @param {string} title */
function safeName(title) {
  const plain = title.replace(/[\p{C}/\\:*?"<>|]+/gu, " ").replace(/\s+/g, " ");
  return [...plain.trim()]
    .slice(0, MOST_NAME)
    .join("")
    .replace(/[. ]+$/, "");
}
