/**
 * Storage for blocks and manifests. A manifest is committed last, in the same step that drops what it replaces, so a
 * voice is either whole or absent. Every method rejects with `quota-exceeded` or `storage-blocked` if it can't write.
 * @typedef {object} Backend
 * @property {(id: string) => Promise<string | undefined>} manifest The committed one; rejects with `voice-corrupt`
 *   if it is known to be damaged.
 * @property {(id: string) => Promise<string | undefined>} pending The manifest of a download in progress.
 * @property {(id: string, text: string) => Promise<void>} setPending
 * @property {(id: string, file: string, index: number) => Promise<StoredBlock | undefined>} block `file` is the
 *   SHA-256 of the whole file, here and below.
 * @property {(id: string, file: string, index: number, bytes: Uint8Array<ArrayBuffer>, sha256: string) =>
 *   Promise<void>} putBlock May keep `bytes` itself; `sha256` is the block's.
 * @property {(id: string, file: string, index: number) => Promise<void>} dropBlock
 * @property {(id: string, text: string, files: string[]) => Promise<void>} commit Commits the manifest;
 *   deletes the pending one and the blocks of the voice's other files.
 * @property {(id: string) => Promise<void>} remove
 * @property {() => Promise<BackendEntry[]>} list
 * @property {() => void} close
 */

/** @typedef {{bytes: Uint8Array<ArrayBuffer>, sha256: string}} StoredBlock */

/**
 * @typedef {object} BackendEntry
 * @property {string} id
 * @property {string} text The committed manifest or, without one, the pending one.
 * @property {number} bytes Total size of the voice's blocks.
 * @property {boolean} committed
 */

export {};
