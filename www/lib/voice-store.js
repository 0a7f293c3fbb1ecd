/**
 * Voices in a browser: fetched once with progress, verified by SHA-256, kept in IndexedDB, and from
 * then on there without the network. Every file is checked again whenever it is read.
 */
import { NO_DATABASE, openDatabase } from "./database.js";
import { downloadBytes, downloadText } from "./download.js";
import { log } from "./diagnostics/log.js";
import { HanvoxError, throwIfCanceled } from "./errors.js";
import { isVoiceId, parseManifest, verify } from "./manifest.js";

/** @typedef {import("./manifest.js").Manifest} Manifest */
/** @typedef {import("./manifest.js").Voice} Voice */
/** @typedef {import("./protocol.js").Progress} Progress */

/**
 * @typedef {object} LoadOptions
 * @property {string} voices Address of the folder that holds a folder per voice, with a final slash.
 * @property {AbortSignal} [signal]
 * @property {(progress: Progress) => void} [onprogress]
 */

// A voice that is stored need not wait long for a network that hangs.
const REFRESH_PATIENCE_MS = 3000;

export class VoiceStore {
  #indexedDB;
  #fetch;

  /** @param {{indexedDB?: IDBFactory, fetch?: typeof fetch}} [host] */
  constructor({ indexedDB = globalThis.indexedDB, fetch = globalThis.fetch.bind(globalThis) } = {}) {
    this.#indexedDB = indexedDB;
    this.#fetch = fetch;
  }

  /**
   * @param {string} id
   * @param {LoadOptions} options
   * @returns {Promise<Voice & {fromCache: boolean, downloaded: number}>}
   */
  async load(id, options) {
    if (!isVoiceId(id))
      throw new HanvoxError("unknown-voice", `"${id}" is no voice's id`, { context: { voice: id } });
    const database = await this.#openDatabase(options);
    try {
      return await new Load(id, database, this.#fetch, options).run();
    } finally {
      database.close();
    }
  }

  /** @param {LoadOptions} options */
  async #openDatabase({ onprogress }) {
    try {
      return await openDatabase(this.#indexedDB);
    } catch (error) {
      warn(error, onprogress);
      return NO_DATABASE;
    }
  }
}

/** One load of one voice. */
class Load {
  #loaded = 0;
  #downloads = 0;
  #downloaded = 0;

  /**
   * @param {string} id
   * @param {import("./database.js").Database} database
   * @param {typeof fetch} fetch
   * @param {LoadOptions} options
   */
  constructor(id, database, fetch, { voices, signal, onprogress = () => {} }) {
    this.id = id;
    this.database = database;
    this.fetch = fetch;
    this.folder = `${voices}${id}/`;
    this.signal = signal;
    this.onprogress = onprogress;
  }

  async run() {
    const stored = await this.database.manifest(this.id);
    const current = await this.#currentManifest(stored);
    if (stored === undefined || stored === current) return this.#collect(current);
    try {
      return await this.#collect(current);
    } catch (error) {
      if (HanvoxError.from(error).code === "canceled") throw error;
      log.write("warning", "a newer version of the voice could not be fetched, the stored one is used", {
        voice: this.id,
      });
      return this.#collect(stored);
    }
  }

  /**
   * The manifest as the server has it now or, where it can't be had, the stored one.
   * @param {string | undefined} stored
   * @returns {Promise<string>}
   */
  async #currentManifest(stored) {
    const patience = stored === undefined ? {} : { patience_ms: REFRESH_PATIENCE_MS };
    const options = { ...this.#downloadOptions("unknown-voice", "voice.json"), ...patience };
    try {
      const text = await downloadText(`${this.folder}voice.json`, { ...options, cache: "no-cache" });
      parseManifest(text, this.id);
      return text;
    } catch (error) {
      if (stored === undefined || HanvoxError.from(error).code === "canceled") throw error;
      return stored;
    }
  }

  /**
   * @param {string} text
   * @returns {Promise<Voice & {fromCache: boolean, downloaded: number}>}
   */
  async #collect(text) {
    const manifest = parseManifest(text, this.id);
    const total = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    this.#loaded = 0;
    this.onprogress({ status: "initiate", voice: this.id, loaded: 0, total });
    /** @type {Voice["files"]} */
    const files = new Map();
    for (const file of manifest.files) {
      throwIfCanceled(this.signal);
      files.set(file.path, (await this.#stored(file)) ?? (await this.#download(file, total)));
      this.#advance(file, total, 0);
      this.onprogress({ status: "done", voice: this.id, file: file.path });
    }
    if (this.#downloads > 0) await this.#commit(text, manifest);
    return { manifest, text, files, fromCache: this.#downloads === 0, downloaded: this.#downloaded };
  }

  /** @param {import("./manifest.js").VoiceFile} file */
  async #stored(file) {
    const bytes = await this.database.file(this.id, file.sha256);
    if (!bytes) return undefined;
    try {
      await verify(file, bytes, this.id);
    } catch (error) {
      log.error(error, { level: "warning", action: "fetched again" });
      return undefined;
    }
    this.#loaded += bytes.length;
    return bytes;
  }

  /**
   * @param {import("./manifest.js").VoiceFile} file
   * @param {number} total
   */
  async #download(file, total) {
    this.onprogress({ status: "download", voice: this.id, file: file.path, loaded: this.#loaded, total });
    const bytes = await downloadBytes(`${this.folder}${file.path}`, file.bytes, {
      ...this.#downloadOptions("voice-missing", file.path),
      onbytes: (count) => this.#advance(file, total, count),
    });
    await verify(file, bytes, this.id);
    this.#downloads += 1;
    this.#downloaded += bytes.length;
    await this.#keep(() => this.database.putFile(this.id, file.sha256, bytes));
    return bytes;
  }

  /**
   * @param {string} text
   * @param {Manifest} manifest
   */
  #commit(text, manifest) {
    const sha256s = manifest.files.map((file) => file.sha256);
    return this.#keep(() => this.database.commit(this.id, text, sha256s));
  }

  /**
   * Storing may fail (a full disk); the voice speaks all the same, and the caller is told.
   * @param {() => Promise<void>} write
   */
  async #keep(write) {
    try {
      await write();
    } catch (cause) {
      this.database = NO_DATABASE;
      const full = /** @type {any} */ (cause)?.name === "QuotaExceededError";
      const code = full ? "quota-exceeded" : "storage-blocked";
      warn(new HanvoxError(code, `voice ${this.id} could not be stored`, { cause }), this.onprogress);
    }
  }

  /**
   * @param {import("./manifest.js").VoiceFile} file
   * @param {number} total
   * @param {number} count
   */
  #advance(file, total, count) {
    this.#loaded += count;
    this.onprogress({ status: "progress", voice: this.id, file: file.path, loaded: this.#loaded, total });
  }

  /**
   * @param {import("./errors.js").ErrorCode} missing
   * @param {string} file
   */
  #downloadOptions(missing, file) {
    return { fetch: this.fetch, signal: this.signal, missing, context: { voice: this.id, file } };
  }
}

/**
 * The voice speaks all the same; whoever asked for it handles the error.
 * @param {unknown} thrown
 * @param {((progress: Progress) => void) | undefined} onprogress
 */
function warn(thrown, onprogress) {
  onprogress?.({ status: "warning", error: HanvoxError.from(thrown).toJSON() });
}
