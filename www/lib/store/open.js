/** The browser's store, the same for a page and its workers. */
import { openIndexedDbBackend } from "./indexeddb-backend.js";

/** What a store is made of in a browser. */
export function browserParts() {
  const { navigator, indexedDB } = globalThis;
  return {
    backend: () => openIndexedDbBackend(indexedDB),
    locks: navigator?.locks,
    storage: navigator?.storage,
  };
}
