/** The voices of `hanvox serve`: one that is loaded at once, and all others of this machine on demand. */
import { listVoices } from "../lib/node/node-store.js";
import { PACKAGE } from "../lib/node/node-engine.js";
import { Hanvox } from "../lib/node/index.js";
import { VoiceShelf } from "./voice-shelf.js";

/** @typedef {import("../lib/api/api.js").Tts} Tts */
/** @typedef {import("../lib/shared/protocol.js").VoiceInfo} VoiceInfo */

/**
 * @typedef {object} ServedOptions
 * @property {string} [voice] Of the first one.
 * @property {string[]} [sources] Of the first one: the others are on this machine.
 * @property {number | "auto"} [workers]
 * @property {number} [queue]
 * @property {number} bytes That the others may take together.
 * @property {import("../lib/shared/protocol.js").Reading} reading
 * @property {import("../lib/diagnostics/diagnostics.js").Diagnostics} diagnostics
 * @property {AbortSignal} signal
 */

export class ServedVoices {
  #first;
  #shelf;

  /** @param {ServedOptions} options */
  constructor({ voice, sources, workers, queue, bytes, ...options }) {
    const common = { ...options, workers, limits: { queue } };
    this.#first = Hanvox.fromPretrained(voice, { ...common, sources });
    this.#shelf = new VoiceShelf({
      load: (id) => Hanvox.fromPretrained(id, { ...common, sources: [] }),
      list: listed,
      bytes,
      workers: typeof workers === "number" ? workers : 1,
    });
    // If the port is not available, nobody awaits it.
    this.failed.catch(() => {});
  }

  get first() {
    return this.#first;
  }

  /** Rejects if the first voice can't be loaded, and never resolves. @returns {Promise<never>} */
  get failed() {
    return this.#first.then(() => new Promise(() => {}));
  }

  /** The first one is the first. @returns {Promise<VoiceInfo[]>} */
  async list() {
    const { voice } = await this.#first;
    const others = await this.#shelf.list();
    return [voice, ...others.filter(({ id }) => id !== voice.id)];
  }

  /**
   * @param {string} [id] Default: the first one.
   * @returns {Promise<Tts>}
   */
  async find(id) {
    const first = await this.#first;
    return id === undefined || id === first.voice.id ? first : this.#shelf.find(id);
  }

  async close() {
    await this.#first.then((tts) => tts.dispose()).catch(() => {});
    await this.#shelf.close();
  }
}

/** What is listed twice is taken from where it is found first. @returns {Promise<VoiceInfo[]>} */
async function listed() {
  const whole = (await listVoices({ base: PACKAGE })).filter((voice) => voice.whole);
  const known = new Map(whole.reverse().map((voice) => [voice.id, voice]));
  return [...known.values()].map(infoOf);
}

/**
 * What a listing says of a voice, without where it lies.
 * @param {import("../lib/shared/protocol.js").ListedVoice} voice
 * @returns {VoiceInfo}
 */
function infoOf({ id, name, version, language, licence, sampling_rate, speakers, emotions }) {
  const people = speakers && { speakers };
  const facts = { id, name, version, language, licence, sampling_rate, ...people };
  // Only the engine knows the presets of a voice without trained emotions.
  return { ...facts, emotions: emotions ?? [], emotion_kind: emotions ? "trained" : "prosody" };
}
