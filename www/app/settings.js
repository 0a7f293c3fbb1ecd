/** What the page keeps for the next visit, in localStorage, which the browser may block. */
import { HanvoxError } from "../lib/errors.js";

const LEVEL_KEY = "hanvox-log-level";
const LEVELS = /** @type {const} */ (["off", "error", "warning", "info", "debug"]);

/** @type {import("../lib/diagnostics/alerts.js").RuleStorage} */
export const storage = {
  get: async (key) => guarded(() => localStorage.getItem(key)),
  set: async (key, text) => guarded(() => localStorage.setItem(key, text)),
};

/** The level of the log that was chosen on an earlier visit. */
export function savedLevel() {
  try {
    return LEVELS.find((level) => level === localStorage.getItem(LEVEL_KEY));
  } catch {
    // The store of the log says that the storage is blocked.
    return undefined;
  }
}

/** @param {string} level */
export function saveLevel(level) {
  return storage.set(LEVEL_KEY, level);
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
