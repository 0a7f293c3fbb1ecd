/** Voices in Node: folders on disk, of the package or of the user, verified like everywhere. */
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { HanvoxError } from "./errors.js";
import { isVoiceId, parseManifest, verify, voiceInfo } from "./manifest.js";

/**
 * The voice of an id in `folders`, first come first served, or of a path to a voice's own folder.
 * @param {string} voice
 * @param {string[]} folders
 * @returns {Promise<import("./manifest.js").Voice>}
 */
export async function readVoice(voice, folders) {
  const folder = await findVoice(voice, folders);
  const text = await readManifest(folder);
  const manifest = parseManifest(text, voice);
  /** @type {import("./manifest.js").Voice["files"]} */
  const files = new Map();
  for (const file of manifest.files) {
    const bytes = await readVoiceFile(folder, file, voice);
    await verify(file, bytes, voice);
    files.set(file.path, bytes);
  }
  return { manifest, text, files };
}

/**
 * Where ids are looked up, in this order: the option, HANVOX_VOICES, the package.
 * @param {string} base
 * @param {string} [voices]
 */
export function voiceFolders(base, voices) {
  const folders = [voices, process.env.HANVOX_VOICES, join(base, "voices")];
  return folders.flatMap((folder) => folder || []);
}

/**
 * What is known of the voices in `folders`.
 * @param {string[]} folders
 */
export async function listVoices(folders) {
  const voices = [];
  for (const folder of folders) {
    for (const name of await subfolders(folder)) {
      const path = join(folder, name);
      if (!(await isVoiceFolder(path))) continue;
      voices.push({ ...voiceInfo(parseManifest(await readManifest(path), name)), path });
    }
  }
  return voices;
}

/**
 * @param {string} voice
 * @param {string[]} folders
 */
async function findVoice(voice, folders) {
  const candidates = isVoiceId(voice) ? folders.map((folder) => join(folder, voice)) : [voice];
  for (const folder of candidates) {
    if (await isVoiceFolder(folder)) return folder;
  }
  const context = { voice, looked: candidates };
  throw new HanvoxError("unknown-voice", `there is no voice "${voice}"`, { context });
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
 * @param {import("./manifest.js").VoiceFile} file
 * @param {string} voice
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function readVoiceFile(folder, file, voice) {
  const path = join(folder, file.path);
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    const context = { voice, file: file.path, path };
    throw new HanvoxError("voice-missing", `${file.path} of voice ${voice} could not be read`, {
      context,
      cause,
    });
  }
}
