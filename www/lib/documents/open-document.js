/**
 * Reads what people read as chapters of text: .txt, .md, .html, .epub, .docx, .pdf, .srt. The kind is known by the
 * content, and by the name only where the content does not tell. The same in a browser, a worker and Node.
 */
import { HanvoxError, throwIfCanceled } from "../shared/errors.js";
import { BOUNDS } from "./bounds.js";
import { chaptersOf, checkedChapters } from "./chapters.js";
import { documentError } from "./document-errors.js";
import { decodeDeclared } from "./encoding.js";
import { languageOf } from "./language.js";
import { plainChapters, withHeadings } from "./plain-text.js";
import { isSrt, readSrt } from "./srt.js";

/**
 * @typedef {object} TextDocument
 * @property {string} title
 * @property {string} language BCP 47, as declared or guessed; "und" if unknown.
 * @property {Blob} [cover] A JPEG, PNG, GIF or WebP.
 * @property {Chapter[]} chapters At least one, none without text.
 * @property {string} [encoding] Of a file that is text as a whole.
 * @property {number} [replaced] How many characters of it could not be decoded.
 */

/** @typedef {import("./chapters.js").Chapter} Chapter */

/**
 * @typedef {object} OpenOptions
 * @property {AbortSignal} [signal]
 * @property {(progress: {loaded: number, total: number}) => void} [onprogress] Files of a book or pages.
 */

/** @typedef {Partial<Omit<TextDocument, "chapters">> & {chapters: Chapter[]}} Read */

// Names and what is in the files, where the content alone does not tell.
const EXTENSIONS = /** @type {Record<string, "html" | "markdown" | "srt">} */ ({
  ...{ html: "html", htm: "html", xhtml: "html" },
  ...{ md: "markdown", markdown: "markdown" },
  srt: "srt",
});

/**
 * Errors are `document-unsupported` or `document-corrupt`, with the reason in `context.reason` (document-errors.js),
 * `encoding-invalid` for a file that is named as a text, or `canceled`.
 * @param {Blob} file In Node: `fs.openAsBlob(path)`.
 * @param {string} name Of the file; its title if there is no other.
 * @param {OpenOptions} [options]
 * @returns {Promise<TextDocument>}
 */
export async function openDocument(file, name, options = {}) {
  try {
    const read = await readDocument(file, name, options);
    const title = read.title || nameOf(name);
    const chapters = checkedChapters(read.chapters);
    const titled = chapters.map(({ title: own, text }) => ({ title: own || title, text }));
    return { ...read, title, language: languageOf(read.language, chapters[0].text), chapters: titled };
  } catch (cause) {
    const error = cause instanceof HanvoxError ? cause : documentError("damaged", "the file can't be read", { cause });
    error.context.document ??= name;
    throw error;
  }
}

/**
 * @param {Blob} file
 * @param {string} name
 * @param {OpenOptions} options
 * @returns {Promise<Read>}
 */
async function readDocument(file, name, options) {
  throwIfCanceled(options.signal);
  if (file.size > BOUNDS.file) throw documentError("too-large", `the file has ${file.size} bytes`);
  const head = await headOf(file);
  if (head.startsWith("PK")) return readPackage(file, options);
  // Some writers put a few bytes before it.
  if (head.includes("%PDF-")) return readPdfFile(file, options);
  if (file.size > BOUNDS.text) throw documentError("too-large", `the text has ${file.size} bytes`);
  return readText(new Uint8Array(await file.arrayBuffer()), head, name);
}

/**
 * @param {Blob} file
 * @param {OpenOptions} options
 * @returns {Promise<Read>}
 */
async function readPackage(file, { signal, onprogress = () => {} }) {
  const { Package } = await import("./package.js");
  const book = await Package.open(file, signal);
  if (book.has("META-INF/container.xml")) {
    const { readEpub } = await import("./epub.js");
    return readEpub(book, onprogress);
  }
  const { readDocx } = await import("./docx.js");
  const { blocks, ...rest } = await readDocx(book);
  return { ...rest, chapters: chaptersOf(withHeadings(blocks), rest.title) };
}

/**
 * @param {Blob} file
 * @param {OpenOptions} options
 * @returns {Promise<Read>}
 */
async function readPdfFile(file, { signal, onprogress = () => {} }) {
  const { readPdf } = await import("./pdf.js");
  const read = await readPdf(file, { signal, onprogress });
  if (read.chapters.length !== 1) return read;
  return { ...read, chapters: plainChapters(read.chapters[0].text, "") };
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} head
 * @param {string} name
 * @returns {Promise<Read>}
 */
async function readText(bytes, head, name) {
  const kind = textKind(head, name);
  const { text, encoding, replaced } = decoded(bytes, name, kind === "html" ? charsetOf(head) : undefined);
  if (kind === "srt" || isSrt(text)) return { chapters: [{ title: "", text: readSrt(text) }], encoding, replaced };
  if (kind === undefined) return { chapters: plainChapters(text, ""), encoding, replaced };
  const { title, blocks, language } = await marked(kind, text);
  return { title, language, encoding, replaced, chapters: chaptersOf(withHeadings(blocks), title) };
}

/**
 * @param {"html" | "markdown"} kind
 * @param {string} text
 * @returns {Promise<{title: string, language?: string, blocks: import("./chapters.js").Block[]}>}
 */
async function marked(kind, text) {
  if (kind === "html") return (await import("./html.js")).readHtml(text);
  return (await import("./markdown.js")).readMarkdown(text);
}

/**
 * @param {string} head
 * @param {string} name
 */
function textKind(head, name) {
  if (/^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?<(!doctype html|html)\b/i.test(head)) return "html";
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : undefined;
}

/** @param {string} head */
function charsetOf(head) {
  return /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} name
 * @param {string | undefined} charset
 */
function decoded(bytes, name, charset) {
  try {
    return decodeDeclared(bytes, charset);
  } catch (cause) {
    // Only of a file that is named as a text is the encoding what is wrong.
    if (/\.(txt|text|md|markdown|html?|xhtml|srt)$/i.test(name)) throw cause;
    throw documentError("format", "the file is of no kind that can be read", { cause });
  }
}

/** The first bytes, each as a character. @param {Blob} file */
async function headOf(file) {
  return new TextDecoder("latin1").decode(await file.slice(0, 1024).arrayBuffer());
}

/** @param {string} name */
function nameOf(name) {
  const file = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  return file.replace(/\.[a-z0-9]{1,8}$/i, "") || file;
}
