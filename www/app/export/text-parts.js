/** A text in parts that are spoken one after the other: at most so long, cut where a reader would pause. */

// From the best place to the worst.
const ENDS = [/\n+/g, /[。！？!?…][”’」』）)]*/g, /[，、；：,;:]/g];

/**
 * Where the part ends that begins at a place.
 * @param {string} text
 * @param {number} start
 * @param {number} most UTF-16 units.
 */
export function partEnd(text, start, most) {
  if (text.length - start <= most) return text.length;
  // SSML elements can't be split.
  if (/^\s*<speak\b/.test(text)) return text.length;
  const window = text.slice(start, start + most);
  for (const end of ENDS) {
    const last = [...window.matchAll(end)].at(-1);
    if (last && last.index > 0) return start + last.index + last[0].length;
  }
  // Not within a character of two units.
  return start + most - (/[\ud800-\udbff]$/.test(window) ? 1 : 0);
}
