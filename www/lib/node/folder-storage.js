/** The file system's free space, with the interface of the browser's StorageManager. */
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** @param {string} folder */
export function folderStorage(folder) {
  return {
    estimate: () => estimate(folder),
    persist: async () => true,
    persisted: async () => true,
  };
}

/**
 * The folder may not exist yet, so ask its nearest existing ancestor. Empty if nothing is known.
 * @param {string} folder
 * @returns {Promise<{usage?: number, quota?: number}>}
 */
async function estimate(folder) {
  try {
    const { bavail, bsize } = await statfs(folder);
    return { usage: 0, quota: bavail * bsize };
  } catch {
    return dirname(folder) === folder ? {} : estimate(dirname(folder));
  }
}
