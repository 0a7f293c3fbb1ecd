/** A process that dies at a step: from then on nothing it asks for is done, and nothing is answered but failure. */

/** @typedef {import("../../../www/lib/store/backend.js").Backend} Backend */

export class Steps {
  #left;
  taken = 0;

  /**
   * @param {number} last The step at which it dies: odd ones before the work is done, even ones after.
   */
  constructor(last = Infinity) {
    this.#left = last;
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async around(work) {
    this.#step();
    const value = await work();
    this.#step();
    return value;
  }

  #step() {
    this.taken += 1;
    if (this.taken >= this.#left) throw new TypeError("dead");
  }
}

/**
 * @param {Backend} backend
 * @param {Steps} steps
 * @returns {Backend}
 */
export function crashingBackend(backend, steps) {
  return new Proxy(backend, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (name === "close") return () => {};
      if (typeof method !== "function") return method;
      return (/** @type {unknown[]} */ ...args) => steps.around(() => method.apply(target, args));
    },
  });
}

/**
 * @param {typeof fetch} fetch
 * @param {Steps} steps
 * @returns {typeof globalThis.fetch}
 */
export function crashingFetch(fetch, steps) {
  return (input, init) => steps.around(() => fetch(input, init));
}
