/** The module worker that owns the engine: messages in, `EngineHost` calls, messages out. */
import * as bindings from "../pkg/hanvox.js";
import { downloadBytes } from "./download.js";
import { createEngine } from "./engine.js";
import { HanvoxError } from "./errors.js";
import { EngineHost } from "./host.js";
import { transferables } from "./protocol.js";
import { ENGINE_FEATURES, requireFeatures } from "./support.js";
import { VoiceStore } from "./voice-store.js";

// The packed lexicon is a few megabytes; a bound before memory is taken.
const MAX_LEXICON_BYTES = 64 * 1024 * 1024;

const store = new VoiceStore();
const host = new EngineHost({
  createEngine: async (base) => {
    requireFeatures(ENGINE_FEATURES);
    return createEngine({ bindings, wasm: `${base}pkg/hanvox_bg.wasm`, lexicon: await fetchLexicon(base) });
  },
  loadVoice: (id, options) => store.load(id, options),
});

/** @type {Map<number, AbortController>} */
const controllers = new Map();

self.onmessage = async (/** @type {MessageEvent<import("./protocol.js").ToWorker>} */ { data }) => {
  if (data.kind === "cancel") controllers.get(data.id)?.abort();
  else await answer(data.id, data.request);
};

/**
 * @param {number} id
 * @param {import("./protocol.js").Request} request
 */
async function answer(id, request) {
  const controller = new AbortController();
  controllers.set(id, controller);
  try {
    const onprogress = (/** @type {import("./protocol.js").Progress} */ progress) =>
      post({ kind: "progress", id, progress });
    const value = await host.call(request, { signal: controller.signal, onprogress });
    post({ kind: "result", id, value }, transferables(value));
  } catch (thrown) {
    post({ kind: "error", id, error: HanvoxError.from(thrown).toJSON() });
  } finally {
    controllers.delete(id);
  }
}

/** @param {string} base */
function fetchLexicon(base) {
  const context = { file: "lexicon.bin" };
  return downloadBytes(`${base}pkg/lexicon.bin`, MAX_LEXICON_BYTES, {
    fetch,
    missing: "voice-missing",
    context,
  });
}

/**
 * @param {import("./protocol.js").FromWorker} message
 * @param {ArrayBuffer[]} [transfer]
 */
function post(message, transfer = []) {
  self.postMessage(message, { transfer });
}
