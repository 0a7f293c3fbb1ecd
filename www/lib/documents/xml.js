/** Small XML files as a tree: the tables of contents of books, styles and properties. */
import { Parser } from "../../vendor/htmlparser2.js";
import { BOUNDS } from "./bounds.js";
import { documentError } from "./document-errors.js";

/**
 * @typedef {object} Element
 * @property {string} name Without its namespace prefix.
 * @property {Record<string, string>} attributes As written.
 * @property {Element[]} children
 * @property {string} text Of itself and its children.
 */

/** @param {string} xml */
export function parseXml(xml) {
  /** @type {Element} */
  const root = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (open.length > BOUNDS.depth) throw documentError("damaged", "the XML is nested too deeply");
        const element = { name: localName(name), attributes, children: [], text: "" };
        open.at(-1)?.children.push(element);
        open.push(element);
      },
      ontext(text) {
        const last = open.at(-1);
        if (last) last.text += text;
      },
      onclosetag() {
        const closed = open.pop();
        const around = open.at(-1);
        if (closed && around) around.text += closed.text;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(xml);
  parser.end();
  return root;
}

/**
 * All elements of a name, in the order of the file.
 * @param {Element} element
 * @param {string} name
 * @returns {Element[]}
 */
export function all(element, name) {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
}

/**
 * @param {Element} element
 * @param {string} name
 */
export function first(element, name) {
  return all(element, name).at(0);
}

/** @param {string} name */
export function localName(name) {
  return name.slice(name.indexOf(":") + 1);
}
