/** The entry for browsers: the engine in a module worker, voices in IndexedDB. */
import { Client } from "./client.js";
import { Hanvox as Base } from "./hanvox.js";
import { PAGE_FEATURES, requireFeatures } from "./support.js";
import { WorkerConnection } from "./worker-connection.js";

export { HanvoxError } from "./errors.js";

export class Hanvox extends Base {
  /**
   * Loads the engine and a voice; the first time it fetches the voice, later it has it stored.
   * @param {string} [voice]
   * @param {import("./hanvox.js").Options} [options]
   * @returns {Promise<Hanvox>}
   */
  static async from_pretrained(voice = "baker", options = {}) {
    const { base = "../", voices, reading, progress_callback, signal } = options;
    requireFeatures(PAGE_FEATURES);
    const client = new Client(() => new WorkerConnection(startWorker()));
    const root = folder(base, import.meta.url);
    const request = {
      type: /** @type {const} */ ("load"),
      voice,
      base: root,
      voices: folder(voices ?? "voices/", root),
      reading,
    };
    try {
      const info = await client.call(request, { signal, onprogress: progress_callback });
      return new Hanvox(client, /** @type {import("./protocol.js").VoiceInfo} */ (info));
    } catch (error) {
      client.dispose();
      throw error;
    }
  }
}

function startWorker() {
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "hanvox" });
}

/**
 * @param {string} address
 * @param {string} from
 */
function folder(address, from) {
  return new URL(address.endsWith("/") ? address : `${address}/`, from).href;
}
