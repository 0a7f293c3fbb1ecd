/** The module worker that owns the engine in a browser. */
import * as bindings from "../pkg/hanvox.js";
import { answering } from "./answering.js";
import { downloadBytes } from "./download.js";
import { createEngine } from "./engine.js";
import { openVoiceStore } from "./store/open.js";
import { ENGINE_FEATURES, requireFeatures } from "./support.js";

// The packed lexicon is a few megabytes; a bound before memory is taken.
const MAX_LEXICON_BYTES = 64 * 1024 * 1024;

const store = openVoiceStore();

const take = answering(
  {
    async createEngine(base, memoryLimit) {
      requireFeatures(ENGINE_FEATURES);
      const lexicon = await fetchLexicon(base);
      return createEngine({ bindings, wasm: `${base}pkg/hanvox_bg.wasm`, lexicon, memoryLimit });
    },
    loadVoice: (id, options) => store.load(id, options),
  },
  (message, transfer) => self.postMessage(message, { transfer }),
);

self.onmessage = ({ data }) => take(data);

/** @param {string} base */
function fetchLexicon(base) {
  const context = { file: "lexicon.bin" };
  return downloadBytes(`${base}pkg/lexicon.bin`, MAX_LEXICON_BYTES, {
    fetch,
    missing: "voice-missing",
    context,
  });
}
