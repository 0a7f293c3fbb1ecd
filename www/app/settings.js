/** Settings that the page saves for the next visit, in localStorage, which the browser may block. */
import { HanvoxError } from "../lib/shared/errors.js";

const LEVEL_KEY = "hanvox-log-level";
const VOICE_KEY = "hanvox-voice";
const SOURCES_KEY = "hanvox-sources";
const EMOTION_KEY = "hanvox-emotion";
const SPEAKER_KEY = "hanvox-speaker";
const PROSODY_KEY = "hanvox-prosody";
const PINYIN_KEY = "hanvox-pinyin";
const READING_KEY = "hanvox-reading";
const SOUND_KEY = "hanvox-sound";
const DICTIONARY_KEY = "hanvox-dictionary";
const LEVELS = /** @type {const} */ (["off", "error", "warning", "info", "debug"]);

/** @type {import("../lib/diagnostics/alerts.js").RuleStorage} */
export const storage = {
  get: async (key) => guarded(() => localStorage.getItem(key)),
  set: async (key, text) => guarded(() => localStorage.setItem(key, text)),
};

/** The log level chosen on an earlier visit. */
export function savedLevel() {
  return LEVELS.find((level) => level === saved(LEVEL_KEY));
}

/** The id of the voice chosen on an earlier visit. */
export function savedVoice() {
  return saved(VOICE_KEY);
}

/** @param {string} id */
export function saveVoice(id) {
  return storage.set(VOICE_KEY, id);
}

/** The download sources of voices, as typed on an earlier visit. */
export function savedSources() {
  return saved(SOURCES_KEY) ?? "";
}

/** @param {string} text */
export function saveSources(text) {
  return storage.set(SOURCES_KEY, text);
}

/** @typedef {{name: string, intensity: number}} Emotion */

/** The emotion chosen on an earlier visit. @returns {Emotion} */
export function savedEmotion() {
  const [name = "neutral", intensity] = (saved(EMOTION_KEY) ?? "").split(" ").filter(Boolean);
  const share = Number(intensity ?? 1);
  return { name, intensity: share >= 0 && share <= 1 ? share : 1 };
}

/** @param {Emotion} emotion */
export function saveEmotion({ name, intensity }) {
  return storage.set(EMOTION_KEY, `${name} ${intensity}`);
}

/** The speaker chosen on an earlier visit; none for the default one. */
export function savedSpeaker() {
  return saved(SPEAKER_KEY) ?? "";
}

/** @param {string} name */
export function saveSpeaker(name) {
  return storage.set(SPEAKER_KEY, name);
}

/** Speed, pitch and energy of an earlier visit. @returns {Record<string, number>} */
export function savedProsody() {
  const pairs = Object.entries(savedPairs(PROSODY_KEY));
  return Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)]).filter(([, value]) => value));
}

/** @param {Record<string, number>} prosody */
export function saveProsody(prosody) {
  return savePairs(PROSODY_KEY, prosody);
}

/** How addresses, figures and emoji are read, by name. */
export function savedReadingOptions() {
  return savedPairs(READING_KEY);
}

/** @param {Record<string, string>} options */
export function saveReadingOptions(options) {
  return savePairs(READING_KEY, options);
}

/** Whether pinyin is shown above the characters. */
export function savedPinyin() {
  return saved(PINYIN_KEY) === "on";
}

/** @param {boolean} on */
export function savePinyin(on) {
  return storage.set(PINYIN_KEY, on ? "on" : "off");
}

/** Whether the sound is shown; undefined if nothing was chosen. */
export function savedSound() {
  const choice = saved(SOUND_KEY);
  return choice === undefined ? undefined : choice === "on";
}

/** @param {boolean} on */
export function saveSound(on) {
  return storage.set(SOUND_KEY, on ? "on" : "off");
}

/** The reader's own words with their readings, as the engine takes them. */
export function savedDictionary() {
  return saved(DICTIONARY_KEY) ?? "";
}

/** @param {string} dictionary */
export function saveDictionary(dictionary) {
  return storage.set(DICTIONARY_KEY, dictionary);
}

/** @param {string} level */
export function saveLevel(level) {
  return storage.set(LEVEL_KEY, level);
}

/** @param {string} key @returns {Record<string, string>} */
function savedPairs(key) {
  return Object.fromEntries((saved(key) ?? "").split(" ").map((pair) => pair.split("=")));
}

/** @param {string} key @param {Record<string, string | number>} values */
function savePairs(key, values) {
  const pairs = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return storage.set(key, pairs.join(" "));
}

/** @param {string} key */
function saved(key) {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    // The log store reports that the storage is blocked.
    return undefined;
  }
}

/**
 * @template T
 * @param {() => T} access
 */
function guarded(access) {
  try {
    return access();
  } catch (cause) {
    const full = /** @type {any} */ (cause)?.name === "QuotaExceededError";
    const code = full ? "quota-exceeded" : "storage-blocked";
    throw new HanvoxError(code, "the settings could not be read or kept", { cause });
  }
}
