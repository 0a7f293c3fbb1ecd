/** The module worker that owns the engine in a browser. */
import * as bindings from "../../pkg/hanvox.js";
import { answerRequests } from "./worker-rpc.js";
import { createEngine } from "./engine.js";
import { fetchLexicon, fetchWasm } from "./files.js";
import { openVoiceStore } from "../store/open.js";
import { ENGINE_FEATURES, requireFeatures } from "./support.js";
import { requireVersion } from "./version.js";

const store = openVoiceStore();

const take = answerRequests(
  {
    async createEngine(base, memoryLimit, relaxed, parts) {
      requireFeatures(ENGINE_FEATURES);
      // The build adds it; a bundler that looks for it in the sources would find none.
      requireVersion(Reflect.get(bindings, "BUILD_VERSION"), "the engine");
      const [wasm, lexicon] = await Promise.all([fetchWasm({ base, parts }, relaxed), fetchLexicon({ base, parts })]);
      return createEngine({ bindings, wasm, lexicon, memoryLimit });
    },
    loadVoice: (id, options) => store.load(id, options),
  },
  (message, transfer) => self.postMessage(message, { transfer }),
);

self.onmessage = ({ data }) => take(data);
