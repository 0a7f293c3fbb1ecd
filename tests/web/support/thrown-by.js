import assert from "node:assert/strict";

/**
 * What some work throws, for more than one look at it; fails where it throws nothing.
 * @param {() => unknown} work
 */
export function thrownBy(work) {
  try {
    work();
  } catch (thrown) {
    return /** @type {any} */ (thrown);
  }
  return assert.fail("nothing was thrown");
}
