/** IndexedDB as promises, shared by the stores of this package. */

/**
 * @param {IDBFactory} factory
 * @param {string} name
 * @param {(db: IDBDatabase) => void} create Creates the object stores of a new database or database version.
 * @param {number} [version]
 * @returns {Promise<IDBDatabase>}
 */
export async function openIndexedDb(factory, name, create, version = 1) {
  const request = factory.open(name, version);
  request.onupgradeneeded = () => create(request.result);
  const db = await result(request);
  // Another tab may want to upgrade; holding the connection would block it for good.
  db.onversionchange = () => db.close();
  return db;
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Resolves when the transaction is on disk; a full disk shows up only here.
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
export function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}
