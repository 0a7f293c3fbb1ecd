/** Text from outside: shared with the page, opened as a file, in the URL, or on the clipboard. */
import { HanvoxError } from "../lib/shared/errors.js";
import { LIMITS } from "../lib/shared/limits.js";
import { words } from "./language/language.js";

// GB18030 and UTF-8 use up to four bytes per character.
const MAX_FILE_BYTES = 4 * LIMITS.text;

const BASE = new URL("../", import.meta.url).href;

/**
 * @typedef {object} Target
 * @property {(text: string, note: string) => void} ontext `note`: a remark about the text, or empty.
 * @property {(error: unknown) => void} onerror
 */

/**
 * Reads what the page was opened with, once, and files as they arrive.
 * @param {Target} target
 */
export async function takeShared(target) {
  const query = new URLSearchParams(location.search);
  takeFiles(target);
  forget();
  try {
    if (query.has("text")) target.ontext(query.get("text") ?? "", "");
    if (query.has("shared")) await takeForm(target);
    if (query.has("clipboard")) await takeClipboard(target);
  } catch (error) {
    target.onerror(error);
  }
}

/** A reload must not overwrite what was typed since with the same text. */
function forget() {
  const url = new URL(location.href);
  for (const name of ["text", "shared", "clipboard", "open"]) url.searchParams.delete(name);
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

/** The form that the service worker has stored (www/sw.js). @param {Target} target */
async function takeForm({ ontext }) {
  const name = `hanvox-shared ${BASE}`;
  const kept = await caches.match(new URL("share", BASE).href, { cacheName: name });
  if (!kept) return;
  const form = await kept.formData();
  await caches.delete(name);
  const [file] = form.getAll("files").filter((entry) => entry instanceof File);
  if (file) return takeFile(file, ontext);
  const field = (/** @type {string} */ name) => String(form.get(name) ?? "").trim();
  ontext(sharedText({ title: field("title"), text: field("text"), url: field("url") }), "");
}

/**
 * The part of a share to speak: a URL only if there is nothing else.
 * @param {{title: string, text: string, url: string}} share
 */
export function sharedText({ title, text, url }) {
  if (title && text && !text.startsWith(title)) return `${title}\n${text}`;
  return text || title || url;
}

/** @param {Target} target */
async function takeClipboard({ ontext }) {
  try {
    ontext(await navigator.clipboard.readText(), "");
  } catch {
    // Some browsers require a user gesture first, or are set to deny access.
    ontext("", words.paste);
  }
}

/** Files that the system opens with the installed page. @param {Target} target */
function takeFiles({ ontext, onerror }) {
  const { launchQueue } = /** @type {{launchQueue?: {setConsumer: (take: (launch: Launch) => void) => void}}} */ (
    /** @type {unknown} */ (globalThis)
  );
  launchQueue?.setConsumer(async ({ files = [] }) => {
    try {
      if (files.length > 0) await takeFile(await files[0].getFile(), ontext);
    } catch (error) {
      onerror(error);
    }
  });
}

/** @typedef {{files?: readonly FileSystemFileHandle[]}} Launch */

/**
 * @param {File} file
 * @param {Target["ontext"]} ontext
 */
async function takeFile(file, ontext) {
  const context = { bytes: file.size };
  if (file.size > MAX_FILE_BYTES)
    throw new HanvoxError("text-too-long", `the file has more than ${MAX_FILE_BYTES} bytes`, { context });
  const { text, encoding } = decodeText(new Uint8Array(await file.arrayBuffer()));
  ontext(text, encoding === "utf-8" ? "" : words.decodedAs(encoding.toUpperCase()));
}

/**
 * Decodes a file by its byte order mark, as UTF-8 or, for older Chinese files, as GB18030.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export function decodeText(bytes) {
  for (const encoding of encodingsOf(bytes)) {
    const text = decodedAs(encoding, bytes);
    if (text !== undefined) return { text, encoding };
  }
  throw new HanvoxError("encoding-invalid", "the file is no text in UTF-8, UTF-16 with a mark, or GB18030");
}

/** @param {Uint8Array} bytes */
function encodingsOf([first, second]) {
  if (first === 0xff && second === 0xfe) return ["utf-16le"];
  if (first === 0xfe && second === 0xff) return ["utf-16be"];
  return ["utf-8", "gb18030"];
}

/**
 * @param {string} encoding
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function decodedAs(encoding, bytes) {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    // Images and the like may pass as GB18030, but hardly without a NUL.
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}
