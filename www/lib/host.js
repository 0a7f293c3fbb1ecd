/** Owns the engine and its voice and answers requests: inside the worker, or directly in Node. */
import { HanvoxError, throwIfCanceled } from "./errors.js";
import { voiceInfo } from "./manifest.js";

/** @typedef {import("./protocol.js").Request} Request */
/** @typedef {import("./protocol.js").Progress} Progress */
/** @typedef {import("./engine.js").Engine} Engine */

/**
 * @typedef {object} HostParts
 * @property {(base: string) => Promise<Engine>} createEngine
 * @property {(id: string, options: import("./voice-store.js").LoadOptions) =>
 *   Promise<import("./manifest.js").Voice & {fromCache: boolean}>} loadVoice
 */

/** @typedef {{signal?: AbortSignal, onprogress?: (progress: Progress) => void}} CallOptions */

/** @typedef {{speech: import("./engine.js").EngineSpeech, pcm: boolean, samples: number}} Running */

export class EngineHost {
  /** @type {Engine | undefined} */ #engine;
  /** @type {import("./protocol.js").VoiceInfo | undefined} */ #voice;
  /** @type {Map<number, Running>} */ #running = new Map();
  #parts;

  /** @param {HostParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * @param {Request} request
   * @param {CallOptions} [options]
   * @returns {Promise<unknown>}
   */
  async call(request, options = {}) {
    throwIfCanceled(options.signal);
    switch (request.type) {
      case "load":
        return this.#load(request, options);
      case "normalize":
        return this.#ready().normalize(request.text);
      case "pinyin":
        return this.#ready().pinyin(request.text);
      case "explain":
        return this.#ready().explain(request.text);
      case "open":
        return this.#open(request);
      case "next":
        return this.#next(request.speech);
      case "close":
        return this.#close(request.speech);
      case "memory":
        return this.#ready().memoryBytes();
    }
  }

  /**
   * @param {Request & {type: "load"}} request
   * @param {CallOptions} options
   */
  async #load({ voice: id, base, voices, reading = {} }, { signal, onprogress }) {
    const [engine, voice] = await Promise.all([
      this.#engine ?? this.#parts.createEngine(base),
      this.#parts.loadVoice(id, { voices, signal, onprogress }),
    ]);
    throwIfCanceled(signal);
    this.#engine = engine;
    engine.setReading(reading);
    engine.loadVoice(voice);
    this.#voice = voiceInfo(voice.manifest);
    onprogress?.({ status: "ready", voice: id, fromCache: voice.fromCache });
    return this.#voice;
  }

  /**
   * @param {Request & {type: "open"}} request
   * @returns {import("./protocol.js").Opened}
   */
  #open({ speech: number, text, options, pcm }) {
    const speech = this.#ready().open(text, options);
    this.#running.set(number, { speech, pcm, samples: 0 });
    return { chunks: speech.chunks, sampling_rate: this.#sampleRate() };
  }

  /**
   * @param {number} number
   * @returns {import("./protocol.js").AudioWindow | import("./protocol.js").SpeechEnd}
   */
  #next(number) {
    const running = this.#running.get(number);
    if (!running) throw new HanvoxError("engine-crashed", "the speech was lost with an earlier engine");
    const window = running.speech.next();
    if (!window) return this.#end(running);
    running.samples += window.samples.length;
    return running.pcm ? { ...window, pcm: this.#ready().pcm16(window.samples) } : window;
  }

  /**
   * @param {Running} running
   * @returns {import("./protocol.js").SpeechEnd}
   */
  #end({ speech, samples }) {
    const header = this.#ready().wavHeader(this.#sampleRate(), samples);
    return { done: true, stats: speech.stats(), header };
  }

  /** @param {number} number */
  #close(number) {
    this.#running.get(number)?.speech.close();
    this.#running.delete(number);
  }

  #ready() {
    if (!this.#engine) throw new HanvoxError("voice-missing", "no voice is loaded yet");
    return this.#engine;
  }

  #sampleRate() {
    if (!this.#voice) throw new HanvoxError("voice-missing", "no voice is loaded yet");
    return this.#voice.sampling_rate;
  }
}
