/** A backend in memory: for a browser that blocks storage, and for tests. */

/** @typedef {import("./backend.js").Backend} Backend */
/** @typedef {import("./backend.js").StoredBlock} StoredBlock */

/** @typedef {{manifest?: string, pending?: string, blocks: Map<string, StoredBlock>}} Kept */

/** @implements {Backend} */
export class MemoryBackend {
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
  async block(id, file, index) {
    return this.#voices.get(id)?.blocks.get(key(file, index));
  }

  /**
   * @param {string} id
   * @param {string} file
   * @param {number} index
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @param {string} sha256
   */
  async putBlock(id, file, index, bytes, sha256) {
    this.#voice(id).blocks.set(key(file, index), { bytes, sha256 });
  }

  /** @param {string} id @param {string} file @param {number} index */
  async dropBlock(id, file, index) {
    this.#voices.get(id)?.blocks.delete(key(file, index));
  }

  /** @param {string} id @param {string} text @param {string[]} files */
  async commit(id, text, files) {
    const voice = this.#voice(id);
    for (const name of voice.blocks.keys()) {
      if (!files.includes(name.split("/")[0])) voice.blocks.delete(name);
    }
    voice.manifest = text;
    voice.pending = undefined;
  }

  /** @param {string} id */
  async remove(id) {
    this.#voices.delete(id);
  }

  async list() {
    return [...this.#voices].flatMap(([id, { manifest, pending, blocks }]) => {
      const text = manifest ?? pending;
      const bytes = [...blocks.values()].reduce((sum, block) => sum + block.bytes.length, 0);
      return text === undefined ? [] : [{ id, text, bytes, committed: manifest !== undefined }];
    });
  }

  close() {}

  /** @param {string} id */
  #voice(id) {
    /** @type {Kept} */ const voice = this.#voices.get(id) ?? { blocks: new Map() };
    this.#voices.set(id, voice);
    return voice;
  }
}

/** @param {string} file @param {number} index */
function key(file, index) {
  return `${file}/${index}`;
}
