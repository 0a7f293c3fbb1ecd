/** What the page does with its engine: loads it, changes its voice, speaks aloud or into a file, one thing at a time. */
import { HanvoxError, throwIfCanceled } from "../lib/shared/errors.js";

/** @typedef {import("../lib/hanvox.js").Hanvox} Hanvox */
/** @typedef {import("../lib/shared/protocol.js").SpeechOptions} SpeechOptions */
/** @typedef {import("../lib/shared/protocol.js").Progress} Progress */
/** @typedef {import("../lib/player.js").Player} Player */
/** @typedef {ReturnType<typeof import("./media.js").connectMedia>} Media */

/**
 * @typedef {object} Parts
 * @property {string} voice The voice to begin with.
 * @property {(voice: string, options: {signal: AbortSignal, progress_callback: (progress: Progress) => void}) =>
 *   Promise<Hanvox>} load
 * @property {(tts: Hanvox) => () => void} serve Lets scripts fetch from the engine; gives the way to end that.
 * @property {(sampleRate: number) => Player} createPlayer
 * @property {typeof import("./media.js").connectMedia} connectMedia
 * @property {typeof import("./speak.js").speak} speak
 * @property {() => SpeechOptions} options What the reader chose; complete once a voice is loaded.
 * @property {(voice: Hanvox["voice"]) => void} onvoice A voice is loaded.
 * @property {() => void} onoutdated The page and its engine are of different versions.
 * @property {(id: string) => Promise<void>} keepVoice For the next visit.
 * @property {(file: Blob) => void} save
 * @property {Pick<import("../lib/diagnostics/diagnostics.js").Diagnostics, "handle" | "log">} diagnostics
 * @property {View} view
 */

/**
 * @typedef {Pick<typeof import("./view.js"), "showState" | "showStatus" | "showPause" | "showError" | "hideError" |
 *   "showProgress" | "hideProgress" | "showReading" | "hideReading">} View
 */

// Used until the voice has given its own.
const DEFAULT_SAMPLE_RATE = 24000;

