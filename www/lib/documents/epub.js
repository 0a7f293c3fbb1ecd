/** EPUB 2 and 3: the files of the spine in their order, divided by the table of contents. */
import { BOUNDS } from "./bounds.js";
import { textOf } from "./chapters.js";
import { documentError } from "./document-errors.js";
import { readHtml } from "./html.js";
import { all, first, parseXml } from "./xml.js";

/** @typedef {import("./package.js").Package} Package */
/** @typedef {import("./xml.js").Element} Element */
/** @typedef {{id: string, path: string, type: string, properties: string}} Item */
/** @typedef {{title: string, path: string, anchor: string}} TocEntry */

// Only what every browser shows as a picture, and what holds no scripts.
const PICTURES = ["image/jpeg", "image/png", "image/gif", "image/webp"];
// Hides fonts, not text.
const OF_FONTS = /idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC/;

/**
 * @param {Package} book
 * @param {(progress: {loaded: number, total: number}) => void} onprogress
 */
export async function readEpub(book, onprogress) {
  const base = await packagePath(book);
  const root = parseXml(await book.text(base));
  const items = itemsOf(root, base);
  const spine = spineOf(root, items);
  await checkProtection(book, spine);
  const title = first(root, "title")?.text.trim() ?? "";
  const toc = await tocOf(book, root, items);
  const chapters = new Chapters(toc, title);
  for (const [place, { path }] of spine.entries()) {
    if (book.has(path)) chapters.add(path, readHtml(await book.text(path), { xml: true }));
    onprogress({ loaded: place + 1, total: spine.length });
  }
  const cover = await coverOf(book, root, items);
  return { title, language: first(root, "language")?.text, cover, chapters: chapters.list() };
}

/** Where the description of the book is. @param {Package} book */
async function packagePath(book) {
  const container = parseXml(await book.text("META-INF/container.xml"));
  const path = first(container, "rootfile")?.attributes["full-path"];
  if (!path) throw documentError("damaged", "the book does not say where its contents are");
  return path;
}

/**
 * @param {Element} root
 * @param {string} base
 * @returns {Item[]}
 */
function itemsOf(root, base) {
  const manifest = first(root, "manifest");
  return (manifest?.children ?? []).map(({ attributes }) => ({
    id: attributes.id ?? "",
    path: resolved(attributes.href ?? "", base).path,
    type: attributes["media-type"] ?? "",
    properties: attributes.properties ?? "",
  }));
}

/**
 * @param {Element} root
 * @param {Item[]} items
 */
function spineOf(root, items) {
  const byId = new Map(items.map((item) => [item.id, item]));
  const spine = (first(root, "spine")?.children ?? []).filter(({ name }) => name === "itemref");
  // What is not linear is reached by a link only: notes, large pictures.
  const linear = spine.filter(({ attributes }) => attributes.linear !== "no");
  const listed = (linear.length > 0 ? linear : spine).flatMap(({ attributes }) => byId.get(attributes.idref) ?? []);
  const files = listed.filter(({ type, properties }) => /html/.test(type) && !/\bnav\b/.test(properties));
  if (files.length === 0) throw documentError("no-text", "the book lists no text");
  return files;
}

/**
 * @param {Package} book
 * @param {Item[]} spine
 */
async function checkProtection(book, spine) {
  const path = "META-INF/encryption.xml";
  if (!book.has(path)) return;
  const texts = new Set(spine.map(({ path }) => path));
  for (const data of all(parseXml(await book.text(path)), "EncryptedData")) {
    if (OF_FONTS.test(first(data, "EncryptionMethod")?.attributes.Algorithm ?? "")) continue;
    const uri = first(data, "CipherReference")?.attributes.URI ?? "";
    if (texts.has(resolved(uri, "").path)) throw documentError("protected", "the book is protected against copying");
  }
}

/**
 * The table of contents: the navigation document of EPUB 3, or the NCX of EPUB 2.
 * @param {Package} book
 * @param {Element} root
 * @param {Item[]} items
 * @returns {Promise<TocEntry[]>}
 */
