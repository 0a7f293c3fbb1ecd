/** The exports of the page: begins, stops and continues them, one at a time. No elements here. */
import { HanvoxError } from "../../lib/shared/errors.js";
import { soundOf } from "./files.js";
import { runExport } from "./run.js";
import { subtitlesOf } from "./times.js";

/** @typedef {import("./store.js").Job} Job */
/** @typedef {import("./store.js").ExportStore} ExportStore */
/** @typedef {import("../../lib/encode/formats.js").Format} Format */
/** @typedef {import("./times.js").TimesFormat} TimesFormat */

/**
 * @typedef {object} Parts
 * @property {() => Promise<ExportStore>} store
 * @property {() => Promise<Pick<import("../../lib/hanvox.js").Hanvox, "open" | "voice">>} engine
 * @property {typeof import("../../lib/encode/encoder.js").openEncoder} openEncoder
 * @property {() => import("../../lib/shared/protocol.js").SpeechOptions} options
 * @property {(running: Job | undefined) => void} onchange
 */

/** @typedef {{title: string, text: string, format: Format}} Wish */

export class Exports {
  #parts;
  /** @type {{id: string, stop: AbortController} | undefined} */ #running;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** The id of the one that runs. */
  get running() {
    return this.#running?.id;
  }

  async list() {
    return (await this.#parts.store()).list();
  }

  /**
   * Makes a file of a text.
   * @param {Wish} wish
   * @returns {Promise<Job>} Once it is whole.
   */
  async start({ title, text, format }) {
    if (text.trim() === "") throw new HanvoxError("empty-text", "the text is empty");
    const { voice } = await this.#parts.engine();
    const job = {
      ...{ id: crypto.randomUUID(), title, length: text.length, begun: Date.now(), voice: voice.id },
      ...{ options: this.#parts.options(), format, sampleRate: voice.sampling_rate },
      ...{ at: 0, samples: 0, parts: 0, whole: false },
    };
    await (await this.#parts.store()).add(job, text);
    return this.#run(job);
  }

  /** Goes on where it was left. @param {string} id */
  async resume(id) {
    const job = await (await this.#parts.store()).job(id);
    if (!job) throw new HanvoxError("option-invalid", "there is no such export any more");
    const { voice } = await this.#parts.engine();
    if (voice.id !== job.voice)
      throw new HanvoxError("unknown-voice", `the export was begun with the voice ${job.voice}`, { level: "warning" });
    return this.#run(job);
  }

  /** Stops the one that runs; what is made stays. */
  stop() {
    this.#running?.stop.abort();
  }

  /** @param {string} id */
  async remove(id) {
    if (this.running === id) this.stop();
    await (await this.#parts.store()).remove(id);
  }

  /** The sound, as far as it is made. @param {Job} job */
  async sound(job) {
    return soundOf(job, await this.#parts.store(), this.#parts.openEncoder);
  }

  /** When what is spoken. @param {Job} job @param {TimesFormat} format */
  async times(job, format) {
    return subtitlesOf(job, format, await this.#parts.store());
  }

  /** @param {Job} job */
  async #run(job) {
    if (this.#running) throw new HanvoxError("busy", "another export is running", { level: "warning" });
    const stop = new AbortController();
    this.#running = { id: job.id, stop };
    this.#parts.onchange(job);
    try {
      const [store, tts] = await Promise.all([this.#parts.store(), this.#parts.engine()]);
      const { openEncoder, onchange } = this.#parts;
      return await runExport(job, { store, tts, openEncoder, onprogress: onchange, signal: stop.signal });
    } finally {
      this.#running = undefined;
      this.#parts.onchange(undefined);
    }
  }
}

/** Seconds that the rest will take, from what it took so far. @param {Job} job */
export function secondsLeft({ at, length, took = 0 }) {
  return at === 0 ? undefined : (took * (length - at)) / at;
}
