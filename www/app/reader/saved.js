/**
 * Text and place, kept over a reload, a crash and the next visit. A tab keeps its own; a new tab starts with what was
 * kept last.
 */

const TEXT_KEY = "hanvox-text";
const PLACE_KEY = "hanvox-place";
// A storage holds some 5 million characters, both texts and what else the page keeps.
const MOST_CHARACTERS = 1_000_000;
// A short text is kept with each letter, a long one after a moment without typing.
const SHORT = 20_000;
const DELAY_MS = 500;

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Store */

export class SavedText {
  #stores;
  #onerror;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {string | undefined} Not kept yet. */ #pending;
  #reported = false;

  /**
   * @param {{stores: Store[], onerror: (thrown: unknown) => void}} parts `stores`: that of the tab first. `onerror` is
   *   called when a text could not be kept.
   */
  constructor({ stores, onerror }) {
    this.#stores = stores;
    this.#onerror = onerror;
  }

  /** What was kept last, or undefined on a first visit. */
  load() {
    for (const store of this.#stores) {
      const text = read(store, TEXT_KEY);
      if (text !== null) return { text, place: Math.min(Number(read(store, PLACE_KEY)) || 0, text.length) };
    }
    return undefined;
  }

  /** @param {string} text */
  keepText(text) {
    this.#pending = text;
    clearTimeout(this.#timer);
    if (text.length <= SHORT) this.flush();
    else this.#timer = setTimeout(() => this.flush(), DELAY_MS);
  }

  /** @param {number} place */
  keepPlace(place) {
    for (const store of this.#stores) this.#write(store, PLACE_KEY, String(place));
  }

  /** Keeps at once what waits; call it when the page may go. */
  flush() {
    clearTimeout(this.#timer);
    const text = this.#pending;
    this.#pending = undefined;
    if (text === undefined) return;
    // Rather no text than that of another time.
    for (const store of this.#stores) {
      if (text.length <= MOST_CHARACTERS) this.#write(store, TEXT_KEY, text);
      else this.#guarded(() => store.removeItem(TEXT_KEY));
    }
  }

  /** @param {Store} store @param {string} key @param {string} value */
  #write(store, key, value) {
    this.#guarded(() => store.setItem(key, value));
  }

  /** @param {() => void} access */
  #guarded(access) {
    try {
      access();
    } catch (error) {
      if (!this.#reported) this.#onerror(error);
      this.#reported = true;
    }
  }
}

/** @param {Store} store @param {string} key */
function read(store, key) {
  try {
    return store.getItem(key);
  } catch {
    // The log store reports that the storage is blocked.
    return null;
  }
}
