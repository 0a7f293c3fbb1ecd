/**
 * Runs work whose log lines belong to the test and not to its reader.
 * @template T
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function silently(work) {
  return (await recorded(work)).value;
}

/**
 * Runs work and takes what it prints to the console.
 * @template T
 * @param {() => T | Promise<T>} work
 * @returns {Promise<{value: T, lines: string[]}>}
 */
export async function recorded(work) {
  const methods = /** @type {const} */ (["error", "warn", "info"]);
  const saved = methods.map((method) => console[method]);
  /** @type {string[]} */
  const lines = [];
  for (const method of methods)
    console[method] = (/** @type {unknown[]} */ ...values) => void lines.push(values.join(" "));
  try {
    return { value: await work(), lines };
  } finally {
    methods.forEach((method, index) => (console[method] = saved[index]));
  }
}
