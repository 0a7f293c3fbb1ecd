/** The store of a browser, the same for a page and for its workers. */
import { openIndexedDbShelf } from "./indexeddb-shelf.js";
import { VoiceStore } from "./voice-store.js";

/**
 * @param {Partial<import("./voice-store.js").StoreParts>} [parts] Instead of the browser's own.
 */
export function openVoiceStore(parts = {}) {
  const { navigator, indexedDB } = globalThis;
  return new VoiceStore({
    shelf: () => openIndexedDbShelf(indexedDB),
    locks: navigator?.locks,
    storage: navigator?.storage,
    ...parts,
  });
}
