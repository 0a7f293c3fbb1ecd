/** The browser's storage quota, and the request to keep stored data. */
import { log } from "../diagnostics/log.js";
import { HanvoxError } from "../shared/errors.js";

/**
 * @typedef {object} Storage The part of StorageManager used here.
 * @property {() => Promise<StorageEstimate>} [estimate]
 * @property {() => Promise<boolean>} [persist]
 * @property {() => Promise<boolean>} [persisted]
 */

/** @typedef {{usage?: number, quota?: number, persisted: boolean}} Usage Bytes stored by the whole site. */

/**
 * @param {Storage | undefined} storage
 * @returns {Promise<Usage>}
 */
export async function usageOf(storage) {
  const { usage, quota } = await estimateOf(storage);
  return { usage, quota, persisted: (await storage?.persisted?.()) ?? false };
}

/**
 * Throws `quota-exceeded` if the bytes are known not to fit.
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
 * Asks the browser, unless it has already agreed, not to evict stored data when space runs low. Only a page can ask,
 * not a worker. A refusal changes nothing for now.
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
 * Empty if the browser doesn't report it.
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
