/** A voice's manifest (`voice.json`) and the verification of its files; the same in a browser and in Node. */
import { HanvoxError } from "../shared/errors.js";
import { sha256 } from "../shared/hashes.js";
import { blockCount } from "./blocks.js";

/**
 * @typedef {object} VoiceFile
 * @property {string} path
 * @property {number} bytes
 * @property {string} sha256
 * @property {string[]} [chunks] SHA-256 of each block of `BLOCK_BYTES`.
 */

/**
 * @typedef {object} Manifest What the JavaScript side reads of `voice.json`. What it says of the voice itself is
 *   checked by the engine alone, see `Check`; here only what the store needs to find and verify the files.
 * @property {string} id
 * @property {string} name
 * @property {string} version
 * @property {string} language
 * @property {string} licence
 * @property {number} sample_rate
 * @property {{name: string}[]} [emotions] The ones the voice was trained on.
 * @property {import("../shared/protocol.js").Speaker[]} [speakers]
 * @property {VoiceFile[]} files
 */

/**
 * @typedef {object} Voice
 * @property {Manifest} manifest
 * @property {string} text The manifest verbatim.
 * @property {(path: string) => Promise<Uint8Array<ArrayBuffer>>} file A file's verified bytes; can be taken once.
 */

/**
 * The engine's check of a manifest: rejects with the error of loading a voice with it.
 * @typedef {(text: string) => Promise<void>} Check
 */

/** The only manifest format this version reads. */
export const FORMAT = 1;

// Larger than any planned voice (HiFi-GAN V1 in f32: 56 MB); checked before allocating.
export const MAX_FILE_BYTES = 256 * 1024 * 1024;
const MAX_FILES = 100;
const MAX_PATH = 200;
/** The same limit for a whole voice. */
export const MAX_VOICE_BYTES = 1024 ** 3;

/** @param {string} id */
export function isVoiceId(id) {
  return /^[a-z0-9][a-z0-9_-]{0,63}$/i.test(id);
}

/**
 * Whether a path stays in the voice's folder on every system: no "..", absolute path or backslash, only plain
 * ASCII characters.
 * @param {string} path
 */
export function isVoicePath(path) {
  return path.length <= MAX_PATH && /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(path);
}

/**
 * Reads a manifest and checks what the store needs of it.
 * @param {string} text
 * @param {string} [voice] For the message; unknown in an import.
 * @returns {Manifest}
 */
export function parseManifest(text, voice = "?") {
  const manifest = parseObject(text, voice);
  if (manifest.format !== FORMAT) {
    const context = { voice, format: manifest.format, known: FORMAT };
    throw new HanvoxError("voice-unsupported", `voice ${voice} has format ${manifest.format}`, { context });
  }
  if (manifest.demonstration) {
    throw new HanvoxError("voice-unsupported", `voice ${voice} is a demonstration of random weights, not a voice`, {
      context: { voice },
    });
  }
  const problem = problemOf(manifest);
  if (problem) throw corrupt(voice, "voice.json", problem);
  return manifest;
}

/**
 * The same, for a manifest that the engine must take, too.
 * @param {string} text
 * @param {Check} check
 * @param {string} [voice]
 */
export async function checkedManifest(text, check, voice) {
  const manifest = parseManifest(text, voice);
  await requireLoadable(text, check, manifest.id);
  return manifest;
}

/**
 * Rejects if the engine can't load a voice with this manifest.
 * @param {string} text
 * @param {Check} check
 * @param {string} voice
 */
export async function requireLoadable(text, check, voice) {
  try {
    await check(text);
  } catch (thrown) {
    const { code, message, context } = HanvoxError.from(thrown);
    const details = { context: { voice, file: "voice.json", ...context }, cause: thrown };
    throw new HanvoxError(code, message, details);
  }
}

/**
 * Throws `voice-corrupt` if `bytes` don't match the manifest.
 * @param {VoiceFile} file
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} voice
 */
