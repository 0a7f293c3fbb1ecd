/** Lets `using` and `await using` end an object, where the host knows how to. */

/** @typedef {{dispose?: symbol, asyncDispose?: symbol}} Known What there is of both in this host. */

/**
 * @template {object} T
 * @param {T} prototype
 * @param {(object: T) => void | Promise<void>} end
 */
export function disposable(prototype, end) {
  const { dispose, asyncDispose } = /** @type {Known} */ (/** @type {unknown} */ (Symbol));
  const now = /** @this {T} */ function () {
    end(this);
  };
  const later = /** @this {T} */ async function () {
    await end(this);
  };
  if (dispose) Object.defineProperty(prototype, dispose, { value: now, configurable: true });
  if (asyncDispose) Object.defineProperty(prototype, asyncDispose, { value: later, configurable: true });
}

/**
 * What only ends in time.
 * @template {object} T
 * @param {T} prototype
 * @param {(object: T) => Promise<void>} end
 */
export function asyncDisposable(prototype, end) {
  const { asyncDispose } = /** @type {Known} */ (/** @type {unknown} */ (Symbol));
  const later = /** @this {T} */ function () {
    return end(this);
  };
  if (asyncDispose) Object.defineProperty(prototype, asyncDispose, { value: later, configurable: true });
}
