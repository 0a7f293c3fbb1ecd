/** The browser's backend: IndexedDB, with blocks in one object store and manifests in two. */
import { HanvoxError } from "../shared/errors.js";
import { finished, openIndexedDb, result } from "../shared/indexed-db.js";
import { sha256 } from "../shared/hashes.js";

/** @typedef {import("./backend.js").Backend} Backend */
/** @typedef {import("./backend.js").StoredBlock} StoredBlock */

/** @typedef {{text: string, sha256: string}} StoredText */

const NAME = "hanvox-voices";
// Version 1 held whole files; those are fetched again.
const VERSION = 2;

/**
 * @param {IDBFactory | undefined | null} factory
 * @returns {Promise<Backend>}
 */
export async function openIndexedDbBackend(factory) {
  if (!factory) throw new HanvoxError("storage-blocked", "the browser offers no IndexedDB here");
  try {
    return new IndexedDbBackend(await openIndexedDb(factory, NAME, createStores, VERSION));
  } catch (cause) {
    throw new HanvoxError("storage-blocked", "the browser refused to open its IndexedDB", { cause });
  }
}

/** @param {IDBDatabase} db */
function createStores(db) {
  for (const name of [...db.objectStoreNames]) db.deleteObjectStore(name);
  db.createObjectStore("manifests");
  db.createObjectStore("pending");
  // The index provides sizes without reading the bytes.
  db.createObjectStore("chunks").createIndex("size", ["id", "size"]);
}

/** @implements {Backend} */
class IndexedDbBackend {
  #db;

  /** @param {IDBDatabase} db */
  constructor(db) {
    this.#db = db;
  }

  /** @param {string} id */
  manifest(id) {
    return this.#text("manifests", id);
  }

  /** @param {string} id */
  pending(id) {
    return this.#text("pending", id);
  }

  /** @param {string} id @param {string} text */
  async setPending(id, text) {
    const record = await textRecord(text);
    await this.#write(["pending"], (stores) => stores.pending.put(record, id));
  }

  /** @param {string} id @param {string} file @param {number} index */
  block(id, file, index) {
    return this.#read("chunks", (store) => store.get([id, file, index]));
  }

  /**
   * @param {string} id
   * @param {string} file
   * @param {number} index
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @param {string} sha256
   */
  putBlock(id, file, index, bytes, sha256) {
    // Storing a view would store its whole underlying buffer.
    const own = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
    const record = { id, size: own.length, bytes: own, sha256 };
    return this.#write(["chunks"], (stores) => stores.chunks.put(record, [id, file, index]));
  }

  /** @param {string} id @param {string} file @param {number} index */
  dropBlock(id, file, index) {
    return this.#write(["chunks"], (stores) => stores.chunks.delete([id, file, index]));
  }

  /** @param {string} id @param {string} text @param {string[]} files */
  async commit(id, text, files) {
    const record = await textRecord(text);
    await this.#write(["manifests", "pending", "chunks"], (stores) => {
      stores.manifests.put(record, id);
      stores.pending.delete(id);
      deleteOthers(stores.chunks, id, new Set(files));
    });
  }

  /** @param {string} id */
  remove(id) {
    return this.#write(["manifests", "pending", "chunks"], (stores) => {
      stores.manifests.delete(id);
      stores.pending.delete(id);
      stores.chunks.delete(blocksOf(id));
    });
  }

  async list() {
    const sizes = await this.#sizes();
    const pending = await this.#texts("pending");
    const committed = await this.#texts("manifests");
    return [...new Map([...pending, ...committed])].map(([id, text]) => {
      return { id, text, bytes: sizes.get(id) ?? 0, committed: committed.has(id) };
    });
  }

  close() {
    this.#db.close();
  }

  /**
   * @param {string} name
   * @param {string} id
   */
  async #text(name, id) {
    /** @type {StoredText | undefined} */
    const record = await this.#read(name, (store) => store.get(id));
    if (!record) return undefined;
    if (record.sha256 === (await textSha256(record.text))) return record.text;
    const context = { voice: id, file: "voice.json" };
    throw new HanvoxError("voice-corrupt", `the stored voice.json of voice ${id} is damaged`, { context });
  }

  /**
   * @param {string} name
   * @returns {Promise<Map<string, string>>}
   */
  async #texts(name) {
    const [ids, records] = await this.#guarded(() => {
      const store = this.#db.transaction(name).objectStore(name);
      return Promise.all([result(store.getAllKeys()), result(store.getAll())]);
    });
    return new Map(ids.map((id, i) => [String(id), records[i].text]));
  }

  /** @returns {Promise<Map<string, number>>} */
  #sizes() {
    return this.#guarded(async () => {
      const sizes = new Map();
      const transaction = this.#db.transaction("chunks");
      eachKey(transaction.objectStore("chunks").index("size").openKeyCursor(), ({ key }) => {
        const [id, size] = /** @type {[string, number]} */ (key);
        sizes.set(id, (sizes.get(id) ?? 0) + size);
      });
      await finished(transaction);
      return sizes;
    });
  }

  /**
   * @param {string} name
   * @param {(store: IDBObjectStore) => IDBRequest<any>} ask
   */
  #read(name, ask) {
    return this.#guarded(() => result(ask(this.#db.transaction(name).objectStore(name))));
  }

  /**
   * @param {string[]} names
   * @param {(stores: Record<string, IDBObjectStore>) => unknown} change
   */
  #write(names, change) {
    return this.#guarded(() => {
      const transaction = this.#db.transaction(names, "readwrite");
      change(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
      return finished(transaction);
    });
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #guarded(work) {
    try {
      return await work();
    } catch (cause) {
      const full = /** @type {any} */ (cause)?.name === "QuotaExceededError";
      if (full) throw new HanvoxError("quota-exceeded", "the browser has no room left", { cause });
      throw new HanvoxError("storage-blocked", "the browser's IndexedDB failed", { cause });
    }
  }
}

/**
 * Deletes the voice's blocks whose file is not in `keep`.
 * @param {IDBObjectStore} blocks
 * @param {string} id
 * @param {Set<string>} keep
 */
function deleteOthers(blocks, id, keep) {
  eachKey(blocks.openKeyCursor(blocksOf(id)), ({ primaryKey }) => {
    const [, file] = /** @type {[string, string, number]} */ (primaryKey);
    if (!keep.has(file)) blocks.delete(primaryKey);
  });
}

/**
 * @param {IDBRequest<IDBCursor | null>} request
 * @param {(cursor: IDBCursor) => void} take
 */
function eachKey(request, take) {
  request.onsuccess = () => {
    if (!request.result) return;
    take(request.result);
    request.result.continue();
  };
}

/**
 * Every key that begins with the id: arrays sort after strings and numbers.
 * @param {string} id
 */
function blocksOf(id) {
  return IDBKeyRange.bound([id], [id, []]);
}

/**
 * @param {string} text
 * @returns {Promise<StoredText>}
 */
async function textRecord(text) {
  return { text, sha256: await textSha256(text) };
}

/** @param {string} text */
function textSha256(text) {
  return sha256(new TextEncoder().encode(text));
}
