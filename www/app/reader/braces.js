/** Braces that hold no reading: the engine speaks them as text, and the author would wonder why. */

// As in 重{chong}: Latin letters after a Chinese character, but not each with its tone digit.
const BRACES = /(?<=\p{Script=Han})\{([a-zA-ZüÜāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ:\d \u00A0-\u024F]{1,200})\}/gu;
// A syllable as it is written with a tone digit: an initial, and a final with a vowel.
const SYLLABLE =
  /^(?=.*[aeiouvüê])(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(?:[iuvü]|u:)?(?:ang?|a[io]|eng?|e[ir]|ong|ou|ing?|un|ui|iu|[aeoiuvüê])?r?[0-5]$/i;

// Looking for them while typing costs less than a frame.
const MOST_CHARACTERS = 200_000;

/**
 * The first one, with its line and character, counted from 1.
 * @param {string} text
 */
export function findNoReading(text) {
  if (!text.includes("{")) return undefined;
  for (const found of text.slice(0, MOST_CHARACTERS).matchAll(BRACES)) {
    if (isReading(found[1])) continue;
    const before = text.slice(0, found.index);
    const line = before.split("\n").length;
    const column = Array.from(before.slice(before.lastIndexOf("\n") + 1)).length + 1;
    return { written: found[0], line, column };
  }
  return undefined;
}

/** @param {string} written */
function isReading(written) {
  return written
    .trim()
    .split(/\s+/)
    .every((one) => SYLLABLE.test(one));
}
