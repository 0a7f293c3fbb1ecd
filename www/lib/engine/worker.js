/** The module worker that owns the engine in a browser. */
import * as bindings from "../../pkg/hanvox.js";
import { answerRequests } from "./worker-rpc.js";
import { createEngine, createManifestCheck } from "./engine.js";
import { fetchLexicon, fetchWasm } from "./files.js";
import { browserParts } from "../store/open.js";
import { VoiceStore } from "../store/voice-store.js";
import { ENGINE_FEATURES, requireFeatures } from "./support.js";
import { requireVersion } from "./version.js";

/** The one of this worker; a voice is only loaded for it. @type {Promise<import("./engine.js").Engine>} */
let engine;

const store = new VoiceStore({ ...browserParts(), check: async (text) => (await engine).checkManifest(text) });

function requireHost() {
  requireFeatures(ENGINE_FEATURES);
  // The build adds it; a bundler that looks for it in the sources would find none.
  requireVersion(Reflect.get(bindings, "BUILD_VERSION"), "the engine");
}

/** Written by the build, too. @type {Record<string, number> | undefined} */
const sizes = Reflect.get(bindings, "PART_BYTES");

/** @type {import("./host.js").HostParts["createEngine"]} */
async function start(base, memoryLimit, { relaxed, parts, onpart }) {
  requireHost();
  const place = { base, parts, sizes, onpart };
  const [wasm, lexicon] = await Promise.all([fetchWasm(place, relaxed), fetchLexicon(place)]);
  return createEngine({ bindings, wasm, lexicon, memoryLimit });
}

const take = answerRequests(
  {
    createEngine: (...where) => (engine = start(...where)),
    loadVoice: (id, options) => store.load(id, options),
    async checkManifest(manifest, base, parts) {
      requireHost();
      const check = await createManifestCheck({ bindings, wasm: await fetchWasm({ base, parts }) });
      check(manifest);
    },
  },
  (message, transfer) => self.postMessage(message, { transfer }),
);

self.onmessage = ({ data }) => take(data);
