/** The entry for Node: the engine in this thread, voices from folders on disk. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setImmediate } from "node:timers/promises";
import { Client } from "./client.js";
import { createEngine } from "./engine.js";
import { HanvoxError } from "./errors.js";
import { Hanvox as Base } from "./hanvox.js";
import { EngineHost } from "./host.js";
import { listVoices, readVoice } from "./node-store.js";

export { HanvoxError };

const PACKAGE = fileURLToPath(new URL("../", import.meta.url));

let instances = 0;

export class Hanvox extends Base {
  /**
   * Loads the engine and a voice: an id looked up in the folders of `voiceFolders`, or a path.
   * @param {string} [voice]
   * @param {import("./hanvox.js").Options} [options]
   * @returns {Promise<Hanvox>}
   */
  static async from_pretrained(voice = "baker", options = {}) {
    const { base = PACKAGE, voices, reading, progress_callback, signal } = options;
    const client = new Client(() => localConnection(voiceFolders(base, voices)));
    const request = { type: /** @type {const} */ ("load"), voice, base, voices: voices ?? "", reading };
    const info = await client.call(request, { signal, onprogress: progress_callback });
    return new Hanvox(client, /** @type {import("./protocol.js").VoiceInfo} */ (info));
  }

  /**
   * The voices that are here.
   * @param {{base?: string, voices?: string}} [options]
   */
  static voices({ base = PACKAGE, voices } = {}) {
    return listVoices(voiceFolders(base, voices));
  }
}

/**
 * The engine without a voice, for `normalize` and `pinyin`.
 * @param {string} [base]
 */
export async function openFrontend(base = PACKAGE) {
  // A crashed wasm instance can't be revived, and a module is evaluated once per address.
  const address = `${pathToFileURL(join(base, "pkg/hanvox.js"))}?instance=${++instances}`;
  return createEngine({
    bindings: await importEngine(address),
    wasm: await readPart(base, "pkg/hanvox_bg.wasm"),
    lexicon: await readPart(base, "pkg/lexicon.bin"),
  });
}

/**
 * Where ids are looked up, in this order: the option, HANVOX_VOICES, the package.
 * @param {string} base
 * @param {string} [voices]
 */
function voiceFolders(base, voices) {
  const folders = [voices, process.env.HANVOX_VOICES, join(base, "voices")];
  return folders.flatMap((folder) => folder || []);
}

/**
 * @param {string[]} folders
 * @returns {import("./client.js").Connection}
 */
function localConnection(folders) {
  const host = new EngineHost({
    createEngine: openFrontend,
    loadVoice: async (id) => ({ ...(await readVoice(id, folders)), fromCache: true }),
  });
  return {
    closed: false,
    async call(request, options) {
      // The engine computes in this thread: other work, a cancel above all, gets its turn in between.
      await setImmediate();
      return host.call(request, options).catch((thrown) => Promise.reject(HanvoxError.from(thrown)));
    },
    close() {
      this.closed = true;
    },
  };
}

/**
 * @param {string} address
 * @returns {Promise<import("./engine.js").Bindings>}
 */
async function importEngine(address) {
  try {
    return await import(address);
  } catch (cause) {
    throw new HanvoxError("voice-missing", "the engine is not built: run `npm start` or `npm run build`", {
      cause,
    });
  }
}

/**
 * @param {string} base
 * @param {string} path
 */
async function readPart(base, path) {
  try {
    return new Uint8Array(await readFile(join(base, path)));
  } catch (cause) {
    throw new HanvoxError("voice-missing", `${path} could not be read`, {
      context: { path: join(base, path) },
      cause,
    });
  }
}
