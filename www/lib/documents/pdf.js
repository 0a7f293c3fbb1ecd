/** The text layer of PDF files, by pdf.js, which is loaded only here. */
import { throwIfCanceled } from "../shared/errors.js";
import { BOUNDS } from "./bounds.js";
import { documentError } from "./document-errors.js";
import { linesOf, paragraphsOf, withoutRunningLines } from "./pdf-text.js";

/** @typedef {import("./pdf-text.js").Line} Line */
/** @typedef {import("../../vendor/pdf.js").PDFDocumentProxy} Pdf */
/** @typedef {{title: string, page: number}} Bookmark */
/** @typedef {{signal?: AbortSignal, onprogress: (progress: {loaded: number, total: number}) => void}} Options */

const LIBRARY = new URL("../../vendor/", import.meta.url);
// No warnings: what is wrong with a font does not matter for its text.
const ERRORS_ONLY = 0;

/**
 * @param {Blob} blob
 * @param {Options} options
 */
export async function readPdf(blob, options) {
  const library = await import("../../vendor/pdf.js");
  const port = startWorker(library);
  const task = library.getDocument({
    data: new Uint8Array(await blob.arrayBuffer()),
    worker: port && library.PDFWorker.create({ port }),
    ...{ BinaryDataFactory: Maps, useWorkerFetch: false, cMapUrl: "pdf-cmaps/", cMapPacked: true },
    ...{ disableFontFace: true, useSystemFonts: false, isEvalSupported: false, verbosity: ERRORS_ONLY },
  });
  try {
    return await textOf(await coded(() => task.promise), options);
  } finally {
    await task.destroy();
    port?.terminate();
  }
}

/**
 * The worker of pdf.js. It would start its own, but not from within another; in Node it does without.
 * @param {typeof import("../../vendor/pdf.js")} library
 */
function startWorker({ GlobalWorkerOptions }) {
  const address = new URL("pdf.worker.js", LIBRARY);
  GlobalWorkerOptions.workerSrc = address.href;
  return address.protocol === "file:" ? undefined : new Worker(address, { type: "module" });
}

/** Reads the character maps of Chinese fonts that are not in the file, in a browser or in Node. */
class Maps {
  /** @param {{filename: string}} file */
  async fetch({ filename }) {
    const url = new URL(`pdf-cmaps/${filename}`, LIBRARY);
    if (url.protocol === "file:") return new Uint8Array(await process.getBuiltinModule("fs/promises").readFile(url));
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${filename}: the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

/**
 * @param {Pdf} pdf
 * @param {Options} options
 */
async function textOf(pdf, { signal, onprogress }) {
  if (pdf.numPages > BOUNDS.pages) throw documentError("too-large", `the file has ${pdf.numPages} pages`);
  /** @type {Line[][]} */
  const pages = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    throwIfCanceled(signal);
    pages.push(await coded(() => pageLines(pdf, number)));
    onprogress({ loaded: number, total: pdf.numPages });
  }
  const { info } = await coded(() => pdf.getMetadata());
  const { Title: title = "", Language: language } = /** @type {{Title?: string, Language?: string}} */ (info);
  return { title, language, chapters: chaptersOf(withoutRunningLines(pages), await bookmarks(pdf)) };
}

/**
 * @param {Pdf} pdf
 * @param {number} number
 */
async function pageLines(pdf, number) {
  const page = await pdf.getPage(number);
  const { items } = await page.getTextContent();
  page.cleanup();
  return linesOf(items.flatMap((item) => ("str" in item ? [item] : [])));
}

/** The outline, with the pages that it leads to. @param {Pdf} pdf */
async function bookmarks(pdf) {
  const outline = (await coded(() => pdf.getOutline())) ?? [];
  /** @type {Bookmark[]} */
  const found = [];
  for (const { title, dest } of outline) {
    const page = await pageOf(pdf, dest);
    if (page !== undefined) found.push({ title: title.trim(), page });
  }
  return found;
}

/**
 * @param {Pdf} pdf
 * @param {string | any[] | null} dest
 */
async function pageOf(pdf, dest) {
  try {
    const place = typeof dest === "string" ? await pdf.getDestination(dest) : dest;
    return place ? await pdf.getPageIndex(place[0]) : undefined;
  } catch {
    // A bookmark that leads nowhere.
    return undefined;
  }
}

/**
 * @param {Line[][]} pages
 * @param {Bookmark[]} bookmarks
 */
function chaptersOf(pages, bookmarks) {
  const starts = new Map([...bookmarks].reverse().map(({ page, title }) => [page, title]));
  /** @type {{title: string, pages: Line[][]}[]} */
  const parts = [{ title: "", pages: [] }];
  for (const [number, lines] of pages.entries()) {
    if (starts.has(number)) parts.push({ title: starts.get(number) ?? "", pages: [] });
    parts.at(-1)?.pages.push(lines);
  }
  const chapters = parts.map(({ title, pages }) => ({ title, text: paragraphsOf(pages).join("\n") }));
  return chapters.filter(({ text }) => text.trim() !== "");
}

/**
 * @template T
 * @param {() => Promise<T>} work
 */
async function coded(work) {
  try {
    return await work();
  } catch (cause) {
    const { name, message } = /** @type {Error} */ (cause);
    if (name === "PasswordException") throw documentError("protected", "the file needs a password", { cause });
    throw documentError("damaged", `the PDF can't be read: ${message}`, { cause });
  }
}
