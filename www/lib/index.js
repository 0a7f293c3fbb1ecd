/** The entry for browsers: the engine in a module worker, voices in IndexedDB. */
import { Hanvox as Base } from "./hanvox.js";
import { PAGE_FEATURES, requireFeatures } from "./support.js";

export { Diagnostics } from "./diagnostics/diagnostics.js";
export { HanvoxError } from "./errors.js";

export class Hanvox extends Base {
  /**
   * Loads the engine and a voice; the first time it fetches the voice, later it has it stored.
   * @param {string} [voice]
   * @param {import("./hanvox.js").Options} [options]
   * @returns {Promise<Hanvox>}
   */
  static async from_pretrained(voice = "baker", options = {}) {
    requireFeatures(PAGE_FEATURES);
    const base = folder(options.base ?? "../", import.meta.url);
    const voices = folder(options.voices ?? "voices/", base);
    return new Hanvox(await this.load(startWorker, { voice, base, voices }, options));
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
