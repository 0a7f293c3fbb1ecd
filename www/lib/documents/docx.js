/** Word documents (WordprocessingML): paragraphs and headings as they are in the end, without what was deleted. */
import { Parser } from "../../vendor/htmlparser2.js";
import { documentError } from "./document-errors.js";
import { all, first, localName, parseXml } from "./xml.js";

/** @typedef {import("./package.js").Package} Package */
/** @typedef {import("./chapters.js").Block} Block */

const MAIN = "word/document.xml";
// What is in the document and not read in its place: the annotation of ruby, fields' codes, drawings' other form.
const SKIPPED = new Set(["rt", "instrText", "delText", "Fallback", "pPrChange", "rPrChange", "moveFrom"]);

/** @param {Package} book */
export async function readDocx(book) {
  if (!book.has(MAIN)) throw documentError("format", "the file is a zip that is no document");
  const levels = book.has("word/styles.xml") ? headingStyles(await book.text("word/styles.xml")) : new Map();
  const blocks = blocksOf(await book.text(MAIN), levels);
  const core = "docProps/core.xml";
  const properties = book.has(core) ? parseXml(await book.text(core)) : undefined;
  const value = (/** @type {string} */ name) => (properties ? (first(properties, name)?.text.trim() ?? "") : "");
  return { title: value("title"), language: value("language"), blocks };
}

/**
 * The levels of the styles that are headings: "Title" is 1, "heading 1" is 2 and so on.
 * @param {string} xml
 * @returns {Map<string, number>}
 */
function headingStyles(xml) {
  const styles = all(parseXml(xml), "style").map((style) => {
    const id = style.attributes["w:styleId"] ?? "";
    const name = first(style, "name")?.attributes["w:val"] ?? "";
    return /** @type {[string, number]} */ ([id, levelOf(name, first(style, "outlineLvl")?.attributes["w:val"])]);
  });
  return new Map(styles.filter(([, level]) => level > 0));
}

/**
 * @param {string} name
 * @param {string} [outline] 0 to 8 for a heading.
 */
function levelOf(name, outline) {
  if (/^title$/i.test(name)) return 1;
  const digit = /^heading ([1-8])$/i.exec(name)?.[1] ?? (/^[0-7]$/.test(outline ?? "") ? Number(outline) + 1 : 0);
  return digit ? Number(digit) + 1 : 0;
}

/**
 * @param {string} xml
 * @param {Map<string, number>} levels By style.
 * @returns {Block[]}
 */
function blocksOf(xml, levels) {
  /** @type {Block[]} */
  const blocks = [];
  /** A text box is a paragraph within a paragraph. @type {Block[]} */
  const open = [];
  let [skipping, inText] = [0, false];
  const add = (/** @type {string} */ text) => {
    const last = open.at(-1);
    if (last) last.text += text;
  };
  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        const name = localName(tag);
        if (skipping > 0 || SKIPPED.has(name)) return void (skipping += 1);
        inText = name === "t";
        const last = open.at(-1);
        if (name === "p") open.push({ text: "", level: 0 });
        else if (name === "br" || name === "cr") add("\n");
        else if (name === "tab") add(" ");
        else if (last && name === "pStyle") last.level = levels.get(attributes["w:val"]) ?? 0;
        else if (last && name === "outlineLvl") last.level ||= levelOf("", attributes["w:val"]);
      },
      ontext(text) {
        if (inText && skipping === 0) add(text);
      },
      onclosetag(tag) {
        if (skipping > 0) return void (skipping -= 1);
        inText = false;
        const done = localName(tag) === "p" ? open.pop() : undefined;
        if (done && done.text.trim() !== "") blocks.push({ text: done.text.trim(), level: done.level });
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(xml);
  parser.end();
  return blocks;
}
