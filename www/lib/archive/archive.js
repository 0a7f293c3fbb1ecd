/**
 * Reads voices from a zip, a .tar.gz, a .tar or the files of a folder. Everything is checked (names, kinds, sizes,
 * the end) before the first file is returned. The same in a browser and in Node.
 */
import { HanvoxError, throwIfCanceled } from "../shared/errors.js";
import { BOUNDS, voiceFiles } from "./archive-rules.js";
import { bytesOf, piecesOf } from "./blob-bytes.js";
import { gunzipped } from "./inflate.js";
import { archiveError } from "./archive-errors.js";
import { isTarHeader, tarEntries } from "./tar.js";
import { listZip, readZipEntry } from "./zip.js";

/** @typedef {{path: string, bytes: Uint8Array<ArrayBuffer>}} VoiceEntry */

/**
 * @typedef {object} ReadOptions
 * @property {AbortSignal} [signal]
 * @property {(progress: {loaded: number, total: number}) => void} [onprogress] Unpacked bytes.
 */

/** @typedef {{signal?: AbortSignal, onbytes: (count: number) => void}} FileOptions */

/**
 * The files of a voice in an archive. Errors are coded (`voice-corrupt`, `voice-unsupported`, `voice-missing`,
 * `option-invalid`, `canceled`), with the reason in `context.reason`: see archive-errors.js.
 * @param {Blob | AsyncIterable<Uint8Array>} file In Node: `fs.openAsBlob(path)`.
 * @param {string} name For messages; the kind is detected from the content.
 * @param {ReadOptions} [options]
 * @returns {AsyncGenerator<VoiceEntry, void, void>}
 */
export async function* readArchive(file, name, options = {}) {
  yield* coded(name, async function* () {
    const blob = await asBlob(file, options.signal);
    if (blob.size > BOUNDS.archive) throw archiveError("too-large", `the archive has ${blob.size} bytes`);
    const kind = kindOf(await bytesOf(blob, 0, 512));
    if (kind === "zip") return yield* fromZip(blob, options);
    if (kind !== "other") return yield* fromTar(blob, kind, options);
    throw archiveError("format", blob.size === 0 ? "the file is empty" : "the file is neither zip nor tar");
  });
}

/**
 * The files of a voice in a chosen or dropped folder.
 * @param {{path: string, file: Blob}[]} list
 * @param {ReadOptions} [options]
 * @returns {AsyncGenerator<VoiceEntry, void, void>}
 */
export async function* readFolder(list, options = {}) {
  yield* coded("the folder", async function* () {
    const entries = list.map(({ path, file }) => ({
      ...{ name: path, kind: /** @type {const} */ ("file"), bytes: file.size, file },
    }));
    const files = voiceFiles(entries);
    yield* read(files, options, async ({ file, bytes }, { onbytes }) => {
      const content = await bytesOf(file, 0, bytes);
      onbytes(bytes);
      return content;
    });
  });
}

/**
 * The voice's files among those dropped or chosen.
 * @param {import("./drop-input.js").PlacedFile[]} files
 * @param {ReadOptions} [options]
 */
export function readFiles(files, options) {
  const [first] = files;
  const archive = files.length === 1 && !first.path.includes("/");
  return archive ? readArchive(first.file, first.file.name, options) : readFolder(files, options);
}

/**
 * @param {Blob} blob
 * @param {ReadOptions} options
 */
async function* fromZip(blob, options) {
  const files = voiceFiles(await listZip(blob));
  yield* read(files, options, (entry, { signal, onbytes }) => readZipEntry(blob, entry, { signal, onbytes }));
}

/**
 * Two passes over the file: the first keeps only the names.
 * @param {Blob} blob
 * @param {"tar" | "gzip"} kind
 * @param {ReadOptions} options
 */
async function* fromTar(blob, kind, options) {
  const pieces = () => {
    const raw = piecesOf(blob, { signal: options.signal });
    return kind === "gzip" ? gunzipped(raw) : raw;
  };
  const entries = [];
  for await (const { name, kind, bytes } of tarEntries(pieces()))
    entries.push({ name, kind, bytes, at: entries.length });
  const files = voiceFiles(entries);
  const paths = new Map(files.map(({ path, entry }) => [entry.at, path]));
  const counted = counter(files, options);
  let at = 0;
  for await (const entry of tarEntries(pieces())) {
    const path = paths.get(at++);
    if (path === undefined) continue;
    const bytes = await entry.content();
    counted(bytes.length);
    yield { path, bytes };
  }
}

/**
 * @template {import("./archive-rules.js").Entry} E
 * @param {{path: string, entry: E}[]} files
 * @param {ReadOptions} options
 * @param {(entry: E, options: FileOptions) => Promise<Uint8Array<ArrayBuffer>>} contentOf
 */
async function* read(files, options, contentOf) {
  const { signal } = options;
  const onbytes = counter(files, options);
  for (const { path, entry } of files) {
    throwIfCanceled(signal);
    yield { path, bytes: await contentOf(entry, { signal, onbytes }) };
  }
}

/**
 * @param {{entry: {bytes: number}}[]} files
 * @param {ReadOptions} options
 * @returns {(count: number) => void}
 */
function counter(files, { onprogress }) {
  const total = files.reduce((sum, { entry }) => sum + entry.bytes, 0);
  let loaded = 0;
  return (count) => onprogress?.({ loaded: (loaded += count), total });
}

/**
 * @param {Uint8Array} start
 * @returns {"zip" | "gzip" | "tar" | "other"}
 */
function kindOf(start) {
  // "PK" and the signature of an entry, of an empty archive's end, or of a split archive.
  if (start[0] === 0x50 && start[1] === 0x4b && [3, 5, 7].includes(start[2])) return "zip";
  if (start[0] === 0x1f && start[1] === 0x8b) return "gzip";
  return isTarHeader(start) ? "tar" : "other";
}

/**
 * @param {Blob | AsyncIterable<Uint8Array>} file
 * @param {AbortSignal} [signal]
 */
async function asBlob(file, signal) {
  if (file instanceof Blob) return file;
  const parts = [];
  let size = 0;
  for await (const part of file) {
    throwIfCanceled(signal);
    size += part.length;
    if (size > BOUNDS.archive) throw archiveError("too-large", `the archive has more than ${BOUNDS.archive} bytes`);
    parts.push(new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (part)]));
  }
  return new Blob(parts);
}

/**
 * Gives every error a code and the file's name.
 * @template T
 * @param {string} name
 * @param {() => AsyncGenerator<T, void, void>} reading
 */
async function* coded(name, reading) {
  try {
    yield* reading();
  } catch (cause) {
    const error =
      cause instanceof HanvoxError ? cause : archiveError("content", "the archive could not be read", { cause });
    error.context.archive ??= name;
    throw error;
  }
}
