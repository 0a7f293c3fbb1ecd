import assert from "node:assert/strict";
import { test } from "node:test";
import { createEngine } from "../../../www/lib/engine.js";
import { recorded } from "../support/silently.js";

/** Bindings that do what a test says when text comes in. @param {(text: string) => string} normalize */
function engineWith(normalize) {
  const bindings = /** @type {any} */ ({
    default: async () => {},
    Engine: class {
      normalize = normalize;
    },
  });
  return createEngine({ bindings, wasm: "", lexicon: new Uint8Array() });
}

test("a panic becomes engine-crashed with its message and place, and prints nothing by itself", async () => {
  const engine = await engineWith(() => {
    console.error("panicked at src/chunk.rs:12:5:\nindex out of bounds\n\nStack:\n\nError\n    at x");
    throw new WebAssembly.RuntimeError("unreachable");
  });
  const { lines } = await recorded(() =>
    assert.throws(() => engine.normalize("x"), {
      code: "engine-crashed",
      message: "the engine panicked: index out of bounds",
      module: "chunk.rs",
      funcName: "Engine.normalize",
      lineno: 12,
    }),
  );
  assert.deepEqual(lines, []);
});

test("an error of the engine keeps its code and place", async () => {
  const thrown = Object.assign(new Error("out of range"), {
    code: "option-invalid",
    module: "src/options.rs",
    lineno: 7,
  });
  const engine = await engineWith(() => {
    throw thrown;
  });
  const expected = {
    name: "HanvoxError",
    code: "option-invalid",
    level: "warning",
    module: "src/options.rs",
    lineno: 7,
  };
  assert.throws(() => engine.normalize("x"), expected);
});

test("lone surrogates are replaced and keep their places", async () => {
  const engine = await engineWith((text) => text);
  assert.equal(engine.normalize("a\uD800b\uDC00😀c"), "a\uFFFDb\uFFFD😀c");
});
