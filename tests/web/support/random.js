/**
 * Repeatable numbers from 0 to below 1, for tests that try many cases: a linear congruential generator
 * with the constants of Numerical Recipes.
 * @param {number} seed
 * @returns {() => number}
 */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
