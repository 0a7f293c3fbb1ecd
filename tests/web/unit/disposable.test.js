import assert from "node:assert/strict";
import { test } from "node:test";
import { asyncDisposable, disposable } from "../../../www/lib/shared/disposable.js";

const { dispose, asyncDispose } = /** @type {{dispose: symbol, asyncDispose: symbol}} */ (
  /** @type {unknown} */ (Symbol)
);
const WITHOUT = { skip: dispose ? false : "this host has no Symbol.dispose" };

test("an object is ended by `using` and by `await using`", WITHOUT, async () => {
  /** @type {string[]} */
  const ended = [];
  class Thing {
    end() {
      ended.push("now");
    }
  }
  disposable(Thing.prototype, (/** @type {Thing} */ thing) => thing.end());
  const thing = /** @type {any} */ (new Thing());
  assert.equal(thing[dispose](), undefined);
  await thing[asyncDispose]();
  assert.deepEqual(ended, ["now", "now"]);
  assert.deepEqual(Object.keys(Thing.prototype), []);
});

test("what takes time to end is awaited", WITHOUT, async () => {
  let ended = false;
  class Thing {}
  asyncDisposable(Thing.prototype, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    ended = true;
  });
  const thing = /** @type {any} */ (new Thing());
  assert.equal(dispose in thing, false);
  await thing[asyncDispose]();
  assert.equal(ended, true);
});
