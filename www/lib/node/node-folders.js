/** Voices in folders on disk, the package's or the user's, verified like any others. */
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { HanvoxError } from "../shared/errors.js";
import { checkedManifest, corrupt, parseManifest, unreadVoice, verify, voiceInfo } from "../store/manifest.js";

/**
 * @param {string} folder The voice's own folder.
 * @param {string} voice Its id or path, for messages.
 * @returns {Promise<import("../store/manifest.js").Voice>}
 */
export async function readVoice(folder, voice) {
  const text = await readManifest(folder);
  const manifest = parseManifest(text, voice);
  return {
    manifest,
    text,
    async file(path) {
      const listed = manifest.files.find((file) => file.path === path);
      if (!listed) throw corrupt(voice, path, "it is not listed");
      return readVoiceFile(folder, listed, voice);
    },
  };
}

/** @typedef {{file: string, chunk?: number, code?: string, message?: string}} FolderFault */

/**
 * @typedef {import("../shared/protocol.js").ListedVoice & {bytes: number, path: string, fault?: FolderFault}} FolderVoice
 */

/**
 * The files that are missing or don't match the manifest, or what is wrong with the manifest.
 * @param {string} folder
 * @param {string} id
 * @param {import("../store/manifest.js").Check} check
 * @returns {Promise<{id: string, ok: boolean, faults: FolderFault[]}>}
 */
export async function verifyFolder(folder, id, check) {
  const { manifest, fault } = await readChecked(folder, id, check);
  if (fault) return { id, ok: false, faults: [fault] };
  /** @type {FolderFault[]} */
  const faults = [];
  for (const file of manifest.files) {
    await readVoiceFile(folder, file, id).catch(() => faults.push({ file: file.path }));
  }
  return { id, ok: faults.length === 0, faults };
}

/**
 * Lists the voices in a folder of voices; one whose manifest can't be used has a `fault`.
 * @param {string} folder
 * @param {import("../store/manifest.js").Check} check
 * @returns {Promise<FolderVoice[]>}
 */
export async function listFolder(folder, check) {
  const voices = [];
  for (const name of await subfolders(folder)) {
    const path = join(folder, name);
    if (await isVoiceFolder(path)) voices.push({ ...(await listed(path, name, check)), path });
  }
  return voices;
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {import("../store/manifest.js").Check} check
 */
async function listed(folder, name, check) {
  const { manifest, fault } = await readChecked(folder, name, check);
  if (fault) return { ...unreadVoice(name), bytes: 0, fault };
  return { ...voiceInfo(manifest), bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/**
 * The manifest in a folder, or what is wrong with it: that of one voice must not hide the others.
 * @param {string} folder
 * @param {string} voice
 * @param {import("../store/manifest.js").Check} check
 * @returns {Promise<{manifest: import("../store/manifest.js").Manifest, fault?: undefined} | {manifest?: undefined, fault: FolderFault}>}
 */
async function readChecked(folder, voice, check) {
  try {
    return { manifest: await checkedManifest(await readManifest(folder), check, voice) };
  } catch (thrown) {
    const { code, message } = HanvoxError.from(thrown);
    if (!code.startsWith("voice-")) throw thrown;
    return { fault: { file: "voice.json", code, message } };
  }
}

/**
 * The first of the folders that contains a voice.
 * @param {string[]} candidates
 */
export async function firstVoiceFolder(candidates) {
  for (const folder of candidates) {
    if (await isVoiceFolder(folder)) return folder;
  }
  return undefined;
}

/** @param {string} folder */
async function isVoiceFolder(folder) {
  return stat(join(folder, "voice.json")).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

/** @param {string} folder */
async function subfolders(folder) {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    if (/** @type {NodeJS.ErrnoException} */ (cause).code === "ENOENT") return [];
    throw new HanvoxError("voice-missing", `${folder} could not be read`, { context: { folder }, cause });
  }
}

/** @param {string} folder */
function readManifest(folder) {
  return readFile(join(folder, "voice.json"), "utf8").catch((cause) => {
    throw new HanvoxError("voice-missing", `voice.json could not be read`, { context: { folder }, cause });
  });
}

/**
 * @param {string} folder
 * @param {import("../store/manifest.js").VoiceFile} file
 * @param {string} voice
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function readVoiceFile(folder, file, voice) {
  const path = join(folder, file.path);
  const content = await readFile(path).catch((cause) => {
    const context = { voice, file: file.path, path };
    throw new HanvoxError("voice-missing", `${file.path} of voice ${voice} could not be read`, { context, cause });
  });
  const bytes = new Uint8Array(content);
  await verify(file, bytes, voice);
  return bytes;
}
