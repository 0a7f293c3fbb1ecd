/**
 * What was dropped on a page or chosen in an input: one archive, or the files of a folder. For browsers. A page loads
 * it on every visit, so it imports no decompression code.
 */
import { BOUNDS } from "./archive-rules.js";
import { archiveError } from "./archive-errors.js";

/** @typedef {{path: string, file: File}} PlacedFile */

/** Whether a drag holds files, and not text or a link. @param {DataTransfer | null} data */
export function holdsFiles(data) {
  return data?.types.includes("Files") ?? false;
}

/**
 * The files of a drop. Call it before any `await`: the browser forgets the drop after that.
 * @param {DataTransfer} data
 * @returns {Promise<PlacedFile[]>} Paths start with the name of the dropped item.
 */
export function droppedFiles(data) {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...data.files].map((file) => ({ path: file.name, file }));
  // Without entries (a drop made by a script), folders can't be read.
  return entries.every((entry) => entry === null) ? Promise.resolve(files) : filesUnder(entries);
}

/** @param {HTMLInputElement} input With `multiple` or `webkitdirectory`. */
export function chosenFiles(input) {
  return [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * @param {(FileSystemEntry | null)[]} entries
 * @returns {Promise<PlacedFile[]>}
 */
async function filesUnder(entries) {
  const waiting = [...entries];
  const files = [];
  for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
    if (entry?.isFile) files.push(await placedFile(/** @type {FileSystemFileEntry} */ (entry)));
    if (entry?.isDirectory) waiting.push(...(await childrenOf(/** @type {FileSystemDirectoryEntry} */ (entry))));
    // Perhaps a home folder dropped by mistake.
    if (files.length + waiting.length > BOUNDS.entries)
      throw archiveError("entries", `there are more than ${BOUNDS.entries} files in the folder`);
  }
  return files;
}

/** @param {FileSystemFileEntry} entry */
async function placedFile(entry) {
  const file = await /** @type {Promise<File>} */ (settled((resolve, reject) => entry.file(resolve, reject)));
  return { path: entry.fullPath.replace(/^\//, ""), file };
}

/** @param {FileSystemDirectoryEntry} folder */
async function childrenOf(folder) {
  const reader = folder.createReader();
  const children = [];
  for (;;) {
    const some = /** @type {FileSystemEntry[]} */ (
      await settled((resolve, reject) => reader.readEntries(resolve, reject))
    );
    // Browsers return a hundred at a time.
    if (some.length === 0 || children.length > BOUNDS.entries) return children;
    children.push(...some);
  }
}

/**
 * @template T
 * @param {(resolve: (value: T) => void, reject: (error: Error) => void) => void} work
 * @returns {Promise<T>}
 */
function settled(work) {
  return new Promise(work).catch((cause) => {
    throw archiveError("unreadable", "the folder could not be read", { cause });
  });
}
