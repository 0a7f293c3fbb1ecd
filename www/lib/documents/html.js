/** The text of HTML: blocks as a reader sees them, without what is not read (scripts, ruby annotations, hidden parts). */
import { Parser } from "../../vendor/htmlparser2.js";
import { BOUNDS } from "./bounds.js";
import { documentError } from "./document-errors.js";

/** @typedef {import("./chapters.js").Block & {anchors: string[]}} HtmlBlock `anchors`: ids that begin in it. */
/** @typedef {{title: string, language: string, blocks: HtmlBlock[]}} HtmlText */

const words = (/** @type {string} */ list) => new Set(list.split(" "));

const SKIPPED = words(
  "script style template noscript svg math rt rp audio video canvas iframe object embed select textarea button head",
);
const BLOCKS = words(
  "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer " +
    "form header hr html legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul",
);
const CELLS = words("td th");
const VOID = words("area base br col embed hr img input link meta source track wbr");

/**
 * @param {string} html
 * @param {{xml?: boolean}} [options] `xml`: the text is XHTML, where every element is closed.
 * @returns {HtmlText}
 */
export function readHtml(html, { xml = false } = {}) {
  const reader = new HtmlReader();
  const parser = new Parser(reader, { xmlMode: xml, decodeEntities: true, lowerCaseTags: !xml });
  parser.write(html);
  parser.end();
  return { title: reader.title.trim(), language: reader.language, blocks: reader.blocks };
}

/** Collects blocks from the events of the parser. */
class HtmlReader {
  title = "";
  language = "";
  /** @type {HtmlBlock[]} */ blocks = [];
  /** Of the block that is open. */ #text = "";
  #level = 0;
  /** @type {string[]} */ #anchors = [];
  /** How deep in elements that are skipped. */ #skipping = 0;
  #depth = 0;
  #preformatted = 0;
  #inTitle = false;

  /**
   * @param {string} name
   * @param {Record<string, string>} attributes
   */
  onopentag(name, attributes) {
    // Finding the element that an end tag closes takes time for each that is open.
    this.#depth += 1;
    if (this.#depth > BOUNDS.openElements)
      throw documentError("damaged", `more than ${BOUNDS.openElements} elements are in each other`);
    if (name === "html") this.language = attributes.lang ?? attributes["xml:lang"] ?? "";
    if (this.#skipping > 0 || isSkipped(name, attributes)) {
      this.#inTitle ||= name === "title" && this.title === "";
      if (!VOID.has(name)) this.#skipping += 1;
      return;
    }
    this.#open(name, attributes.id ?? (name === "a" ? attributes.name : undefined));
  }

  /** @param {string} name */
  onclosetag(name) {
    this.#depth -= 1;
    this.#inTitle = false;
    if (this.#skipping > 0) {
      if (!VOID.has(name)) this.#skipping -= 1;
      return;
    }
    if (name === "pre") this.#preformatted -= 1;
    if (BLOCKS.has(name) || levelOf(name) > 0) this.#flush();
    if (CELLS.has(name)) this.#text += " ";
  }

  /** @param {string} text */
  ontext(text) {
    if (this.#inTitle) this.title += text;
    if (this.#skipping === 0) this.#text += this.#preformatted > 0 ? text.replace(/\r?\n/g, LINE) : text;
  }

  onend() {
    this.#flush();
    // Anchors behind the last text lead there.
    this.blocks.at(-1)?.anchors.push(...this.#anchors);
  }

  /** @param {Error} cause */
  onerror(cause) {
    throw documentError("damaged", "the HTML can't be read", { cause });
  }

  /**
   * @param {string} name
   * @param {string | undefined} id
   */
  #open(name, id) {
    if (BLOCKS.has(name) || levelOf(name) > 0) this.#flush();
    if (id) this.#anchors.push(id);
    if (name === "br") this.#text += LINE;
    if (name === "pre") this.#preformatted += 1;
    this.#level ||= levelOf(name);
  }

  /** Ends the block that is open. */
  #flush() {
    const text = collapsed(this.#text);
    const level = this.#level;
    this.#text = "";
    this.#level = 0;
    if (text === "") return;
    this.blocks.push({ text: level > 0 ? text.replace(/\s*\n\s*/g, " ") : text, level, anchors: this.#anchors });
    this.#anchors = [];
  }
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 */
function isSkipped(name, attributes) {
  if (SKIPPED.has(name) || "hidden" in attributes) return true;
  // The number of a note in the middle of a sentence.
  return /\b(noteref|pagebreak)\b/.test(attributes["epub:type"] ?? "");
}

/** @param {string} name */
function levelOf(name) {
  return /^h[1-6]$/.test(name) ? Number(name[1]) : 0;
}

// A line break that counts, while the others are not yet spaces.
const LINE = "\u2028";

// Characters between which a line break in the source is no space.
const WIDE = "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\u3000-\\u303f\\uff00-\\uffef]";
const BREAK_BETWEEN_WIDE = new RegExp(`(?<=${WIDE})[ \\t]*\\n[ \\t\\n]*(?=${WIDE})`, "gu");

/** White space as HTML has it. @param {string} text */
function collapsed(text) {
  return text
    .replace(/[\u00ad\u200b\ufeff]/g, "")
    .replace(/\r\n?/g, "\n")
    .replace(BREAK_BETWEEN_WIDE, "")
    .replace(/[ \t\n\f]+/g, " ")
    .replace(/[ \u00a0]*\u2028[ \u00a0]*/g, "\n")
    .trim();
}
