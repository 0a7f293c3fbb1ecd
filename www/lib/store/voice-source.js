/** One source of one voice: its manifest and its files. */
import { downloadText } from "./download.js";
import { HanvoxError } from "../shared/errors.js";
import { parseManifest } from "./manifest.js";
import { FileTransfer } from "./file-transfer.js";
import { fileAddress } from "./sources.js";

// Symbols, pinyin and blocks take tens of kilobytes; a bound on memory.
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** @typedef {{fetch: typeof fetch, signal?: AbortSignal, patience_ms?: number}} Access */

export class VoiceSource {
  #id;
  #source;
  #access;

  /**
   * @param {string} id
   * @param {import("./sources.js").Source} source
   * @param {Access} access
   */
  constructor(id, source, access) {
    this.#id = id;
    this.#source = source;
    this.#access = access;
  }

  get base() {
    return this.#source.base;
  }

  /**
   * @param {number} [patience_ms]
   * @returns {Promise<string>}
   */
  async manifest(patience_ms = this.#access.patience_ms) {
    const url = fileAddress(this.#source, this.#id, "voice.json");
    const context = { voice: this.#id, file: "voice.json" };
    const options = { ...this.#access, patience_ms, missing: /** @type {const} */ ("unknown-voice"), context };
    const text = await downloadText(url, MAX_MANIFEST_BYTES, { ...options, cache: "no-cache" });
    this.#checkRevision(parseManifest(text, this.#id).version, url);
    return text;
  }

  /**
   * @param {import("./assembly.js").Assembly} assembly
   * @param {Pick<import("./file-transfer.js").TransferOptions, "onbytes" | "onblock">} events
   */
  transfer(assembly, events) {
    const url = fileAddress(this.#source, this.#id, assembly.file.path);
    return new FileTransfer(assembly, { ...this.#access, voice: this.#id, url, ...events });
  }

  /**
   * @param {string} version
   * @param {string} url
   */
  #checkRevision(version, url) {
    const { layout = "plain", revision = version } = this.#source;
    if (layout !== "plain" || version === revision) return;
    const context = { voice: this.#id, url, version, revision, reason: "revision" };
    throw new HanvoxError("unknown-voice", `${url} is version ${version}, not ${revision}`, { context });
  }
}
