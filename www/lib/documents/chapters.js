/** Chapters of a text that comes as blocks: paragraphs, and headings with their level. */
import { BOUNDS } from "./bounds.js";
import { documentError } from "./document-errors.js";

/** @typedef {{text: string, level: number}} Block `level`: 1 to 9 of a heading, 0 of a paragraph. */
/** @typedef {{title: string, text: string}} Chapter The title is part of the text, as far as it is written there. */

// Half an hour of speech or more: such a chapter is divided further if its headings allow.
const LONG = 30_000;

/**
 * Divides at the highest headings that occur more than once, and at lower ones while chapters are long.
 * @param {Block[]} blocks
 * @param {string} title Of what comes before the first heading.
 * @returns {Chapter[]}
 */
export function chaptersOf(blocks, title) {
  const levels = [...new Set(blocks.map(({ level }) => level))].filter(Boolean).sort((one, other) => one - other);
  let chapters = divided(blocks, 0, title);
  for (const level of levels) {
    chapters = divided(blocks, level, title);
    if (chapters.length > 1 && chapters.every(({ text }) => text.length <= LONG)) break;
  }
  return chapters;
}

/**
 * @param {Block[]} blocks
 * @param {number} deepest Headings of lower levels begin no chapter.
 * @param {string} title
 */
function divided(blocks, deepest, title) {
  /** @type {{title: string, blocks: Block[]}[]} */
  const parts = [];
  for (const block of blocks) {
    const last = parts.at(-1);
    if (!last) parts.push({ title: isHeading(block, deepest) ? block.text : title, blocks: [block] });
    else if (!isHeading(block, deepest)) last.blocks.push(block);
    // A volume whose first chapter follows at once has no text of its own.
    else if (last.blocks.every(({ level }) => level > 0)) Object.assign(last, { title: block.text }).blocks.push(block);
    else parts.push({ title: block.text, blocks: [block] });
  }
  return parts.map(({ title, blocks }) => ({ title, text: textOf(blocks) })).filter(({ text }) => text !== "");
}

/**
 * @param {Block} block
 * @param {number} deepest
 */
function isHeading({ level }, deepest) {
  return level > 0 && level <= deepest;
}

/** @param {Block[]} blocks */
export function textOf(blocks) {
  return blocks
    .map(({ text }) => text)
    .join("\n")
    .trim();
}

/**
 * Refuses what has no text or too much of it.
 * @param {Chapter[]} chapters
 */
export function checkedChapters(chapters) {
  const characters = chapters.reduce((sum, { text }) => sum + text.length, 0);
  if (characters === 0) throw documentError("no-text", "there is no text in the file");
  if (characters <= BOUNDS.characters && chapters.length <= BOUNDS.chapters) return chapters;
  throw documentError("too-large", `the text has ${characters} characters in ${chapters.length} chapters`);
}
