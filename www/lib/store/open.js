/** The browser's store, the same for a page and its workers. */
import { openIndexedDbBackend } from "./indexeddb-backend.js";
import { VoiceStore } from "./voice-store.js";

/**
 * @param {Partial<import("./voice-store.js").StoreParts>} [parts] Override the browser's own.
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
