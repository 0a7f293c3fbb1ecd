/** The store of a browser, the same for a page and for its workers. */
import { openIndexedDbBackend } from "./indexeddb-backend.js";
import { VoiceStore } from "./voice-store.js";

/**
 * @param {Partial<import("./voice-store.js").StoreParts>} [parts] Instead of the browser's own.
 */
export function openVoiceStore(parts = {}) {
  const { navigator, indexedDB } = globalThis;
  return new VoiceStore({
    backend: () => openIndexedDbBackend(indexedDB),
    locks: navigator?.locks,
    storage: navigator?.storage,
    ...parts,
  });
}
