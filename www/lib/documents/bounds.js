/** What a file to be read may hold, checked before and while it is unpacked. */
const MIB = 1024 * 1024;

export const BOUNDS = {
  // Books with pictures; only what is read of them comes into memory.
  file: 512 * MIB,
  // Of a file that is text as a whole: four bytes for each of the characters below.
  text: 80 * MIB,
  // Of the parts of a book that are unpacked, together.
  unpacked: 128 * MIB,
  // Web novels have a file for each of some thousand chapters.
  entries: 20_000,
  // The longest novels have about this many; a book of 2,000,000 characters is usual.
  characters: 20_000_000,
  chapters: 20_000,
  pages: 10_000,
  // Elements within each other in small XML files: no writer of books makes as many.
  depth: 1000,
  // The same in HTML, where what is never closed adds up.
  openElements: 10_000,
  // Of a book's picture.
  cover: 16 * MIB,
};