export async function verify(file, bytes, voice) {
  if (bytes.length !== file.bytes) {
    throw corrupt(voice, file.path, `${bytes.length} bytes where ${file.bytes} are due`);
  }
  if ((await sha256(bytes)) !== file.sha256) throw corrupt(voice, file.path, "its SHA-256 differs");
}

/**
 * The voice's files in memory; each is released when taken.
 * @param {string} voice
 * @param {Map<string, Uint8Array<ArrayBuffer>>} files By path.
 * @returns {Voice["file"]}
 */
export function handOut(voice, files) {
  return async (path) => {
    const bytes = files.get(path);
    if (!bytes) {
      const context = { voice, file: path };
      throw new HanvoxError("voice-missing", `${path} of voice ${voice} is not there`, { context });
    }
    files.delete(path);
    return bytes;
  };
}

/**
 * @param {string} voice
 * @param {string} file
 * @param {string} problem
 */
export function corrupt(voice, file, problem) {
  return new HanvoxError("voice-corrupt", `${file} of voice ${voice}: ${problem}`, {
    context: { voice, file },
  });
}

/**
 * @param {Manifest} manifest
 * @returns {import("../shared/protocol.js").ListedVoice}
 */
export function voiceInfo({ id, name, version, language, licence, sample_rate, emotions, speakers }) {
  const people = speakers && { speakers: speakers.map(({ name, sex }) => ({ name, sex })) };
  const facts = { id, name, version, language, licence, sampling_rate: sample_rate, ...people };
  if (!emotions) return facts;
  return { ...facts, emotions: emotions.map(({ name }) => name), emotion_kind: "trained" };
}

/** What a list says of a voice without a usable manifest. @param {string} id */
export function unreadVoice(id) {
  return { id, name: id, version: "", language: "", licence: "", sampling_rate: 0 };
}

/**
 * @param {string} text
 * @param {string} voice
 */
function parseObject(text, voice) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const context = { voice, file: "voice.json" };
    throw new HanvoxError("voice-corrupt", `voice.json of voice ${voice} is no JSON`, { context, cause });
  }
  if (value === null || typeof value !== "object") throw corrupt(voice, "voice.json", "is no JSON object");
  return value;
}

/**
 * @param {any} manifest
 * @returns {string | undefined}
 */
function problemOf(manifest) {
  for (const field of ["id", "name", "version", "language", "licence"]) {
    if (typeof manifest[field] !== "string") return `"${field}" is no text`;
  }
  if (!isVoiceId(manifest.id)) return `"id" has other characters than letters, digits, _ and -`;
  if (!Array.isArray(manifest.files) || manifest.files.length === 0) return `"files" is empty`;
  if (manifest.files.length > MAX_FILES) return `"files" has more than ${MAX_FILES} entries`;
  const bad = manifest.files.find((/** @type {unknown} */ file) => !isVoiceFile(file));
  if (bad !== undefined) return `"files" has a bad entry: ${JSON.stringify(bad).slice(0, MAX_PATH)}`;
  return problemOfAll(manifest.files);
}

/** @param {VoiceFile[]} files Each one valid by itself. */
function problemOfAll(files) {
  const paths = new Set(files.map(({ path }) => path.toLowerCase()));
  if (paths.size < files.length) return `"files" has a path twice`;
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return total > MAX_VOICE_BYTES ? `"files" has more than ${MAX_VOICE_BYTES} bytes` : undefined;
}

/** @param {any} file */
function isVoiceFile(file) {
  return (
    typeof file?.path === "string" &&
    isVoicePath(file.path) &&
    file.path !== "voice.json" &&
    Number.isInteger(file.bytes) &&
    file.bytes > 0 &&
    file.bytes <= MAX_FILE_BYTES &&
    isSha256(file.sha256) &&
    (file.chunks === undefined || isBlockList(file))
  );
}

/** @param {any} file */
function isBlockList(file) {
  return Array.isArray(file.chunks) && file.chunks.length === blockCount(file) && file.chunks.every(isSha256);
}

/** @param {unknown} value */
function isSha256(value) {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
