/** The entry point for browsers: the engine in a module worker, voices in IndexedDB. */
import { automaticWorkers, machineOf } from "./client/workers.js";
import { Hanvox as Base, progressCallbackOf } from "./hanvox.js";
import { keepStored } from "./store/quota.js";
import { folderAddress, toSources } from "./store/sources.js";
import { DEFAULT_VOICE } from "./shared/default-voice.js";
import { PAGE_FEATURES, requireFeatures } from "./engine/support.js";

export { Diagnostics } from "./diagnostics/diagnostics.js";
export { HanvoxError } from "./shared/errors.js";
export { openVoiceStore } from "./store/open.js";
export { VoiceStore } from "./store/voice-store.js";

export class Hanvox extends Base {
  /**
   * Loads the engine and a voice; fetches the voice the first time and stores it.
   * @param {string} [voice]
   * @param {import("./hanvox.js").Options} [options]
   * @returns {Promise<Hanvox>}
   */
  static async fromPretrained(voice = DEFAULT_VOICE, options = {}) {
    requireFeatures(PAGE_FEATURES);
    const { revision } = options;
    const base = folderAddress(options.base ?? "../", import.meta.url);
    const voices = folderAddress(options.voices ?? "voices/", base);
    const sources = toSources(options.sources ?? [voices], { from: base, revision });
    const progressCallback = askingToKeep(progressCallbackOf(options));
    const where = { voice, base, voices, sources };
    const automatic = automaticWorkers(machineOf(navigator));
    return new Hanvox(await this.load(startWorker, where, { ...options, progressCallback }, automatic));
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

function startWorker() {
  return new Worker(new URL("./engine/worker.js", import.meta.url), { type: "module", name: "hanvox" });
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
