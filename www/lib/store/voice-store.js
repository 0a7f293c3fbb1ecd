/**
 * Voices that arrive whole and stay: fetched once with progress, resumed where a download broke off, checked by
 * SHA-256 whenever they are read, repaired chunk by chunk, and from then on there without the network.
 */
import { HanvoxError } from "../shared/errors.js";
import { isVoiceId, parseManifest, voiceInfo } from "./manifest.js";
import { Gathering } from "./gathering.js";
import { putVoice, readEntries } from "./import.js";
import { Load } from "./load.js";
import { MemoryShelf } from "./memory-shelf.js";
import { keepStored, usageOf } from "./room.js";
import { findFaults, storedFiles } from "./verify.js";

/** @typedef {import("./shelf.js").Shelf} Shelf */
/** @typedef {import("./gathering.js").CallOptions} CallOptions */
/** @typedef {import("./gathering.js").LoadedVoice} LoadedVoice */
/** @typedef {import("./gathering.js").Fault} Fault */
/** @typedef {import("./sources.js").Source} Source */
/** @typedef {CallOptions & {sources: readonly Source[]}} LoadOptions Sources are tried in order. */
/**
 * @typedef {object} Locks What is used of a LockManager.
 * @property {(name: string, options: {signal?: AbortSignal}, work: () => Promise<any>) => Promise<any>} request
 */

/**
 * @typedef {object} StoreParts
 * @property {() => Promise<Shelf>} shelf Opens it; rejects with `storage-blocked` where there is none.
 * @property {typeof fetch} [fetch]
 * @property {Locks} [locks] Shared by all that use the shelf; `navigator.locks` in browsers.
 * @property {import("./room.js").Storage} [storage] `navigator.storage` in browsers.
 * @property {number} [patience_ms] Longest time in which a server may bring next to nothing.
 */

/** @typedef {import("../shared/protocol.js").ListedVoice & {bytes: number, whole: boolean}} StoredVoice */

/** @typedef {{id: string, ok: boolean, faults: Fault[]}} Report */

export class VoiceStore {
  #parts;
  #fetch;
  /** Takes a shelf's place where storage is blocked. */ #memory = new MemoryShelf();

