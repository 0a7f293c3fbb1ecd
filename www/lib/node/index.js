/** The entry point for Node: engines in worker threads, voices from folders on disk and from the cache. */
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { DEFAULT_VOICE } from "../shared/default-voice.js";
import { HanvoxError } from "../shared/errors.js";
import { Hanvox as Base } from "../hanvox.js";
import { PACKAGE, openFrontend } from "./node-engine.js";
import { nodeSources } from "./node-sources.js";
import { VoiceStore, listVoices, openNodeStore } from "./node-store.js";

export { Diagnostics } from "../diagnostics/diagnostics.js";
export { HanvoxError, VoiceStore, openFrontend, openNodeStore as openVoiceStore };

// One thread delivers the windows of all engines; more than this would outrun it.
const MOST_AUTOMATIC = 8;

export class Hanvox extends Base {
  /**
   * Loads the engine and a voice: from the path of its folder, or by id, looked up in `voices` and HANVOX_VOICES, the
   * cache and the package, and finally downloaded from `sources` or HANVOX_SOURCES and kept in the cache.
   * @param {string} [voice]
   * @param {import("../hanvox.js").Options} [options]
   * @returns {Promise<Hanvox>}
   */
  static async fromPretrained(voice = DEFAULT_VOICE, options = {}) {
    const { base = PACKAGE, voices = "", revision } = options;
    const sources = nodeSources(options.sources, revision);
    const automatic = Math.min(availableParallelism(), MOST_AUTOMATIC);
    return new Hanvox(await this.load(startWorker, { voice, base, voices, sources }, options, automatic));
  }

  /** @protected @returns {import("../generated.js").Outlets} */
  get outlets() {
    return { save };
  }

  /**
   * `fromPretrained` by the name that transformers.js has for it.
   * @param {string} [voice]
   * @param {import("../hanvox.js").Options} [options]
   */
  static from_pretrained(voice, options) {
    return this.fromPretrained(voice, options);
  }

  /**
   * Lists the voices on this machine.
   * @param {{base?: string, voices?: string}} [options]
   */
  static voices({ base = PACKAGE, voices } = {}) {
    return listVoices({ base, voices });
  }
}

/**
 * @param {string} path
 * @param {Blob} file
 */
async function save(path, file) {
  try {
    await writeFile(path, new Uint8Array(await file.arrayBuffer()));
  } catch (cause) {
    throw new HanvoxError("output-failed", `${path} could not be written`, { context: { path }, cause });
  }
}

/**
 * A worker thread with a browser worker's events. It keeps the process alive only while it has work.
 * @returns {import("../client/worker-connection.js").WorkerLike}
 */
function startWorker() {
  const worker = new Worker(new URL("./node-worker.js", import.meta.url), { name: "hanvox" });
  worker.unref();
  /** @type {import("../client/worker-connection.js").WorkerLike} */
  const like = {
    onmessage: null,
    onerror: null,
    onmessageerror: null,
    postMessage: (message) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
    working: (busy) => (busy ? worker.ref() : worker.unref()),
  };
  worker.on("message", (data) => like.onmessage?.({ data }));
  worker.on("messageerror", (error) => like.onmessageerror?.(error));
  worker.on("error", (error) => like.onerror?.(error));
  worker.on("exit", (code) => like.onerror?.({ message: `the worker ended with ${code}` }));
  return like;
}
