/** A shelf in memory: for a browser that blocks storage, and for tests. */

/** @typedef {import("./shelf.js").Shelf} Shelf */
/** @typedef {import("./shelf.js").StoredChunk} StoredChunk */

/** @typedef {{manifest?: string, pending?: string, chunks: Map<string, StoredChunk>}} Kept */

/** @implements {Shelf} */
export class MemoryShelf {
  /** @type {Map<string, Kept>} */ #voices = new Map();

  /** @param {string} id */
  async manifest(id) {
    return this.#voices.get(id)?.manifest;
  }

  /** @param {string} id */
  async pending(id) {
    return this.#voices.get(id)?.pending;
  }

  /** @param {string} id @param {string} text */
  async setPending(id, text) {
    this.#voice(id).pending = text;
  }

  /** @param {string} id @param {string} file @param {number} index */
  async chunk(id, file, index) {
    return this.#voices.get(id)?.chunks.get(key(file, index));
  }

  /**
   * @param {string} id
   * @param {string} file
   * @param {number} index
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @param {string} sha256
   */
  async putChunk(id, file, index, bytes, sha256) {
    this.#voice(id).chunks.set(key(file, index), { bytes, sha256 });
  }

  /** @param {string} id @param {string} file @param {number} index */
  async dropChunk(id, file, index) {
    this.#voices.get(id)?.chunks.delete(key(file, index));
  }

  /** @param {string} id @param {string} text @param {string[]} files */
  async commit(id, text, files) {
    const voice = this.#voice(id);
    for (const name of voice.chunks.keys()) {
      if (!files.includes(name.split("/")[0])) voice.chunks.delete(name);
    }
    voice.manifest = text;
    voice.pending = undefined;
  }

  /** @param {string} id */
  async remove(id) {
    this.#voices.delete(id);
  }

  async list() {
    return [...this.#voices].flatMap(([id, { manifest, pending, chunks }]) => {
      const text = manifest ?? pending;
      const bytes = [...chunks.values()].reduce((sum, chunk) => sum + chunk.bytes.length, 0);
      return text === undefined ? [] : [{ id, text, bytes, committed: manifest !== undefined }];
    });
  }

  close() {}

  /** @param {string} id */
  #voice(id) {
    /** @type {Kept} */ const voice = this.#voices.get(id) ?? { chunks: new Map() };
    this.#voices.set(id, voice);
    return voice;
  }
}

/** @param {string} file @param {number} index */
function key(file, index) {
  return `${file}/${index}`;
}
