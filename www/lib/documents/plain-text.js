/** Plain text, and novels in it: lines that look like the headings of chapters divide it. */
import { chaptersOf } from "./chapters.js";

const NUMBER = "[0-9０-９零〇一二三四五六七八九十百千万两壹贰叁肆伍陆柒捌玖拾佰仟]+";
// 第一章 风起, 第12回, 卷三, 楔子, Chapter 5: alone on their line, without the end of a sentence.
const HEADING = new RegExp(
  `^(?:第\\s*${NUMBER}\\s*[章回节節卷部篇集幕话話折](?![\\u4e00-\\u9fff]{0,3}[，。])|[卷]\\s*${NUMBER}|序[章言幕]?$|楔子|引子|前言|尾[声聲]|[后後][记記]|番外|终章|終章|(?:chapter|part|book)\\s+(?:\\d+|[ivxlc]+)\\b|prologue$|epilogue$)`,
  "iu",
);
const LONGEST_HEADING = 40;
const ENDS_A_SENTENCE = /[。；，,;]$/;

/**
 * @param {string} text
 * @param {string} title
 */
export function plainChapters(text, title) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  return chaptersOf(lines.map(asBlock), title);
}

/**
 * Blocks of a text that marks no headings, with those that look like them.
 * @param {import("./chapters.js").Block[]} blocks
 */
export function withHeadings(blocks) {
  if (blocks.some(({ level }) => level > 0)) return blocks;
  return blocks.map(({ text }) => asBlock(text));
}

/** @param {string} line */
function asBlock(line) {
  return { text: line.trimEnd(), level: isHeading(line.trim()) ? 1 : 0 };
}

/** Whether a line looks like the heading of a chapter. @param {string} line */
function isHeading(line) {
  return line.length > 0 && line.length <= LONGEST_HEADING && HEADING.test(line) && !ENDS_A_SENTENCE.test(line);
}
