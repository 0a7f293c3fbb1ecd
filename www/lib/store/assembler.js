/** Assembles the files of a voice in memory: stored blocks first, the rest from a source. */
import { log } from "../diagnostics/log.js";
import { HanvoxError, throwIfCanceled } from "../shared/errors.js";
import { handOut, parseManifest, requireLoadable } from "./manifest.js";
import { Assembly, damaged } from "./assembly.js";
import { requireQuota } from "./quota.js";

/** @typedef {import("./manifest.js").Voice} Voice */
/** @typedef {import("./manifest.js").Manifest} Manifest */
/** @typedef {import("./manifest.js").VoiceFile} VoiceFile */
/** @typedef {import("./voice-source.js").VoiceSource} VoiceSource */
/** @typedef {import("../shared/protocol.js").Progress} Progress */
/**
 * @typedef {object} Fault A missing or damaged block, or a manifest that can't be used.
 * @property {string} file
 * @property {number} chunk
 * @property {import("../shared/errors.js").ErrorCode} [code] What is wrong with a manifest.
 * @property {string} [message]
 */

/**
 * @typedef {object} AssemblerParts
 * @property {string} id
 * @property {import("./backend.js").Backend} backend
 * @property {Exclusive} exclusive
 * @property {import("./manifest.js").Check} check
 * @property {import("./quota.js").Storage} [storage]
 */

/**
 * Runs `work` while no one else changes the voice.
 * @typedef {<T>(id: string, signal: AbortSignal | undefined, work: () => Promise<T>) => Promise<T>} Exclusive
 */

/** @typedef {import("../shared/protocol.js").CallOptions} CallOptions */

/** @typedef {Voice & {fromCache: boolean, downloaded: number}} LoadedVoice */

export class Assembler {
  /** By the file's SHA-256; kept when a source fails. @type {Map<string, Assembly>} */
  #assemblies = new Map();
  #parts;
  #signal;
  #onprogress;
  #loaded = 0;
  #total = 0;
  #downloaded = 0;
  /** Whether to store what is fetched. */ #keeping = true;
  /** Number of blocks fetched. */ fetched = 0;
  /** In stored blocks. @type {Fault[]} */ faults = [];
  /** What the engine has against the manifest. @type {unknown} */ #refusal;

  /**
   * @param {AssemblerParts} parts
   * @param {CallOptions} options
   */
  constructor(parts, { signal, onprogress = () => {} }) {
    this.#parts = parts;
    this.#signal = signal;
    this.#onprogress = onprogress;
  }

  /**
   * The committed manifest, if it can be read.
   * @returns {Promise<string | undefined>}
   */
  async stored() {
    try {
      return await this.#parts.backend.manifest(this.#parts.id);
    } catch (error) {
      log.error(error, { level: "warning", action: "fetched again" });
      return undefined;
    }
  }

