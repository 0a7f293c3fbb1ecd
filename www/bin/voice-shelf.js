/** The voices of a server: one that is always loaded, and others that are loaded on demand within a bound of memory. */
import { HanvoxError } from "../lib/shared/errors.js";

/** @typedef {import("../lib/api/api.js").Tts} Tts */
/** @typedef {import("../lib/shared/protocol.js").VoiceInfo} VoiceInfo */

/** @typedef {Tts & {memory: () => Promise<number>, dispose: () => void}} Loaded */

/**
 * @typedef {object} ShelfOptions
 * @property {(id: string) => Promise<Loaded>} load
 * @property {() => Promise<VoiceInfo[]>} list All voices of this machine.
 * @property {number} bytes That the voices on demand may take together.
 * @property {number} workers Engines of each.
 */

/**
 * @typedef {object} Entry
 * @property {Promise<Loaded>} loading
 * @property {number} bytes
 * @property {number} speeches Open ones.
 */

// What an engine takes with a small voice.
const USUAL_BYTES = 80e6;

export class VoiceShelf {
  #options;
  /** The one used last is the last one. @type {Map<string, Entry>} */ #entries = new Map();

  /** @param {ShelfOptions} options */
  constructor(options) {
    this.#options = options;
  }

  list() {
    return this.#options.list();
  }

  /**
   * @param {string} id
   * @returns {Promise<Tts>}
   */
  async find(id) {
    const entry = this.#entries.get(id) ?? (await this.#load(id));
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    // Counted from here on, so that it is not unloaded before its speech begins.
    entry.speeches += 1;
    try {
      return counting(await entry.loading, entry);
    } catch (thrown) {
      this.#entries.delete(id);
      throw thrown;
    } finally {
      entry.speeches -= 1;
    }
  }

  async close() {
    for (const { loading } of this.#entries.values()) await loading.then((tts) => tts.dispose()).catch(() => {});
  }

  /** @param {string} id */
  async #load(id) {
    const voices = await this.list();
    if (!voices.some((voice) => voice.id === id))
      throw new HanvoxError("unknown-voice", `there is no voice "${id}" here`, { context: { voice: id } });
    // Another request may have come first.
    return this.#entries.get(id) ?? this.#start(id);
  }

  /** @param {string} id @returns {Entry} */
  #start(id) {
    const { load, bytes: most, workers } = this.#options;
    const bytes = USUAL_BYTES * workers;
    this.#makeRoom(bytes);
    if (this.#bytes + bytes > most) {
      const context = { voice: id, limit_bytes: most, loaded: [...this.#entries.keys()] };
      throw new HanvoxError("busy", `there is no memory for the voice "${id}" beside those in use`, { context });
    }
    /** @type {Entry} */
    const entry = { bytes, speeches: 0, loading: load(id) };
    entry.loading.then(
      async (tts) => (entry.bytes = (await tts.memory()) * workers),
      () => this.#entries.delete(id),
    );
    this.#entries.set(id, entry);
    return entry;
  }

  get #bytes() {
    return [...this.#entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Unloads voices that nobody uses, those first that were used longest ago. @param {number} bytes */
  #makeRoom(bytes) {
    for (const [id, { speeches, loading }] of this.#entries) {
      if (this.#bytes + bytes <= this.#options.bytes) return;
      if (speeches > 0) continue;
      this.#entries.delete(id);
      loading.then((tts) => tts.dispose());
    }
  }
}

/**
 * A voice whose open speeches are counted.
 * @param {Tts} tts
 * @param {Entry} entry
 * @returns {Tts}
 */
function counting(tts, entry) {
  return {
    voice: tts.voice,
    get state() {
      return tts.state;
    },
    async open(text, options) {
      entry.speeches += 1;
      let left = () => {
        entry.speeches -= 1;
        left = () => {};
      };
      const speech = await tts.open(text, options).catch((thrown) => {
        left();
        throw thrown;
      });
      return {
        samplingRate: speech.samplingRate,
        close: () => (speech.close(), left()),
        async *[Symbol.asyncIterator]() {
          try {
            yield* speech;
          } finally {
            left();
          }
        },
      };
    },
  };
}
