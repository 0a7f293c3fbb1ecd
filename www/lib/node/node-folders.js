/** Voices in folders on disk, the package's or the user's, verified like any others. */
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { HanvoxError } from "../shared/errors.js";
import { corrupt, parseManifest, verify, voiceInfo } from "../store/manifest.js";

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

/**
 * The files that are missing or don't match the manifest.
 * @param {string} folder
 * @param {string} id
 * @returns {Promise<{id: string, ok: boolean, faults: {file: string, chunk?: number}[]}>}
 */
export async function verifyFolder(folder, id) {
  /** @type {{file: string, block?: number}[]} */
  const faults = [];
  for (const file of parseManifest(await readManifest(folder), id).files) {
    await readVoiceFile(folder, file, id).catch(() => faults.push({ file: file.path }));
  }
  return { id, ok: faults.length === 0, faults };
}

/**
 * Lists the voices in a folder of voices.
 * @param {string} folder
 */
export async function listFolder(folder) {
  const voices = [];
  for (const name of await subfolders(folder)) {
    const path = join(folder, name);
    if (!(await isVoiceFolder(path))) continue;
    const manifest = parseManifest(await readManifest(path), name);
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    voices.push({ ...voiceInfo(manifest), bytes, path });
  }
  return voices;
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