  /**
   * @param {string} text The manifest.
   * @param {VoiceSource} [source] Without one, all files must already be stored.
   * @returns {Promise<LoadedVoice>}
   */
  async collect(text, source) {
    const { id, exclusive } = this.#parts;
    const manifest = parseManifest(text, id);
    this.#begin(manifest);
    const here = (await this.stored()) === text;
    if (here) await this.#takeStored(manifest);
    if (!here || !this.#isWhole(manifest)) {
      await exclusive(id, this.#signal, () => this.#complete(text, manifest, source));
    }
    throwIfCanceled(this.#signal);
    const files = new Map(manifest.files.map((file) => [file.path, this.#assembly(file).bytes]));
    // From here on only the voice holds the bytes; it releases each file when the file is taken.
    this.#assemblies.clear();
    return { manifest, text, file: handOut(id, files), fromCache: this.fetched === 0, downloaded: this.#downloaded };
  }

  /** @param {Manifest} manifest */
  #begin({ files }) {
    this.#total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#loaded = files.reduce((sum, file) => sum + this.#assembly(file).present, 0);
    this.#tell("initiate");
  }

  /**
   * @param {string} text
   * @param {Manifest} manifest
   * @param {VoiceSource} [source]
   */
  async #complete(text, manifest, source) {
    const { id, backend, check } = this.#parts;
    // An engine may just be starting: what it thinks of the manifest is awaited at the end.
    const checked = requireLoadable(text, check, id).catch((error) => (this.#refusal = error));
    await this.#takeStored(manifest);
    const stored = await this.stored();
    if (!this.#isWhole(manifest)) await this.#download(manifest, stored === text ? undefined : text, source);
    await checked;
    this.#throwIfRefused();
    const sha256s = manifest.files.map((file) => file.sha256);
    if (stored !== text) await this.#keep(() => backend.commit(id, text, sha256s));
  }

  /** @param {Manifest} manifest */
  async #takeStored(manifest) {
    for (const file of manifest.files) {
      const assembly = this.#assembly(file);
      if (assembly.whole) continue;
      for (const index of assembly.missing) {
        throwIfCanceled(this.#signal);
        await this.#takeBlock(assembly, index);
      }
      if (assembly.whole && !(await assembly.isRight())) await this.#forget(assembly);
      else this.#advance(file.path, assembly.present);
      if (assembly.whole) this.#tell("done", file.path);
    }
  }

  /**
   * @param {Assembly} assembly
   * @param {number} index
   */
  async #takeBlock(assembly, index) {
    const { id, backend } = this.#parts;
    const { sha256: key, path } = assembly.file;
    try {
      const stored = await backend.block(id, key, index);
      if (!stored) return;
      const fits = stored.bytes.length === assembly.block(index).length;
      if (fits) assembly.block(index).set(stored.bytes);
      if (fits && (await assembly.accept(index, stored.sha256))) return;
      throw damaged(id, path, index);
    } catch (error) {
      // Treat unreadable as damaged.
      this.#noteFault({ file: path, chunk: index }, error);
    }
  }

  /**
   * @param {Fault} fault
   * @param {unknown} error
   */
  #noteFault(fault, error) {
    if (this.faults.some(({ file, chunk }) => file === fault.file && chunk === fault.chunk)) return;
    this.faults.push(fault);
    log.error(error, { level: "warning", action: "fetched again" });
  }

  /**
   * @param {Manifest} manifest
   * @param {string | undefined} pending The manifest's text, unless already committed.
   * @param {VoiceSource} [source]
   */
  async #download(manifest, pending, source) {
    const { id, backend } = this.#parts;
    if (!source) throw this.#unrepaired(manifest);
    await this.#keep(() => requireQuota(this.#parts.storage, this.#total - this.#present(manifest)));
    if (pending !== undefined && (await backend.pending(id).catch(() => undefined)) !== pending) {
      await this.#keep(() => backend.setPending(id, pending));
    }
    for (const file of manifest.files) {
      const assembly = this.#assembly(file);
      this.#throwIfRefused();
      if (!assembly.whole) await this.#fetch(assembly, source);
    }
  }

  #throwIfRefused() {
    if (this.#refusal) throw this.#refusal;
  }

  /**
   * @param {Assembly} assembly
   * @param {VoiceSource} source
   */
  async #fetch(assembly, source) {
    const { path } = assembly.file;
    this.#tell("download", path);
    const transfer = source.transfer(assembly, {
      onbytes: (count) => this.#advance(path, count),
      onblock: (index, sha256) => this.#keepBlock(assembly, index, sha256),
    });
    await transfer.run();
    if (!(await assembly.isRight())) {
      await this.#forget(assembly);
      throw transfer.contentError();
    }
    this.#tell("done", path);
  }

  /**
   * @param {Assembly} assembly
   * @param {number} index
   * @param {string} sha256
   */
  async #keepBlock(assembly, index, sha256) {
    const bytes = assembly.block(index);
    this.fetched += 1;
    this.#downloaded += bytes.length;
    await this.#keep(() => this.#parts.backend.putBlock(this.#parts.id, assembly.file.sha256, index, bytes, sha256));
  }

  /**
   * Every block passed its own check, but the file doesn't match the manifest: none of it can be trusted.
   * @param {Assembly} assembly
   */
  async #forget({ file }) {
    const fresh = new Assembly(file);
    this.#assemblies.set(file.sha256, fresh);
    for (const index of fresh.missing) {
      await this.#keep(() => this.#parts.backend.dropBlock(this.#parts.id, file.sha256, index));
    }
  }

  /**
   * Storing may fail (a full disk); the voice still works, and the caller gets a warning.
   * @param {() => Promise<void>} write
   */
  async #keep(write) {
    if (!this.#keeping) return;
    try {
      await write();
    } catch (thrown) {
      this.#keeping = false;
      const { code, message, context } = HanvoxError.from(thrown);
      const { id } = this.#parts;
      const details = { context: { voice: id, ...context }, cause: thrown };
      const warning = new HanvoxError(code, `voice ${id} can't be stored: ${message}`, details);
      this.#onprogress({ status: "warning", error: warning.toJSON() });
    }
  }

  /** @param {Manifest} manifest */
  #unrepaired(manifest) {
    const file = manifest.files.find((each) => !this.#assembly(each).whole);
    const { id } = this.#parts;
    return damaged(id, file?.path ?? "", file && this.#assembly(file).missing[0], { faults: this.faults });
  }

  /** @param {VoiceFile} file */
  #assembly(file) {
    const assembly = this.#assemblies.get(file.sha256) ?? new Assembly(file);
    this.#assemblies.set(file.sha256, assembly);
    return assembly;
  }

  /** @param {Manifest} manifest */
  #isWhole({ files }) {
    return files.every((file) => this.#assembly(file).whole);
  }

  /** @param {Manifest} manifest */
  #present({ files }) {
    return files.reduce((sum, file) => sum + this.#assembly(file).present, 0);
  }

  /**
   * @param {string} file
   * @param {number} count
   */
  #advance(file, count) {
    this.#loaded += count;
    this.#tell("progress", file);
  }

  /**
   * @param {Progress["status"]} status
   * @param {string} [file]
   */
  #tell(status, file) {
    this.#onprogress({ status, voice: this.#parts.id, file, loaded: this.#loaded, total: this.#total });
  }
}
