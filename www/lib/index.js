/** The entry point for browsers: the engine in a module worker, voices in IndexedDB. */
import { WorkerConnection } from "./client/worker-connection.js";
import { automaticWorkers, machineOf } from "./client/workers.js";
import { BUILD } from "./engine/version.js";
import { Hanvox as Base, progressCallbackOf } from "./hanvox.js";
import { locate } from "./assets.js";
import { Player } from "./player.js";
import { explained, workerStarter } from "./start-worker.js";
import { HanvoxError } from "./shared/errors.js";
import { browserParts } from "./store/open.js";
import { keepStored } from "./store/quota.js";
import { folderAddress, toSources } from "./store/sources.js";
import { VoiceStore as Store } from "./store/voice-store.js";
import { DEFAULT_VOICE } from "./shared/default-voice.js";
import { PAGE_FEATURES, requireFeatures } from "./engine/support.js";

export { Diagnostics } from "./diagnostics/diagnostics.js";
export { HanvoxError } from "./shared/errors.js";

export class Hanvox extends Base {
  /**
   * Loads the engine and a voice; fetches the voice the first time and stores it.
   * @param {string} [voice]
   * @param {import("./hanvox.js").Options} [options]
   * @returns {Promise<Hanvox>}
   */
  static async fromPretrained(voice = DEFAULT_VOICE, options = {}) {
    requireFeatures(PAGE_FEATURES);
    const progressCallback = askingToKeep(progressCallbackOf(options));
    const { where, worker } = await placesOf(voice, options);
    const automatic = automaticWorkers(machineOf(navigator));
    const script = options.worker ?? worker;
    const loading = this.load(workerStarter(script), where, { ...options, progressCallback }, automatic);
    const parts = await loading.catch(async (thrown) => {
      throw await explained(thrown, script);
    });
    return new Hanvox(parts);
  }

  /** @protected @returns {import("./generated.js").Outlets} */
  get outlets() {
    return { save: download, play };
  }

  /**
   * `fromPretrained` by the name that transformers.js has for it.
   * @param {string} [voice]
   * @param {import("./hanvox.js").Options} [options]
   */
  static from_pretrained(voice, options) {
    return this.fromPretrained(voice, options);
  }
}

/** @typedef {Pick<import("./hanvox.js").Options, "assets" | "base" | "wasmUrl" | "worker">} EngineOptions */

/** A store of voices, each of which the engine can load. */
export class VoiceStore extends Store {
  /** @param {EngineOptions & import("./store/voice-store.js").GivenParts} parts Where the engine is, as for `fromPretrained`. */
  constructor({ assets, base, wasmUrl, worker, ...parts }) {
    super({ check: (text) => checkManifest(text, { assets, base, wasmUrl, worker }), ...parts });
  }
}

/**
 * The store of voices on this device.
 * @param {EngineOptions & Partial<import("./store/voice-store.js").StoreParts>} [options] Override the usual parts.
 */
export function openVoiceStore(options = {}) {
  return new VoiceStore({ ...browserParts(), ...options });
}

/**
 * Asks an engine in a worker of its own: pages import voices rarely.
 * @param {string} manifest
 * @param {EngineOptions} options
 */
async function checkManifest(manifest, options) {
  requireFeatures(PAGE_FEATURES);
  const { base, parts, worker } = await engineAt(options);
  const connection = new WorkerConnection(workerStarter(options.worker ?? worker)());
  try {
    await connection.call({ type: "check", manifest, base, parts, build: BUILD.version });
  } finally {
    connection.close(new HanvoxError("canceled", "the manifest is checked"));
  }
}

/** @param {EngineOptions} options */
async function engineAt({ base, assets, wasmUrl }) {
  const located = base === undefined ? await locate(assets) : { base: folderAddress(base, import.meta.url), parts: {} };
  return { ...located, parts: wasmUrl === undefined ? located.parts : { ...located.parts, ...wasmAt(wasmUrl) } };
}

/**
 * What to load, and from where: by default from the package, wherever that is served.
 * @param {string} voice
 * @param {import("./hanvox.js").Options} options
 */
async function placesOf(voice, { revision, ...options }) {
  const located = await engineAt(options);
  const { base, parts, worker } = located;
  const voices = folderAddress(options.voices ?? "voices/", base);
  const packed = options.voices === undefined && voice === DEFAULT_VOICE ? located.voice : undefined;
  const own = packed ? { base, layout: /** @type {const} */ ("files"), files: packed } : voices;
  const sources = toSources(options.sources ?? [own], { from: base, revision });
  return { where: { voice, base, voices, sources, parts }, worker };
}

/** @param {string | URL} address */
function wasmAt(address) {
  const { href } = new URL(address, globalThis.location.href);
  return { "pkg/hanvox_bg.wasm": href, "pkg/hanvox_relaxed_bg.wasm": href };
}

/**
 * @param {string} name
 * @param {Blob} file
 */
async function download(name, file) {
  const address = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * @param {Float32Array<ArrayBuffer>} samples
 * @param {number} rate
 * @param {AbortSignal} [signal]
 */
async function play(samples, rate, signal) {
  const player = new Player(rate);
  try {
    await player.start({ signal });
    player.push(samples, rate);
    await player.drained(signal);
  } finally {
    await player.close();
  }
}

/**
 * Asks the browser to keep a fetched voice: the worker that fetches it can't ask.
 * @param {import("./hanvox.js").Options["progressCallback"]} callback
 * @returns {import("./hanvox.js").Options["progressCallback"]}
 */
function askingToKeep(callback) {
  return (progress) => {
    if (progress.status === "ready" && progress.downloaded) keepStored(navigator.storage);
    callback?.(progress);
  };
}
