/**
 * Stores whole voices: fetched once with progress, resumed after an interrupted download, verified by SHA-256 on
 * every read, repaired block by block, and available offline from then on.
 */
import { HanvoxError } from "../shared/errors.js";
import { checkedManifest, isVoiceId, parseManifest, unreadVoice, voiceInfo } from "./manifest.js";
import { Assembler } from "./assembler.js";
import { putVoice, readEntries } from "./import.js";
import { Load } from "./load.js";
import { MemoryBackend } from "./memory-backend.js";
import { keepStored, usageOf } from "./quota.js";
import { findFaults, storedFiles } from "./verify.js";

/** @typedef {import("./backend.js").Backend} Backend */
/** @typedef {import("./assembler.js").CallOptions} CallOptions */
/** @typedef {import("./assembler.js").LoadedVoice} LoadedVoice */
/** @typedef {import("./assembler.js").Fault} Fault */
/** @typedef {import("./sources.js").Source} Source */
/** @typedef {CallOptions & {sources: readonly Source[]}} LoadOptions Sources are tried in order. */
/**
 * @typedef {object} Locks The part of LockManager used here.
 * @property {(name: string, options: {signal?: AbortSignal}, work: () => Promise<any>) => Promise<any>} request
 */

/**
 * @typedef {object} StoreParts
 * @property {() => Promise<Backend>} backend Opens it; rejects with `storage-blocked` if there is none.
 * @property {import("./manifest.js").Check} check Of a manifest, before a voice is stored.
 * @property {typeof fetch} [fetch]
 * @property {Locks} [locks] Shared by everything that uses the backend; `navigator.locks` in browsers.
 * @property {import("./quota.js").Storage} [storage] `navigator.storage` in browsers.
 * @property {number} [patience_ms] How long a server may deliver almost nothing.
 */

/** @typedef {import("../shared/protocol.js").ListedVoice & {bytes: number, whole: boolean}} StoredVoice */

/** @typedef {Omit<StoreParts, "check"> & Partial<Pick<StoreParts, "check">>} GivenParts With the usual check as a default. */

/** @typedef {{id: string, ok: boolean, faults: Fault[]}} Report */

export class VoiceStore {
  #parts;
  #fetch;
  /** Replaces the backend when storage is blocked. */ #memory = new MemoryBackend();

