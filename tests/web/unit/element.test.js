import assert from "node:assert/strict";
import { test } from "node:test";

test("a server that renders a page may import the element", async () => {
  assert.equal(globalThis.HTMLElement, undefined);
  const { define } = await import("../../../www/lib/element.js");
  assert.equal(typeof define, "function");
});
