/** The page's use of its engine: loads it, switches voices and speaks aloud, one text at a time. */
import { HanvoxError, throwIfCanceled } from "../lib/shared/errors.js";
import { words } from "./language/language.js";

/** @typedef {import("../lib/hanvox.js").Hanvox} Hanvox */
/** @typedef {import("../lib/shared/protocol.js").Progress} Progress */
/** @typedef {import("../lib/player.js").Player} Player */
/** @typedef {ReturnType<typeof import("./media.js").connectMedia>} Media */
/** @typedef {Pick<import("./reader/reading.js").Reading, "run" | "seek" | "renew" | "now" | "sound" | "runsOf" | "buffering" |
 *   "text">} Reading */

/**
 * @typedef {object} Parts
 * @property {string} voice The initial voice.
 * @property {(voice: string, options: {signal: AbortSignal, progressCallback: (progress: Progress) => void}) =>
 *   Promise<Hanvox>} load
 * @property {(tts: Hanvox) => () => void} serve Lets scripts fetch from the engine; returns a function that stops it.
 * @property {(sampleRate: number) => Player} createPlayer
 * @property {typeof import("./media.js").connectMedia} connectMedia
 * @property {(parts: {tts: Hanvox, text: string, player: Player, signal: AbortSignal}) => Reading} read
 * @property {{onprevious: () => void, onnext: () => void}} keys Of the system, beside pause and stop.
 * @property {() => void} onspeak Called when sound starts or goes on: other pages fall silent.
 * @property {(voice: Hanvox["voice"]) => void} onvoice Called when a voice is loaded.
 * @property {() => void} onoutdated Called when the page and its engine differ in version.
 * @property {(id: string) => Promise<void>} keepVoice Saves the choice for the next visit.
 * @property {Pick<import("../lib/diagnostics/diagnostics.js").Diagnostics, "handle" | "log">} diagnostics
 * @property {View} view
 */

/**
 * @typedef {Pick<typeof import("./view.js"), "showState" | "showStatus" | "showPause" | "showError" | "hideError" |
 *   "showProgress" | "hideProgress">} View
 */

/** @typedef {{text: string, player: Player, signal: AbortSignal}} Task A text to read aloud. */

// Used until the voice's own is known.
const DEFAULT_SAMPLE_RATE = 24000;

