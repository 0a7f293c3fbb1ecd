/** Text from outside: shared with the page, opened as a file, in the URL, or on the clipboard. */
import { words } from "./language/language.js";

const BASE = new URL("../", import.meta.url).href;

/**
 * @typedef {object} Target
 * @property {(text: string, note: string) => void} ontext `note`: a remark about the text, or empty.
 * @property {(files: File[]) => Promise<void>} onfiles
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
async function takeForm({ ontext, onfiles }) {
  const name = `hanvox-shared ${BASE}`;
  const kept = await caches.match(new URL("share", BASE).href, { cacheName: name });
  if (!kept) return;
  const form = await kept.formData();
  await caches.delete(name);
  const files = form.getAll("files").filter((entry) => entry instanceof File);
  if (files.length > 0) return onfiles(files);
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
function takeFiles({ onfiles, onerror }) {
  const { launchQueue } = /** @type {{launchQueue?: {setConsumer: (take: (launch: Launch) => void) => void}}} */ (
    /** @type {unknown} */ (globalThis)
  );
  launchQueue?.setConsumer(async ({ files = [] }) => {
    try {
      if (files.length > 0) await onfiles(await Promise.all(files.map((file) => file.getFile())));
    } catch (error) {
      onerror(error);
    }
  });
}

/** @typedef {{files?: readonly FileSystemFileHandle[]}} Launch */
