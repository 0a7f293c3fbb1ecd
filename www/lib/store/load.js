/** One load of one voice: the newest version from the first source that has all of it, or else the stored one. */
import { log } from "../diagnostics/log.js";
import { HanvoxError, throwIfCanceled } from "../shared/errors.js";
import { VoiceSource } from "./voice-source.js";

/** @typedef {import("./assembler.js").Assembler} Assembler */
/** @typedef {import("./assembler.js").LoadedVoice} LoadedVoice */

// A stored voice shouldn't wait long for a hanging network.
const REFRESH_PATIENCE_MS = 3000;

export class Load {
  /** @type {{base: string, error: HanvoxError}[]} */ #failures = [];
  #id;
  #assembler;
  #sources;
  #access;

  /**
   * @param {string} id
   * @param {Assembler} assembler
   * @param {readonly import("./sources.js").Source[]} sources Tried in order.
   * @param {import("./voice-source.js").Access} access
   */
  constructor(id, assembler, sources, access) {
    this.#id = id;
    this.#assembler = assembler;
    this.#sources = sources.map((source) => new VoiceSource(id, source, access));
    this.#access = access;
  }

  /** @returns {Promise<LoadedVoice>} */
  async run() {
    const stored = await this.#assembler.stored();
    const patience = refreshPatience(stored, this.#access.patience_ms);
    for (const source of this.#sources) {
      const text = await this.#attempt(source, () => source.manifest(patience()));
      const voice = text && (await this.#attempt(source, () => this.#assembler.collect(text, source)));
      if (voice) return voice;
    }
    if (stored === undefined) throw this.#failure();
    return this.#fallBack(stored);
  }

  /**
   * Loads the voice with this manifest; refetches damaged blocks.
   * @param {string} text
   * @returns {Promise<LoadedVoice>}
   */
  async complete(text) {
    this.#failures = [];
    if (this.#sources.length === 0) return this.#assembler.collect(text);
    for (const source of this.#sources) {
      const voice = await this.#attempt(source, () => this.#assembler.collect(text, source));
      if (voice) return voice;
    }
    throw this.#failure();
  }

  /** @param {string} before The manifest that was stored when the load began. */
  async #fallBack(before) {
    if (this.#failures.some(({ error }) => error.context.file !== "voice.json")) {
      const message = "a newer version of the voice could not be fetched, the stored one is used";
      log.write("warning", message, { voice: this.#id });
    }
    // Another tab may have stored a newer one since.
    return this.complete((await this.#assembler.stored()) ?? before);
  }

  /**
   * Resolves to the result of `work`, or to undefined if the source fails; records the failure.
   * @template T
   * @param {VoiceSource} source
   * @param {() => Promise<T>} work
   */
  async #attempt(source, work) {
    throwIfCanceled(this.#access.signal);
    try {
      return await work();
    } catch (thrown) {
      const error = HanvoxError.from(thrown);
      if (error.code === "canceled") throw error;
      this.#failures.push({ base: source.base, error });
      return undefined;
    }
  }

  /** The first source's error, with every source's reason. */
  #failure() {
    const [first] = this.#failures;
    if (!first) return noSource(this.#id);
    const { code, message, context } = first.error;
    const sources = this.#failures.map(({ base, error }) => {
      const { reason, status, file } = error.context;
      return { base, code: error.code, reason, status, file, message: error.message };
    });
    const { faults } = this.#assembler;
    const details = { context: { ...context, ...(faults.length > 0 && { faults }), sources }, cause: first.error };
    return new HanvoxError(code, message, details);
  }
}

/** @param {string} voice */
function noSource(voice) {
  return new HanvoxError("unknown-voice", `voice ${voice} is not stored and has no source`, { context: { voice } });
}

/**
 * How long each refresh attempt may take; without a stored voice, as long as any download.
 * @param {string | undefined} stored
 * @param {number} [patience_ms]
 * @returns {() => number | undefined}
 */
function refreshPatience(stored, patience_ms) {
  if (stored === undefined) return () => patience_ms;
  const until = performance.now() + REFRESH_PATIENCE_MS;
  return () => Math.max(1, until - performance.now());
}
