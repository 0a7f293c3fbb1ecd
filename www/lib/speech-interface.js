/** What makes classes of ours look like those of a browser, whose description is in Web IDL. */

/**
 * Gives a class the look of a browser's own: it keeps its name when it is minified, its objects tell it, and their
 * attributes and methods can be enumerated.
 * @param {Function} Class
 * @param {string} name
 */
export function asInterface(Class, name) {
  const { prototype } = Class;
  Object.defineProperty(Class, "name", { value: name, configurable: true });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
  for (const key of Object.getOwnPropertyNames(prototype))
    if (key !== "constructor") Object.defineProperty(prototype, key, { enumerable: true });
}

/** The attributes `onstart`, `onend` and so on of an object: listeners that may be exchanged. */
export class Handlers {
  #target;
  /** @type {Map<string, Function>} */ #handlers = new Map();
  #listen = (/** @type {Event} */ event) => this.#handlers.get(event.type)?.call(this.#target, event);

  /** @param {EventTarget} target */
  constructor(target) {
    this.#target = target;
  }

  /** @param {string} type @returns {any} */
  get(type) {
    return this.#handlers.get(type) ?? null;
  }

  /** @param {string} type @param {unknown} handler What is no function takes the former one away. */
  set(type, handler) {
    if (typeof handler === "function") {
      this.#handlers.set(type, handler);
      this.#target.addEventListener(type, this.#listen);
    } else {
      this.#handlers.delete(type);
      this.#target.removeEventListener(type, this.#listen);
    }
  }
}
