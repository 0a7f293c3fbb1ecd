/** Imports a voice from the user's files: all of it or nothing. */
import { HanvoxError, throwIfCanceled } from "../shared/errors.js";
import { MAX_VOICE_BYTES, checkedManifest, corrupt } from "./manifest.js";
import { Assembly, damaged } from "./assembly.js";
import { requireQuota } from "./quota.js";
import { soundBlock } from "./verify.js";

/** @typedef {import("./backend.js").Backend} Backend */
/** @typedef {import("./manifest.js").Manifest} Manifest */
/** @typedef {import("./manifest.js").VoiceFile} VoiceFile */

/** @typedef {{path: string, bytes: Uint8Array}} Entry */
/** @typedef {AsyncIterable<Entry> | Iterable<Entry>} Entries */
/** @typedef {{manifest: Manifest, text: string, assemblies: Assembly[]}} ReadVoice */

const MANIFEST = "voice.json";
// A voice has at most 100 files; a folder may hold other files too.
const MAX_ENTRIES = 1000;

/**
 * Reads the voice from the entries and verifies every file; ignores entries that the manifest doesn't name.
 * @param {Entries} entries `voice.json` may be in a folder, with the files beside it.
 * @param {import("./manifest.js").Check} check
 * @param {AbortSignal} [signal]
 * @returns {Promise<ReadVoice>}
 */
export async function readEntries(entries, check, signal) {
  const files = await gather(entries, signal);
  const at = manifestPath([...files.keys()]);
  const folder = at.slice(0, -MANIFEST.length);
  const text = textOf(files.get(at));
  const manifest = await checkedManifest(text, check);
  const assemblies = [];
  for (const file of manifest.files) {
    throwIfCanceled(signal);
    assemblies.push(await assemble(manifest.id, file, files.get(`${folder}${file.path}`)));
    // The assembly has a copy; don't hold the voice in memory twice.
    files.delete(`${folder}${file.path}`);
  }
  return { manifest, text, assemblies };
}

/**
 * Stores a voice; on failure, removes everything stored so far.
 * @param {Backend} backend
 * @param {ReadVoice} voice
 * @param {object} options
 * @param {import("./quota.js").Storage} [options.storage]
 * @param {AbortSignal} [options.signal]
 * @param {(file: VoiceFile, count: number) => void} options.onbytes
 */
export async function putVoice(backend, { manifest: { id, files }, text, assemblies }, { storage, signal, onbytes }) {
  await requireQuota(
    storage,
    files.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  /** @type {{file: string, index: number}[]} */ const put = [];
  try {
    for (const assembly of assemblies) {
      for (const [index, sha256] of assembly.sha256s.entries()) {
        throwIfCanceled(signal);
        const bytes = assembly.block(index);
        if (!(await soundBlock(backend, id, assembly.file, index))) {
          put.push({ file: assembly.file.sha256, index });
          await backend.putBlock(id, assembly.file.sha256, index, bytes, sha256);
        }
        onbytes(assembly.file, bytes.length);
      }
    }
    await backend.commit(
      id,
      text,
      files.map((file) => file.sha256),
    );
  } catch (error) {
    for (const { file, index } of put) await backend.dropBlock(id, file, index).catch(() => {});
    throw error;
  }
}

/**
 * @param {Entries} entries
 * @param {AbortSignal} [signal]
 */
async function gather(entries, signal) {
  const files = new Map();
  let total = 0;
  for await (const { path, bytes } of entries) {
    throwIfCanceled(signal);
    total += bytes.length;
    if (total > MAX_VOICE_BYTES) throw refused(`it has more than ${MAX_VOICE_BYTES} bytes`);
    if (files.size >= MAX_ENTRIES) throw refused(`it has more than ${MAX_ENTRIES} files`);
    files.set(path, bytes);
  }
  return files;
}

/** @param {Uint8Array} bytes */
function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const details = { context: { file: MANIFEST }, cause };
    throw new HanvoxError("voice-corrupt", "voice.json is no text in UTF-8", details);
  }
}

/** @param {string[]} paths */
function manifestPath(paths) {
  const found = paths.filter((path) => path === MANIFEST || path.endsWith(`/${MANIFEST}`));
  if (found.length === 1) return found[0];
  if (found.length > 1) throw refused(`it holds ${found.length} voices, bring one at a time`);
  const details = { context: { file: MANIFEST } };
  throw new HanvoxError("voice-missing", "what is to be imported holds no voice.json", details);
}

/**
 * @param {string} id
 * @param {VoiceFile} file
 * @param {Uint8Array | undefined} bytes
 */
async function assemble(id, file, bytes) {
  const { path } = file;
  if (!bytes) {
    const details = { context: { voice: id, file: path } };
    throw new HanvoxError("voice-missing", `${path} of voice ${id} is not in what is to be imported`, details);
  }
  if (bytes.length !== file.bytes) throw corrupt(id, path, `${bytes.length} bytes where ${file.bytes} are due`);
  const assembly = new Assembly(file);
  assembly.bytes.set(bytes);
  for (const index of assembly.missing) {
    if (!(await assembly.accept(index))) throw damaged(id, path, index);
  }
  if (!(await assembly.isRight())) throw damaged(id, path, undefined);
  return assembly;
}

/** @param {string} problem */
function refused(problem) {
  return new HanvoxError("voice-corrupt", `what is to be imported is refused: ${problem}`);
}