export class Session {
  #parts;
  #view;
  /** The voice that speaks or is being loaded. */ #voice;
  /** @type {Promise<Hanvox> | undefined} */ #loading;
  /** Ends the load when another voice is chosen. */ #loader = new AbortController();
  /** @type {Hanvox | undefined} */ #tts;
  #stopServing = () => {};
  /** Ends what is being spoken. @type {AbortController | undefined} */ #running;
  /** The controls of the sound that is being heard. @type {Media | undefined} */ #media;
  /** The last finished file and what it was made from. @type {{key: string, file: Blob} | undefined} */ #finished;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#view = parts.view;
    this.#voice = parts.voice;
  }

  get voice() {
    return this.#voice;
  }

  /** The engine with its voice; a load that failed is tried again by the next call. @returns {Promise<Hanvox>} */
  engine() {
    if (this.#loading) return this.#loading;
    const mine = this.#load(this.#loader.signal).catch((error) => {
      if (this.#loading === mine) this.#loading = undefined;
      throw error;
    });
    return (this.#loading = mine);
  }

  /**
   * Changes to another voice, and back if that can't be loaded.
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

  /**
   * Speaks a text aloud. Call it inside the handler of a click or a key: only that may start sound.
   * @param {string} text
   */
  async speak(text) {
    if (this.#running) return;
    this.#view.hideError();
    await this.#exclusively(text, async (signal) => {
      await this.#speakAloud(text, signal);
      this.#view.showStatus("完成");
    });
  }

  /**
   * Saves a text as a file, which is not made again if it was just made.
   * @param {string} text
   */
  async download(text) {
    if (this.#running) return;
    this.#view.hideError();
    if (this.#finished?.key === keyOf(text, this.#parts.options())) return this.#parts.save(this.#finished.file);
    await this.#exclusively(text, async (signal) => {
      const file = await this.#make(text, signal, { status: "正在合成" });
      this.#view.showStatus("完成");
      this.#parts.save(file);
    });
  }

  stop() {
    this.#running?.abort();
  }

  /** Pauses the sound, or lets it go on. */
  togglePause() {
    this.#media?.toggle();
  }

  /** Shows and logs an error; where every error of the page ends. @type {(thrown: unknown) => void} */
  handle = (thrown) => {
    const error = this.#parts.diagnostics.handle(thrown);
    if (error.code === "canceled") return this.#view.showStatus("已停止");
    if (error.code === "version-mismatch") this.#parts.onoutdated();
    this.#view.showStatus("");
    this.#view.showError(error.toJSON());
  };

  /** Takes a fault that costs the reader little: a warning in the log, and nothing on the page. @param {unknown} thrown */
  note = (thrown) => {
    this.#parts.diagnostics.log.error(thrown, { level: "warning" });
    return HanvoxError.from(thrown);
  };

  /** @param {AbortSignal} signal */
  async #load(signal) {
    const progress_callback = (/** @type {Progress} */ progress) => this.#showLoading(progress);
    const loaded = await this.#parts.load(this.#voice, { signal, progress_callback });
    if (signal.aborted) loaded.dispose();
    throwIfCanceled(signal);
    this.#tts = loaded;
    this.#stopServing = this.#parts.serve(loaded);
    this.#parts.onvoice(loaded.voice);
    this.#view.hideProgress();
    this.#view.showStatus("语音已就绪");
    return loaded;
  }

  /**
   * Ends the engine with what it speaks; the next one has another voice.
   * @param {string} next
   */
  #leave(next) {
    this.#running?.abort();
    this.#loader.abort();
    this.#loader = new AbortController();
    this.#stopServing();
    this.#stopServing = () => {};
    this.#tts?.dispose();
    this.#tts = this.#loading = this.#finished = undefined;
    this.#voice = next;
    this.#view.hideError();
  }

  /**
   * Runs the one thing that may go on at a time; its error is shown and logged here and nowhere else.
   * @param {string} text What it is about.
   * @param {(signal: AbortSignal) => Promise<void>} work
   */
  async #exclusively(text, work) {
    this.#running = new AbortController();
    this.#view.showState("speaking");
    this.#view.showStatus("正在准备");
    try {
      requireText(text);
      await work(this.#running.signal);
    } catch (error) {
      this.handle(error);
    } finally {
      this.#running = undefined;
      this.#view.showState("ready");
      this.#view.hideProgress();
      this.#view.hideReading();
    }
  }

  /**
   * @param {string} text
   * @param {AbortSignal} signal
   */
  async #speakAloud(text, signal) {
    // Before anything is awaited: only the handler of a click may start sound.
    const player = this.#parts.createPlayer(this.#tts?.voice.sampling_rate ?? DEFAULT_SAMPLE_RATE);
    try {
      await player.start();
      this.#media = this.#parts.connectMedia(player, {
        ...{ text, onstop: () => this.stop(), onfault: this.note },
        onpause: (paused) => this.#showPaused(paused),
      });
      this.#view.showPause("playing");
      await this.#make(text, signal, { status: "正在朗读", player });
    } finally {
      this.#media?.end();
      this.#media = undefined;
      this.#view.showPause("none");
      await player.close();
    }
  }

  /**
   * The file of a text, heard as it is made if there is a player.
   * @param {string} text
   * @param {AbortSignal} signal
   * @param {{status: string, player?: Player}} how
   */
  async #make(text, signal, { status, player }) {
    const tts = await abortable(this.engine(), signal);
    this.#view.showStatus(status);
    // Only now it is known what the voice has to choose from.
    const options = this.#parts.options();
    const file = await this.#parts.speak({
      ...{ tts, text, options, player, signal },
      onprogress: (done, total) => this.#view.showProgress(`正在合成 ${done} / ${total} 句`, done, total),
      onchunk: (chunk) => this.#view.showReading(text, chunk),
    });
    this.#finished = { key: keyOf(text, options), file };
    return file;
  }

  /** @param {boolean} paused */
  #showPaused(paused) {
    this.#view.showPause(paused ? "paused" : "playing");
    this.#view.showStatus(paused ? "已暂停" : "正在朗读");
  }

  /** @param {Progress} progress */
  #showLoading({ status, loaded = 0, total = 0, error }) {
    if (status === "warning" && error) this.#view.showError(error);
    if (status !== "progress" && status !== "download") return;
    const label = loaded < total ? "正在获取语音" : "正在准备语音";
    this.#view.showProgress(`${label} ${megabytes(loaded)} / ${megabytes(total)} MB`, loaded, total);
  }
}

/**
 * @param {string} text
 * @param {SpeechOptions} options
 */
function keyOf(text, options) {
  return JSON.stringify([text, options]);
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/** Blank text needs no voice to be refused. @param {string} text */
function requireText(text) {
  if (text.trim() === "") throw new HanvoxError("empty-text", "the text is empty");
}

/**
 * The voice goes on loading when one request for it is canceled.
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
