/**
 * Where voices stay in a browser: IndexedDB with the files in one store and the manifests in another.
 * A manifest is written last and in the transaction that drops what it replaces, so a voice is
 * either whole or absent.
 */
import { HanvoxError } from "./errors.js";
import { finished, openIndexedDb, result } from "./indexed-db.js";

const NAME = "hanvox-voices";

/**
 * @typedef {object} Database
 * @property {(id: string) => Promise<string | undefined>} manifest Text of the voice's manifest.
 * @property {(id: string, sha256: string) => Promise<Uint8Array<ArrayBuffer> | undefined>} file
 * @property {(id: string, sha256: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>} putFile
 * @property {(id: string, manifest: string, sha256s: string[]) => Promise<void>} commit
 * @property {() => void} close
 */

/**
 * @param {IDBFactory | undefined} factory
 * @returns {Promise<Database>}
 */
export async function openDatabase(factory) {
  if (!factory) throw new HanvoxError("storage-blocked", "the browser offers no IndexedDB here");
  try {
    return database(await openIndexedDb(factory, NAME, createStores));
  } catch (cause) {
    throw new HanvoxError("storage-blocked", "the browser refused to open its IndexedDB", { cause });
  }
}

/**
 * Keeps nothing: for a browser that blocks storage. The voice then lives in the engine's memory only.
 * @type {Database}
 */
export const NO_DATABASE = {
  manifest: async () => undefined,
  file: async () => undefined,
  putFile: async () => {},
  commit: async () => {},
  close: () => {},
};

/** @param {IDBDatabase} db */
function createStores(db) {
  db.createObjectStore("files");
  db.createObjectStore("manifests");
}

/**
 * @param {IDBDatabase} db
 * @returns {Database}
 */
function database(db) {
  return {
    manifest: (id) => result(db.transaction("manifests").objectStore("manifests").get(id)),
    file: (id, sha256) => result(db.transaction("files").objectStore("files").get(fileKey(id, sha256))),
    putFile(id, sha256, bytes) {
      const transaction = db.transaction("files", "readwrite");
      transaction.objectStore("files").put(bytes, fileKey(id, sha256));
      return finished(transaction);
    },
    commit(id, manifest, sha256s) {
      const transaction = db.transaction(["files", "manifests"], "readwrite");
      transaction.objectStore("manifests").put(manifest, id);
      deleteOthers(
        transaction.objectStore("files"),
        id,
        new Set(sha256s.map((sha256) => fileKey(id, sha256))),
      );
      return finished(transaction);
    },
    close: () => db.close(),
  };
}

/**
 * Deletes the voice's files that are not in `keep`.
 * @param {IDBObjectStore} files
 * @param {string} id
 * @param {Set<string>} keep
 */
function deleteOthers(files, id, keep) {
  const cursor = files.openKeyCursor(IDBKeyRange.bound(fileKey(id, ""), fileKey(id, "~")));
  cursor.onsuccess = () => {
    if (!cursor.result) return;
    const key = /** @type {string} */ (cursor.result.key);
    if (!keep.has(key)) files.delete(key);
    cursor.result.continue();
  };
}

/**
 * @param {string} id
 * @param {string} sha256
 */
function fileKey(id, sha256) {
  return `${id}/${sha256}`;
}