async function tocOf(book, root, items) {
  const nav = items.find(({ properties }) => /\bnav\b/.test(properties));
  if (nav && book.has(nav.path)) {
    const entries = navEntries(parseXml(await book.text(nav.path)), nav.path);
    if (entries.length > 0) return entries;
  }
  const id = first(root, "spine")?.attributes.toc;
  const ncx = items.find((item) => item.id === id || item.type === "application/x-dtbncx+xml");
  return ncx && book.has(ncx.path) ? ncxEntries(parseXml(await book.text(ncx.path)), ncx.path) : [];
}

/**
 * @param {Element} root
 * @param {string} base
 */
function navEntries(root, base) {
  const navs = all(root, "nav");
  const toc = navs.find(({ attributes }) => /\btoc\b/.test(attributes["epub:type"] ?? "")) ?? navs[0];
  const links = toc ? all(toc, "a") : [];
  return links.map(({ attributes, text }) => entryOf(text, attributes.href ?? "", base));
}

/**
 * @param {Element} root
 * @param {string} base
 */
function ncxEntries(root, base) {
  return all(root, "navPoint").map((point) => {
    const label = point.children.find(({ name }) => name === "navLabel");
    const content = point.children.find(({ name }) => name === "content");
    return entryOf(label?.text ?? "", content?.attributes.src ?? "", base);
  });
}

/**
 * @param {string} title
 * @param {string} href
 * @param {string} base
 * @returns {TocEntry}
 */
function entryOf(title, href, base) {
  return { title: title.replace(/\s+/g, " ").trim(), ...resolved(href, base) };
}

/**
 * The path in the file that a link leads to.
 * @param {string} href
 * @param {string} base The path of the file that has the link.
 */
function resolved(href, base) {
  try {
    const { pathname, hash } = new URL(href, new URL(encodeURI(base), "http://book.invalid/"));
    return { path: decodeURIComponent(pathname.slice(1)), anchor: decodeURIComponent(hash.slice(1)) };
  } catch {
    // A link that leads nowhere is no reason to refuse the book.
    return { path: "", anchor: "" };
  }
}

/**
 * @param {Package} book
 * @param {Element} root
 * @param {Item[]} items
 */
async function coverOf(book, root, items) {
  const named = all(root, "meta").find(({ attributes }) => attributes.name === "cover")?.attributes.content;
  const item =
    items.find(({ properties }) => /\bcover-image\b/.test(properties)) ?? items.find(({ id }) => id === named);
  if (!item || !PICTURES.includes(item.type) || !book.has(item.path)) return undefined;
  const bytes = await book.bytes(item.path);
  return bytes.length <= BOUNDS.cover ? new Blob([bytes], { type: item.type }) : undefined;
}

/** Puts together the chapters: each begins where the table of contents says or, without one, with a file. */
class Chapters {
  /** Titles by path and anchor. @type {Map<string, string>} */ #titles = new Map();
  #usual;
  /** @type {{title: string, blocks: import("./chapters.js").Block[]}[]} */ #parts = [];

  /**
   * @param {TocEntry[]} toc
   * @param {string} title Of what comes before the first chapter.
   */
  constructor(toc, title) {
    for (const { title, path, anchor } of toc) {
      const key = `${path}#${anchor}`;
      if (!this.#titles.has(key)) this.#titles.set(key, title);
    }
    this.#usual = title;
  }

  /**
   * @param {string} path
   * @param {import("./html.js").HtmlText} file
   */
  add(path, { title, blocks }) {
    const heading = blocks.find(({ level }) => level > 0)?.text;
    const whole = this.#titles.size === 0 ? (heading ?? title) : this.#titles.get(`${path}#`);
    if (whole !== undefined || this.#parts.length === 0) this.#begin(whole ?? heading ?? this.#usual);
    for (const block of blocks) {
      for (const anchor of block.anchors) {
        const found = this.#titles.get(`${path}#${anchor}`);
        if (found !== undefined) this.#begin(found);
      }
      this.#parts.at(-1)?.blocks.push({ text: block.text, level: block.level });
    }
  }

  list() {
    return this.#parts
      .map(({ title, blocks }) => ({ title: title || this.#usual, text: textOf(blocks) }))
      .filter(({ text }) => text !== "");
  }

  /** @param {string} title */
  #begin(title) {
    this.#parts.push({ title, blocks: [] });
  }
}
