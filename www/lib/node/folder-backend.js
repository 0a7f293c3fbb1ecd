/**
 * Voice storage in Node: a folder per voice, with a file per block. The committed manifest arrives by one rename
 * after all its blocks, so a voice is either whole or absent. Each file begins with the SHA-256 (32 bytes) of the
 * rest.
 *
 *   voices/ID/manifest               the committed one
 *   voices/ID/pending                that of a download in progress
 *   voices/ID/chunks/SHA256/INDEX    of the file with this SHA-256
 *   tmp/                             files being written or deleted
 */
import { createHash } from "node:crypto";
import { HanvoxError } from "../shared/errors.js";
import { isVoiceId } from "../store/manifest.js";
import { FolderFiles } from "./folder-files.js";

/** @typedef {import("../store/backend.js").Backend} Backend */

const DIGEST_BYTES = 32;

/** Names that Windows reserves for devices. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * @param {string} folder Created by the first write.
 * @param {import("./folder-files.js").FileSystem} [fs]
 * @returns {Backend}
 */
export function openFolderBackend(folder, fs) {
  return new FolderBackend(new FolderFiles(folder, fs));
}

/** @implements {Backend} */
class FolderBackend {
  #files;

  /** @param {FolderFiles} files */
  constructor(files) {
    this.#files = files;
  }

  /** @param {string} id */
  async manifest(id) {
    return this.#text(id, "manifest");
  }

  /** @param {string} id */
  async pending(id) {
    return this.#text(id, "pending");
  }

  /**
   * @param {string} id
   * @param {string} text
   */
  async setPending(id, text) {
    await this.#writeText(`${voiceFolder(id)}/pending`, text);
  }

  /**
   * @param {string} id
   * @param {string} sha256OfFile
   * @param {number} index
   * @returns {Promise<import("../store/backend.js").StoredBlock | undefined>}
   */
  async block(id, sha256OfFile, index) {
    return this.#record(blockPath(id, sha256OfFile, index));
  }

  /**
   * @param {string} id
   * @param {string} sha256OfFile
   * @param {number} index
   * @param {Uint8Array} bytes
   * @param {string} sha256
   */
  async putBlock(id, sha256OfFile, index, bytes, sha256) {
    checkSha256(sha256);
    await this.#files.write(blockPath(id, sha256OfFile, index), [Buffer.from(sha256, "hex"), bytes]);
  }

  /**
   * @param {string} id
   * @param {string} sha256OfFile
   * @param {number} index
   */
  async dropBlock(id, sha256OfFile, index) {
    await this.#files.remove(blockPath(id, sha256OfFile, index));
  }

  /**
   * Commits the manifest, then drops what it doesn't use. The next commit removes anything that a crash leaves
   * behind.
   * @param {string} id
   * @param {string} text
   * @param {string[]} sha256sOfFiles
   */
  async commit(id, text, sha256sOfFiles) {
    const folder = voiceFolder(id);
    await this.#writeText(`${folder}/manifest`, text);
    await this.#files.syncFolder(folder);
    await this.#files.remove(`${folder}/pending`);
    for (const name of await this.#files.names(`${folder}/chunks`)) {
      if (!sha256sOfFiles.includes(name)) await this.#files.remove(`${folder}/chunks/${name}`);
    }
    await this.#dropAbandoned();
  }

  /** @param {string} id */
  async remove(id) {
    await this.#files.remove(voiceFolder(id));
  }

  async list() {
    const voices = [];
    for (const name of await this.#files.names("voices")) {
      const id = idOf(name);
      if (id === undefined) continue;
      const manifest = await this.#record(`voices/${name}/manifest`);
      const record = manifest ?? (await this.#record(`voices/${name}/pending`));
      if (!record) continue;
      const text = new TextDecoder().decode(record.bytes);
      voices.push({ id, text, bytes: await this.#bytes(id), committed: manifest !== undefined });
    }
    return voices;
  }

  close() {}

  /**
   * @param {string} id
   * @param {"manifest" | "pending"} name
   */
  async #text(id, name) {
    const record = await this.#record(`${voiceFolder(id)}/${name}`);
    if (!record) return undefined;
    if (record.sha256 === digest(record.bytes).toString("hex")) return new TextDecoder().decode(record.bytes);
    const context = { voice: id, file: "voice.json" };
    throw new HanvoxError("voice-corrupt", `the stored voice.json of voice ${id} is damaged`, { context });
  }

  /**
   * @param {string} path
   * @param {string} text
   */
  async #writeText(path, text) {
    const bytes = new TextEncoder().encode(text);
    await this.#files.write(path, [digest(bytes), bytes]);
  }

  /** @param {string} path */
  async #record(path) {
    const stored = await this.#files.read(path);
    if (!stored || stored.length < DIGEST_BYTES) return undefined;
    const sha256 = Buffer.from(stored.subarray(0, DIGEST_BYTES)).toString("hex");
    return { bytes: stored.subarray(DIGEST_BYTES), sha256 };
  }

  /** A killed import leaves blocks but no manifest. */
  async #dropAbandoned() {
    for (const name of await this.#files.names("voices")) {
      if (idOf(name) === undefined) continue;
      const folder = `voices/${name}`;
      const named = (await this.#files.size(`${folder}/manifest`)) || (await this.#files.size(`${folder}/pending`));
      if (!named && (await this.#files.isOld(`${folder}/chunks`))) await this.#files.remove(folder);
    }
  }

  /** @param {string} id */
  async #bytes(id) {
    const blocks = `${voiceFolder(id)}/chunks`;
    let bytes = 0;
    for (const file of await this.#files.names(blocks)) {
      for (const index of await this.#files.names(`${blocks}/${file}`)) {
        bytes += Math.max(0, (await this.#files.size(`${blocks}/${file}/${index}`)) - DIGEST_BYTES);
      }
    }
    return bytes;
  }
}

/**
 * Keeps ids that differ only in case apart, even on a case-insensitive file system.
 * @param {string} id
 */
function voiceFolder(id) {
  if (!isVoiceId(id)) throw new HanvoxError("unknown-voice", `"${id}" is no voice's id`, { context: { voice: id } });
  const name = id.replace(/[A-Z]/g, (letter) => `+${letter.toLowerCase()}`);
  return `voices/${DEVICE.test(name) ? `${name}+` : name}`;
}

/**
 * The inverse, for names found in the folder; other names aren't voices.
 * @param {string} name
 */
function idOf(name) {
  const id = name.replace(/\+$/, "").replace(/\+([a-z])/g, (_, letter) => letter.toUpperCase());
  return isVoiceId(id) && voiceFolder(id) === `voices/${name}` ? id : undefined;
}

/**
 * @param {string} id
 * @param {string} sha256OfFile
 * @param {number} index
 */
function blockPath(id, sha256OfFile, index) {
  checkSha256(sha256OfFile);
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`a block's index is not ${index}`);
  return `${voiceFolder(id)}/chunks/${sha256OfFile}/${index}`;
}

/** @param {string} sha256 */
function checkSha256(sha256) {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError(`"${sha256}" is no SHA-256`);
}

/** @param {Uint8Array} bytes */
function digest(bytes) {
  return createHash("sha256").update(bytes).digest();
}
