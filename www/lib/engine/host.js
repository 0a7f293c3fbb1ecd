/** Owns the engine and its voice and answers requests inside the worker. */
import { log } from "../diagnostics/log.js";
import { HanvoxError, throwIfCanceled } from "../shared/errors.js";
import { LIMITS } from "../shared/limits.js";
import { voiceInfo } from "../store/manifest.js";
import { Ahead } from "./ahead.js";
import { LoadProgress } from "./load-progress.js";
import { BUILD, requireVersion } from "./version.js";

/** @typedef {import("../shared/protocol.js").Request} Request */
/** @typedef {import("../shared/protocol.js").Progress} Progress */
/** @typedef {import("./engine.js").Engine} Engine */

/**
 * @typedef {object} HostParts
 * @property {(base: string, memoryLimit: number, options: EngineOptions) => Promise<Engine>} createEngine
 * @property {(id: string, options: {base: string, voices: string} & import("../store/voice-store.js").LoadOptions) =>
 *   Promise<import("../store/manifest.js").Voice & {fromCache: boolean, downloaded?: number}>} loadVoice
 * @property {(manifest: string, base: string, parts?: Record<string, string>) => Promise<void>} checkManifest Rejects
 *   with what loading a voice with this manifest would.
 * @property {(record: import("./engine.js").EngineRecord) => void} [onlog] Receives the engine's records.
 */

/**
 * @typedef {object} EngineOptions
 * @property {boolean} [relaxed] Whether relaxed SIMD may be used, by default yes.
 * @property {Record<string, string>} [parts] Addresses of files that are not in `base`.
 * @property {import("./load-progress.js").OnPart} [onpart]
 */

/** @typedef {import("../shared/protocol.js").CallOptions} CallOptions */

/**
 * @typedef {object} Running
 * @property {import("./engine.js").EngineSpeech} speech
 * @property {Ahead} [ahead] Until another chunk than the next is asked for.
 * @property {boolean} [symbols]
 * @property {boolean} pcm
 */

// Above this share of its memory the engine gets small parts: a net's memory grows with its input.
const PRESSURE = 0.75;
const CHARACTERS_UNDER_PRESSURE = 12;
// The same in symbols and the spaces between them.
const SYMBOLS_UNDER_PRESSURE = 5 * CHARACTERS_UNDER_PRESSURE;

export class EngineHost {
  /** @type {Engine | undefined} */ #engine;
  /** @type {import("../shared/protocol.js").VoiceInfo | undefined} */ #voice;
  /** @type {Map<number, Running>} */ #running = new Map();
  #memoryLimit = LIMITS.memory_bytes;
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
      case "check":
        return this.#check(request);
      case "read":
        return this.#ready()[request.call](request.text, request.options ?? {});
      case "open":
        return this.#open(request);
      case "next":
        return this.#next(request);
      case "close":
        return this.#close(request.speech);
      case "header":
        return this.#ready().wavHeader(this.#sampleRate(), request.samples);
      case "memory":
        return this.#ready().memoryBytes();
      case "log":
        log.level = request.level;
        return this.#engine?.setLogLevel(request.level);
      case "reading":
        return this.#engine?.setReading(request.reading);
    }
  }

  /**
   * @param {Request & {type: "load"}} request
   * @param {CallOptions} options
   */
  async #load(request, { signal, onprogress = () => {} }) {
    requireVersion(request.build ?? BUILD.version, "the page");
    const { voice: id, base, voices, sources, reading = {}, relaxed_simd } = request;
    const { memory_bytes = LIMITS.memory_bytes, log_level = "off" } = request;
    this.#memoryLimit = memory_bytes;
    log.level = log_level;
    const progress = new LoadProgress(onprogress);
    const how = { relaxed: relaxed_simd, parts: request.parts, onpart: progress.part };
    const [engine, voice] = await Promise.all([
      this.#engine ?? this.#parts.createEngine(base, memory_bytes, how),
      this.#parts.loadVoice(id, { base, voices, sources, signal, onprogress: progress.voice }),
    ]);
    throwIfCanceled(signal);
    this.#engine = engine;
    if (this.#parts.onlog) engine.setLog(log_level, this.#parts.onlog);
    engine.setReading(reading);
    await engine.loadVoice(voice);
    throwIfCanceled(signal);
    const { names, kind } = engine.emotions();
    this.#voice = { ...voiceInfo(voice.manifest), emotions: names, emotion_kind: kind };
    const { fromCache, downloaded } = voice;
    onprogress({ status: "ready", voice: id, fromCache, downloaded });
    return this.#voice;
  }

  /** @param {Request & {type: "check"}} request */
  #check({ manifest, base, parts, build = BUILD.version }) {
    requireVersion(build, "the page");
    return this.#parts.checkManifest(manifest, base, parts);
  }

  /**
   * @param {Request & {type: "open"}} request
   * @returns {import("../shared/protocol.js").Opened}
   */
  #open({ speech: number, text, options, symbols, pcm, feed, opening: { request, from, limit } }) {
    const engine = this.#ready();
    const speech = symbols ? engine.openSymbols(text, options, request) : engine.open(text, options, request);
    if (limit !== undefined) speech.limit(limit);
    if (from) speech.resume(from);
    const sampling_rate = this.#sampleRate();
    const ahead = feed && new Ahead(speech, feed, sampling_rate);
    this.#running.set(number, { speech, ahead, symbols, pcm });
    const header = engine.wavHeader(sampling_rate);
    return { chunks: speech.chunks, sampling_rate, header, memory_bytes: engine.memoryBytes() };
  }

  /**
   * @param {Request & {type: "next"}} request
   * @returns {import("../shared/protocol.js").EngineWindow | import("../shared/protocol.js").Ended}
   */
  #next({ speech: number, chunk }) {
    const engine = this.#ready();
    const running = this.#running.get(number);
    if (!running) throw new HanvoxError("engine-crashed", "the speech was lost with an earlier engine");
    const { speech, symbols, pcm } = running;
    if (chunk !== undefined) jump(running, chunk);
    const window = (running.ahead ?? speech).next();
    if (!window) return { done: true, stats: speech.stats() };
    const memory_bytes = engine.memoryBytes();
    if (memory_bytes > PRESSURE * this.#memoryLimit)
      speech.limit(symbols ? SYMBOLS_UNDER_PRESSURE : CHARACTERS_UNDER_PRESSURE);
    return { ...window, memory_bytes, pcm: pcm ? engine.pcm16(window.samples) : undefined };
  }

  /** @param {number} number */
  #close(number) {
    const running = this.#running.get(number);
    running?.ahead?.stop();
    running?.speech.close();
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

/** @param {Running} running @param {number} chunk */
function jump(running, chunk) {
  running.ahead?.stop();
  running.ahead = undefined;
  running.speech.resume(chunk);
}
