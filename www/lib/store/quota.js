/** What the browser says of the room it gives, and the wish that it keep what is stored. */
import { log } from "../diagnostics/log.js";
import { HanvoxError } from "../shared/errors.js";

/**
 * @typedef {object} Storage What is used of a StorageManager.
 * @property {() => Promise<StorageEstimate>} [estimate]
 * @property {() => Promise<boolean>} [persist]
 * @property {() => Promise<boolean>} [persisted]
 */

/** @typedef {{usage?: number, quota?: number, persisted: boolean}} Usage Bytes of all that the site stores. */

/**
 * @param {Storage | undefined} storage
 * @returns {Promise<Usage>}
 */
export async function usageOf(storage) {
  const { usage, quota } = await estimateOf(storage);
  return { usage, quota, persisted: (await storage?.persisted?.()) ?? false };
}

/**
 * Throws `quota-exceeded` if it is known that the bytes won't fit.
 * @param {Storage | undefined} storage
 * @param {number} needed
 */
export async function requireQuota(storage, needed) {
  const { usage = 0, quota = Infinity } = await estimateOf(storage);
  const available = Math.max(0, quota - usage);
  if (needed <= available) return;
  const message = `the voice needs ${needed} bytes, the browser has room for ${available}`;
  throw new HanvoxError("quota-exceeded", message, { context: { needed, available } });
}

/**
 * Asks the browser, unless it does so already, not to drop what is stored when room gets scarce. Only a page can ask,
 * a worker can't. A refusal changes nothing for now.
 * @param {Storage | undefined} storage
 */
export async function keepStored(storage) {
  try {
    if (storage?.persist && !(await storage.persisted?.())) await storage.persist();
  } catch (error) {
    log.error(error, { level: "info" });
  }
}

/**
 * Nothing where the browser doesn't tell.
 * @param {Storage | undefined} storage
 * @returns {Promise<StorageEstimate>}
 */
async function estimateOf(storage) {
  try {
    return (await storage?.estimate?.()) ?? {};
  } catch (error) {
    log.error(error, { level: "info" });
    return {};
  }
}
