/**
 * Voices in Node: in folders on disk, and in the cache, where they are downloaded or imported to. All of them
 * are verified on every read.
 */
import { join } from "node:path";
import { HanvoxError } from "../shared/errors.js";
import { isVoiceId } from "../store/manifest.js";
import { checkManifest } from "./node-engine.js";
import { firstVoiceFolder, listFolder, readVoice } from "./node-folders.js";
import { cacheFolder } from "./folder-cache.js";
import { FolderLocks } from "./folder-locks.js";
import { openFolderBackend } from "./folder-backend.js";
import { folderStorage } from "./folder-storage.js";
import { VoiceStore as Store } from "../store/voice-store.js";

/** @typedef {import("../store/assembler.js").LoadedVoice} LoadedVoice */

/**
 * @typedef {object} Places
 * @property {string} base The package's folder.
 * @property {string} [voices] A folder of voices.
 */

/**
 * @typedef {import("../shared/protocol.js").ListedVoice & {bytes: number, path: string, place: "folder" | "cache" | "package",
 *   whole: boolean, fault?: import("./node-folders.js").FolderFault}} PlacedVoice `whole`: whether its download is complete,
 *   and its manifest can be used; if not, `fault` says why.
 */

/** A store of voices, each of which the engine can load. */
export class VoiceStore extends Store {
  /** @param {import("../store/voice-store.js").GivenParts} parts */
  constructor(parts) {
    super({ check: checkManifest, ...parts });
  }
}

/**
 * The store in this machine's cache folder.
 * @param {Partial<import("../store/voice-store.js").StoreParts>} [parts] Override its own.
 */
export function openNodeStore(parts = {}) {
  const folder = cacheFolder();
  return new VoiceStore({
    locks: new FolderLocks(folder),
    storage: folderStorage(folder),
    backend: async () => openFolderBackend(folder),
    ...parts,
  });
}

/**
 * The voice in a folder, by path; or by id, looked up in the given folders, the cache and the package, and
 * else downloaded from the sources and kept in the cache. A cached voice is used as it is: only damaged parts
 * come from the sources; a newer version is fetched only on request.
 * @param {string} voice
 * @param {Places & import("../store/voice-store.js").LoadOptions} options
 * @returns {Promise<LoadedVoice>}
 */
export async function loadVoice(voice, { base, voices, ...options }) {
  if (!isVoiceId(voice)) return (await fromFolders([voice], voice)) ?? missing(voice, [voice]);
  const named = namedFolders(voices).map((folder) => join(folder, voice));
  const own = await fromFolders(named, voice);
  if (own) return own;
  if (await isKept(voice, options)) return loadKept(voice, options);
  const ofPackage = join(base, "voices", voice);
  const packed = await fromFolders([ofPackage], voice);
  if (packed) return packed;
  if (options.sources.length > 0) return openNodeStore().load(voice, options);
  return missing(voice, [...named, cacheFolder(), ofPackage]);
}

/**
 * Lists the voices on this machine, in lookup order. One that can't be used is listed with its fault.
 * @param {Places & {check?: import("../store/manifest.js").Check}} places
 * @returns {Promise<PlacedVoice[]>}
 */
export async function listVoices({ base, voices, check = checkManifest }) {
  /** @type {PlacedVoice[]} */
  const here = [];
  for (const folder of namedFolders(voices)) here.push(...(await placed("folder", folder, check)));
  const cache = cacheFolder();
  for (const voice of await openNodeStore().list()) here.push({ ...voice, path: cache, place: "cache" });
  here.push(...(await placed("package", join(base, "voices"), check)));
  return here;
}

/**
 * Whether the cache has the voice, even if damaged.
 * @param {string} voice
 * @param {{onprogress?: (progress: import("../shared/protocol.js").Progress) => void}} [options]
 */
export async function isKept(voice, { onprogress } = {}) {
  if (!isVoiceId(voice)) return false;
  try {
    return (await openFolderBackend(cacheFolder()).manifest(voice)) !== undefined;
  } catch (thrown) {
    const error = HanvoxError.from(thrown);
    if (error.code === "voice-corrupt") return true;
    onprogress?.({ status: "warning", error: error.toJSON() });
    return false;
  }
}

/**
 * Like the store's `verify`, but also handles a damaged manifest.
 * @param {string} voice
 * @returns {Promise<{id: string, ok: boolean, faults: {file: string, chunk?: number}[]}>}
 */
export async function verifyKept(voice) {
  if (await hasManifest(voice)) return openNodeStore().verify(voice);
  return { id: voice, ok: false, faults: [{ file: "voice.json" }] };
}

/**
 * Like the store's `repair`, but also handles a damaged manifest: fetches it from the sources and keeps the blocks.
 * @param {string} voice
 * @param {import("../store/voice-store.js").LoadOptions} options
 * @returns {Promise<{refetched: number}>}
 */
export async function repairKept(voice, options) {
  const store = openNodeStore();
  if (!(await hasManifest(voice))) await store.load(voice, options);
  return store.repair(voice, options);
}

/**
 * Whether a cached voice's manifest is intact.
 * @param {string} voice
 */
async function hasManifest(voice) {
  try {
    await openFolderBackend(cacheFolder()).manifest(voice);
    return true;
  } catch (thrown) {
    if (HanvoxError.from(thrown).code === "voice-corrupt") return false;
    throw thrown;
  }
}

/**
 * @param {string} voice
 * @param {import("../store/voice-store.js").LoadOptions} options
 */
async function loadKept(voice, options) {
  const store = openNodeStore();
  try {
    // Reports a damaged manifest as such, even if no source can replace it.
    await openFolderBackend(cacheFolder()).manifest(voice);
    return await store.load(voice, { ...options, sources: [] });
  } catch (thrown) {
    const { code } = HanvoxError.from(thrown);
    if (code === "canceled" || options.sources.length === 0) throw thrown;
    return store.load(voice, options);
  }
}

/**
 * @param {string[]} folders
 * @param {string} voice
 * @returns {Promise<LoadedVoice | undefined>}
 */
async function fromFolders(folders, voice) {
  const folder = await firstVoiceFolder(folders);
  if (folder === undefined) return undefined;
  return { ...(await readVoice(folder, voice)), fromCache: true, downloaded: 0 };
}

/**
 * @param {string} voice
 * @param {string[]} looked Paths.
 * @returns {never}
 */
function missing(voice, looked) {
  throw new HanvoxError("unknown-voice", `there is no voice "${voice}"`, { context: { voice, looked } });
}

/**
 * @param {"folder" | "package"} place
 * @param {string} folder
 * @param {import("../store/manifest.js").Check} check
 * @returns {Promise<PlacedVoice[]>}
 */
async function placed(place, folder, check) {
  return (await listFolder(folder, check)).map((voice) => ({ ...voice, place, whole: voice.fault === undefined }));
}

/** @param {string} [voices] */
function namedFolders(voices) {
  return [voices, process.env.HANVOX_VOICES].flatMap((folder) => folder || []);
}