export class Session {
  #parts;
  #view;
  /** The voice that speaks or is being loaded. */ #voice;
  /** @type {Promise<Hanvox> | undefined} */ #loading;
  /** Cancels the load when another voice is chosen. */ #loader = new AbortController();
  /** @type {Hanvox | undefined} */ #tts;
  #stopServing = () => {};
  /** Cancels the current speech. @type {AbortController | undefined} */ #running;
  /** The controls of the audio being played. @type {Media | undefined} */ #media;
  /** What is being read aloud. @type {Reading | undefined} */ #reading;
  #paused = false;
  /** Whether no voice could be loaded. */ #failed = false;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#view = parts.view;
    this.#voice = parts.voice;
  }

  get voice() {
    return this.#voice;
  }

  /** The engine with its voice; after a failed load, the next call retries. @returns {Promise<Hanvox>} */
  engine() {
    if (this.#loading) return this.#loading;
    const mine = this.#load(this.#loader.signal).catch((error) => {
      if (this.#loading === mine) this.#loading = undefined;
      throw error;
    });
    return (this.#loading = mine);
  }

  /**
   * Switches to another voice, and back if it can't be loaded.
   * @param {string} id
   * @param {AbortSignal} signal
   */
  async use(id, signal) {
    const before = this.#voice;
    this.#leave(id);
    signal.addEventListener("abort", () => this.#loader.abort(), { once: true });
    try {
      await this.engine();
    } catch (error) {
      this.#leave(before);
      this.engine().catch(this.handle);
      throw error;
    }
    await this.#parts.keepVoice(id);
  }

  /** Loads the voice, and shows why if that fails. */
  async load() {
    this.#view.hideError();
    this.#view.showStatus(words.loadingVoice);
    await this.engine().catch(this.handle);
  }

  /** Loads the voice if that has failed before, as when the network comes back. */
  async loadAgain() {
    if (this.#failed) await this.load();
  }

  /** Whether a voice is still to be loaded. */
  get isWaiting() {
    return this.#tts === undefined;
  }

  /** Whether it speaks, paused or not. */
  get speaks() {
    return this.#running !== undefined;
  }

  get paused() {
    return this.#paused;
  }

  get reading() {
    return this.#reading;
  }

  /** The voice, if it is loaded. */
  get tts() {
    return this.#tts;
  }

  /**
   * Speaks a text aloud. Call it inside a click or key handler: only those may start audio.
   * @param {string} text
   * @param {number} [from] The offset of the place to start at.
   * @returns {Promise<boolean>} Whether it came to the end.
   */
  async speak(text, from = 0) {
    if (this.#running) return false;
    this.#view.hideError();
    return this.#exclusively(text, async (signal) => {
      await this.#readAloud(text, from, signal);
      this.#view.showStatus(words.finished);
    });
  }

  /** Shows whether it waits for sound; call it again and again while it speaks. */
  watch() {
    if (!this.#reading || !this.#media || this.#paused) return;
    this.#view.showStatus(this.#reading.buffering ? words.buffering : words.speaking);
  }

  stop() {
    this.#running?.abort();
  }

  /** Pauses the audio, if any. @param {string} [status] Why. */
  pause(status) {
    if (!this.#media || this.#paused) return;
    this.#media.toggle();
    if (status) this.#pauseStatus = status;
  }

  /** Shown when the pause begins. @type {string | undefined} */ #pauseStatus;

  /** Pauses or resumes the audio. */
  togglePause() {
    this.#media?.toggle();
  }

  /** Shows and logs an error; every error of the page ends up here. @type {(thrown: unknown) => void} */
  handle = (thrown) => {
    const error = this.#parts.diagnostics.handle(thrown);
    if (!this.#running) this.#view.hideProgress();
    if (error.code === "canceled") return this.#view.showStatus(words.stopped);
    if (error.code === "version-mismatch") this.#parts.onoutdated();
    this.#view.showStatus("");
    this.#view.showError(error.toJSON());
  };

  /** Logs a minor error as a warning without showing it on the page. @param {unknown} thrown */
  note = (thrown) => {
    this.#parts.diagnostics.log.error(thrown, { level: "warning" });
    return HanvoxError.from(thrown);
  };

  /** @param {AbortSignal} signal */
  async #load(signal) {
    const progressCallback = (/** @type {Progress} */ progress) => this.#showLoading(progress);
    this.#failed = true;
    const loaded = await this.#parts.load(this.#voice, { signal, progressCallback });
    this.#failed = false;
    if (signal.aborted) loaded.dispose();
    throwIfCanceled(signal);
    this.#tts = loaded;
    this.#stopServing = this.#parts.serve(loaded);
    this.#parts.onvoice(loaded.voice);
    this.#view.hideProgress();
    this.#view.showStatus(words.voiceReady);
    return loaded;
  }

  /**
   * Stops the engine and its speech; the next engine has another voice.
   * @param {string} next
   */
  #leave(next) {
    this.#running?.abort();
    this.#loader.abort();
    this.#loader = new AbortController();
    this.#stopServing();
    this.#stopServing = () => {};
    this.#tts?.dispose();
    this.#tts = this.#loading = undefined;
    this.#voice = next;
    this.#view.hideError();
  }

  /**
   * Runs one task at a time; its error is shown and logged only here.
   * @param {string} text The text it works on.
   * @param {(signal: AbortSignal) => Promise<void>} work
   * @returns {Promise<boolean>} Whether it was done.
   */
  async #exclusively(text, work) {
    const running = new AbortController();
    this.#running = running;
    this.#view.showState("speaking");
    this.#view.showStatus(words.preparing);
    try {
      requireText(text);
      await work(running.signal);
      return true;
    } catch (error) {
      // Whoever stops it needs no error.
      if (running.signal.aborted) this.#view.showStatus(words.stopped);
      else this.handle(error);
      return false;
    } finally {
      this.#running = undefined;
      this.#view.showState("ready");
      this.#view.hideProgress();
    }
  }

  /**
   * @param {string} text
   * @param {number} from
   * @param {AbortSignal} signal
   */
  async #readAloud(text, from, signal) {
    // Before any await: only a click handler may start audio.
    const player = this.#parts.createPlayer(this.#tts?.voice.sampling_rate ?? DEFAULT_SAMPLE_RATE);
    const failed = new AbortController();
    const task = { text, player, signal: AbortSignal.any([signal, failed.signal]) };
    try {
      this.#parts.onspeak();
      // The first words are made while the device starts.
      await Promise.all([this.#startPlayer(task), this.#read(task, from)]);
    } finally {
      failed.abort();
      this.#reading = undefined;
      this.#paused = false;
      this.#media?.end();
      this.#media = undefined;
      this.#view.showPause("none");
      await player.close();
    }
  }

  /** @param {Task} task */
  async #startPlayer({ text, player, signal }) {
    await player.start({ signal, onwait: () => this.#view.showStatus(words.waitingForDevice) });
    throwIfCanceled(signal);
    this.#media = this.#parts.connectMedia(player, {
      ...{ text, onstop: () => this.stop(), onfault: this.note, ...this.#parts.keys },
      onpause: (paused) => this.#showPaused(paused),
    });
    this.#view.showPause("playing");
  }

  /** @param {Task} task @param {number} from */
  async #read(task, from) {
    const tts = await abortable(this.engine(), task.signal);
    this.#reading = this.#parts.read({ tts, ...task });
    await this.#reading.run(from);
  }

  /** @param {boolean} paused */
  #showPaused(paused) {
    this.#paused = paused;
    this.#view.showPause(paused ? "paused" : "playing");
    this.#view.showStatus(paused ? (this.#pauseStatus ?? words.paused) : words.speaking);
    this.#pauseStatus = undefined;
    if (!paused) this.#parts.onspeak();
  }

  /** @param {Progress} progress */
  #showLoading({ status, loaded = 0, total = 0, error }) {
    if (status === "warning" && error) this.#view.showError(error);
    if (status !== "progress" && status !== "download") return;
    const label = loaded < total ? words.fetchingVoice : words.preparingVoice;
    this.#view.showProgress(label(megabytes(loaded), megabytes(total)), loaded, total);
  }
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/** Rejects blank text without needing a voice. @param {string} text */
function requireText(text) {
  if (text.trim() === "") throw new HanvoxError("empty-text", "the text is empty");
}

/**
 * Canceling one request does not stop the voice from loading.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function abortable(promise, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