  /** @param {StoreParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#fetch = parts.fetch ?? globalThis.fetch.bind(globalThis);
  }

  /**
   * The voice, as new as the sources have it now or, where none answers, as it is stored.
   * @param {string} id
   * @param {LoadOptions} options
   * @returns {Promise<LoadedVoice>}
   */
  async load(id, options) {
    checkId(id);
    const shelf = await this.#openOrMemory(options);
    try {
      const voice = await this.#loading(id, shelf, options).load.run();
      // Memory helps a download that broke off; a voice that is whole would only be there twice.
      if (shelf === this.#memory) await shelf.remove(id);
      else if (voice.downloaded > 0) await keepStored(this.#parts.storage);
      return voice;
    } finally {
      shelf.close();
    }
  }

  /**
   * What is stored, also what is not whole yet.
   * @returns {Promise<StoredVoice[]>}
   */
  list() {
    return this.#withShelf(async (shelf) => (await shelf.list()).map(storedVoice));
  }

  /** Bytes of all that the site stores, where the browser tells. */
  usage() {
    return usageOf(this.#parts.storage);
  }

  /** @param {string} id */
  async remove(id) {
    await this.#withShelf((shelf) => this.#exclusive(id, undefined, () => shelf.remove(id)));
  }

  /**
   * @param {string} id
   * @returns {Promise<Report>}
   */
  verify(id) {
    return this.#withShelf((shelf) => report(shelf, id));
  }

  /** All that is committed. */
  verifyAll() {
    return this.#withShelf(async (shelf) => {
      const reports = [];
      for (const { id, committed } of await shelf.list()) {
        if (committed) reports.push(await report(shelf, id));
      }
      return reports;
    });
  }

  /**
   * Fetches the damaged chunks of a stored voice again, and nothing else; a damaged manifest as it is now.
   * @param {string} id
   * @param {LoadOptions} options
   * @returns {Promise<{refetched: number}>} Chunks; the manifest counts as one.
   */
  repair(id, options) {
    return this.#withShelf(async (shelf) => {
      const { load, gathering } = this.#loading(id, shelf, options);
      const text = await soundManifest(shelf, id);
      await (text === undefined ? load.run() : load.complete(text));
      return { refetched: gathering.fetched + (text === undefined ? 1 : 0) };
    });
  }

  /**
   * Stores a voice from its files, whole or not at all. Unlike a load it needs a place to store.
   * @param {import("./import.js").Entries} entries
   * @param {CallOptions} [options]
   * @returns {Promise<StoredVoice>}
   */
  async importFiles(entries, { signal, onprogress = () => {} } = {}) {
    const voice = await readEntries(entries, signal);
    const { id, files } = voice.manifest;
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let loaded = 0;
    const onbytes = (/** @type {{path: string}} */ { path }, /** @type {number} */ count) => {
      loaded += count;
      onprogress({ status: "progress", voice: id, file: path, loaded, total });
    };
    onprogress({ status: "initiate", voice: id, loaded, total });
    const { storage } = this.#parts;
    await this.#withShelf((shelf) =>
      this.#exclusive(id, signal, () => putVoice(shelf, voice, { storage, signal, onbytes })),
    );
    await keepStored(this.#parts.storage);
    onprogress({ status: "done", voice: id, loaded, total });
    return { ...voiceInfo(voice.manifest), bytes: total, whole: true };
  }

  /**
   * The files of a stored voice, each checked, and `voice.json` last.
   * @param {string} id
   * @returns {AsyncGenerator<{path: string, bytes: Uint8Array<ArrayBuffer>}, void, void>}
   */
  async *exportFiles(id) {
    const shelf = await this.#parts.shelf();
    try {
      yield* storedFiles(shelf, id, await committed(shelf, id));
    } finally {
      shelf.close();
    }
  }

  /**
   * @param {string} id
   * @param {Shelf} shelf
   * @param {LoadOptions} options
   */
  #loading(id, shelf, { sources, signal, onprogress }) {
    const { storage, patience_ms } = this.#parts;
    // Nobody else sees this one's memory; and where a browser blocks storage, it refuses locks, too.
    const exclusive = shelf === this.#memory ? alone : this.#exclusive.bind(this);
    const gathering = new Gathering({ id, shelf, exclusive, storage }, { signal, onprogress });
    const access = { fetch: this.#fetch, signal, patience_ms };
    return { gathering, load: new Load(id, gathering, sources, access) };
  }

  /** @param {CallOptions} options */
  async #openOrMemory({ onprogress }) {
    try {
      return await this.#parts.shelf();
    } catch (thrown) {
      onprogress?.({ status: "warning", error: HanvoxError.from(thrown).toJSON() });
      return this.#memory;
    }
  }

  /**
   * @template T
   * @param {(shelf: Shelf) => Promise<T>} work
   */
  async #withShelf(work) {
    const shelf = await this.#parts.shelf();
    try {
      return await work(shelf);
    } finally {
      shelf.close();
    }
  }

  /**
   * @template T
   * @param {string} id
   * @param {AbortSignal | undefined} signal
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #exclusive(id, signal, work) {
    const { locks } = this.#parts;
    return locks ? locks.request(`hanvox-voice-${id}`, { signal }, work) : work();
  }
}

/** @type {import("./gathering.js").Exclusive} */
const alone = (_id, _signal, work) => work();

/** @param {string} id */
function checkId(id) {
  if (isVoiceId(id)) return;
  throw new HanvoxError("unknown-voice", `"${id}" is no voice's id`, { context: { voice: id } });
}

/**
 * @param {Shelf} shelf
 * @param {string} id
 */
async function committed(shelf, id) {
  checkId(id);
  const text = await shelf.manifest(id);
  if (text !== undefined) return text;
  throw new HanvoxError("unknown-voice", `voice ${id} is not stored`, { context: { voice: id } });
}

/**
 * The manifest of a stored voice, unless it is damaged.
 * @param {Shelf} shelf
 * @param {string} id
 */
async function soundManifest(shelf, id) {
  try {
    const text = await committed(shelf, id);
    parseManifest(text, id);
    return text;
  } catch (error) {
    if (HanvoxError.from(error).code !== "voice-corrupt") throw error;
    return undefined;
  }
}

/**
 * @param {Shelf} shelf
 * @param {string} id
 * @returns {Promise<Report>}
 */
async function report(shelf, id) {
  const text = await soundManifest(shelf, id);
  const manifest = { file: "voice.json", chunk: 0 };
  const faults = text === undefined ? [manifest] : await findFaults(shelf, id, parseManifest(text, id).files);
  return { id, ok: faults.length === 0, faults };
}

/**
 * @param {import("./shelf.js").ShelfEntry} entry
 * @returns {StoredVoice}
 */
function storedVoice({ id, text, bytes, committed }) {
  try {
    return { ...voiceInfo(parseManifest(text, id)), id, bytes, whole: committed };
  } catch {
    // So that it can be seen and removed.
    const unknown = { name: id, version: "", language: "", licence: "", sampling_rate: 0 };
    return { id, ...unknown, bytes, whole: false };
  }
}