  /** @param {StoreParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#fetch = parts.fetch ?? globalThis.fetch.bind(globalThis);
  }

  /**
   * Loads the newest version from the sources or, if none responds, the stored one.
   * @param {string} id
   * @param {LoadOptions} options
   * @returns {Promise<LoadedVoice>}
   */
  async load(id, options) {
    checkId(id);
    const backend = await this.#openOrMemory(options);
    try {
      const voice = await this.#loading(id, backend, options).load.run();
      // Memory is for resuming an interrupted download; a whole voice would only be held twice.
      if (backend === this.#memory) await backend.remove(id);
      else if (voice.downloaded > 0) await keepStored(this.#parts.storage);
      return voice;
    } finally {
      backend.close();
    }
  }

  /**
   * Lists the stored voices, including incomplete ones.
   * @returns {Promise<StoredVoice[]>}
   */
  list() {
    return this.#withBackend(async (backend) => (await backend.list()).map(storedVoice));
  }

  /** Bytes stored by the whole site, if the browser reports them. */
  usage() {
    return usageOf(this.#parts.storage);
  }

  /** @param {string} id */
  async remove(id) {
    await this.#withBackend((backend) => this.#exclusive(id, undefined, () => backend.remove(id)));
  }

  /**
   * @param {string} id
   * @returns {Promise<Report>}
   */
  verify(id) {
    return this.#withBackend((backend) => report(backend, id, this.#parts.check));
  }

  /** Verifies every committed voice. */
  verifyAll() {
    return this.#withBackend(async (backend) => {
      const reports = [];
      for (const { id, committed } of await backend.list()) {
        if (committed) reports.push(await report(backend, id, this.#parts.check));
      }
      return reports;
    });
  }

  /**
   * Refetches only the damaged blocks of a stored voice; replaces a damaged manifest with the current one.
   * @param {string} id
   * @param {LoadOptions} options
   * @returns {Promise<{refetched: number}>} Chunks; the manifest counts as one.
   */
  repair(id, options) {
    return this.#withBackend(async (backend) => {
      const { load, assembler } = this.#loading(id, backend, options);
      const { text } = await soundManifest(backend, id, this.#parts.check);
      await (text === undefined ? load.run() : load.complete(text));
      return { refetched: assembler.fetched + (text === undefined ? 1 : 0) };
    });
  }

  /**
   * Stores a voice from its files, all of it or nothing. Unlike `load`, it requires working storage.
   * @param {import("./import.js").Entries} entries
   * @param {CallOptions} [options]
   * @returns {Promise<StoredVoice>}
   */
  async importFiles(entries, { signal, onprogress = () => {} } = {}) {
    const voice = await readEntries(entries, this.#parts.check, signal);
    const { id, files } = voice.manifest;
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let loaded = 0;
    const onbytes = (/** @type {{path: string}} */ { path }, /** @type {number} */ count) => {
      loaded += count;
      onprogress({ status: "progress", voice: id, file: path, loaded, total });
    };
    onprogress({ status: "initiate", voice: id, loaded, total });
    const { storage } = this.#parts;
    await this.#withBackend((backend) =>
      this.#exclusive(id, signal, () => putVoice(backend, voice, { storage, signal, onbytes })),
    );
    await keepStored(this.#parts.storage);
    onprogress({ status: "done", voice: id, loaded, total });
    return { ...voiceInfo(voice.manifest), bytes: total, whole: true };
  }

  /**
   * The files of a stored voice, each verified, with `voice.json` last.
   * @param {string} id
   * @returns {AsyncGenerator<{path: string, bytes: Uint8Array<ArrayBuffer>}, void, void>}
   */
  async *exportFiles(id) {
    const backend = await this.#parts.backend();
    try {
      yield* storedFiles(backend, id, await committed(backend, id));
    } finally {
      backend.close();
    }
  }

  /**
   * @param {string} id
   * @param {Backend} backend
   * @param {LoadOptions} options
   */
  #loading(id, backend, { sources, signal, onprogress }) {
    const { storage, check, patience_ms } = this.#parts;
    // No one else sees this instance's memory, and a browser that blocks storage refuses locks too.
    const exclusive = backend === this.#memory ? alone : this.#exclusive.bind(this);
    const assembler = new Assembler({ id, backend, exclusive, check, storage }, { signal, onprogress });
    const access = { fetch: this.#fetch, signal, patience_ms };
    return { assembler, load: new Load(id, assembler, sources, access) };
  }

  /** @param {CallOptions} options */
  async #openOrMemory({ onprogress }) {
    try {
      return await this.#parts.backend();
    } catch (thrown) {
      onprogress?.({ status: "warning", error: HanvoxError.from(thrown).toJSON() });
      return this.#memory;
    }
  }

  /**
   * @template T
   * @param {(backend: Backend) => Promise<T>} work
   */
  async #withBackend(work) {
    const backend = await this.#parts.backend();
    try {
      return await work(backend);
    } finally {
      backend.close();
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

/** @type {import("./assembler.js").Exclusive} */
const alone = (_id, _signal, work) => work();

/** @param {string} id */
function checkId(id) {
  if (isVoiceId(id)) return;
  throw new HanvoxError("unknown-voice", `"${id}" is no voice's id`, { context: { voice: id } });
}

/**
 * @param {Backend} backend
 * @param {string} id
 */
async function committed(backend, id) {
  checkId(id);
  const text = await backend.manifest(id);
  if (text !== undefined) return text;
  throw new HanvoxError("unknown-voice", `voice ${id} is not stored`, { context: { voice: id } });
}

/**
 * The manifest of a stored voice, or what is wrong with it.
 * @param {Backend} backend
 * @param {string} id
 * @param {import("./manifest.js").Check} check
 * @returns {Promise<{text: string, fault?: undefined} | {text?: undefined, fault: Fault}>}
 */
async function soundManifest(backend, id, check) {
  try {
    const text = await committed(backend, id);
    await checkedManifest(text, check, id);
    return { text };
  } catch (thrown) {
    const { code, message } = HanvoxError.from(thrown);
    if (code !== "voice-corrupt" && code !== "voice-unsupported") throw thrown;
    return { fault: { file: "voice.json", chunk: 0, code, message } };
  }
}

/**
 * @param {Backend} backend
 * @param {string} id
 * @param {import("./manifest.js").Check} check
 * @returns {Promise<Report>}
 */
async function report(backend, id, check) {
  const { text, fault } = await soundManifest(backend, id, check);
  const faults = fault ? [fault] : await findFaults(backend, id, parseManifest(text, id).files);
  return { id, ok: faults.length === 0, faults };
}

/**
 * @param {import("./backend.js").BackendEntry} entry
 * @returns {StoredVoice}
 */
function storedVoice({ id, text, bytes, committed }) {
  try {
    return { ...voiceInfo(parseManifest(text, id)), id, bytes, whole: committed };
  } catch {
    // List it anyway, so that it can be removed.
    return { ...unreadVoice(id), bytes, whole: false };
  }
}
