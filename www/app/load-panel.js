/** Loads the code of the panels when it is first needed. */
import { HanvoxError } from "../lib/shared/errors.js";

/**
 * @template T
 * @param {string} name For the error: `network` if it can't be loaded.
 * @param {(panels: typeof import("./panels.js")) => T | Promise<T>} create
 * @returns {Promise<T>}
 */
export async function loadPanel(name, create) {
  try {
    return await create(await import("./panels.js"));
  } catch (cause) {
    throw new HanvoxError("network", `the panel "${name}" could not be loaded`, { cause });
  }
}
