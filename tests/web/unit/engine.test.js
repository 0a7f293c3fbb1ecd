import assert from "node:assert/strict";
import { test } from "node:test";
import { createEngine } from "../../../www/lib/engine/engine.js";
import { HanvoxError } from "../../../www/lib/shared/errors.js";
import { recorded } from "../support/silently.js";

/** @typedef {import("../../../www/lib/engine/guard.js").Guard["panicked"]} PanicSink */

/**
 * Bindings that do what a test says when text comes in, and panic through the sink.
 * @param {(text: string, panic: PanicSink) => string} normalize
 * @param {number} [memoryLimit]
 */
function engineWith(normalize, memoryLimit = 8 * 1024 * 1024) {
  /** @type {PanicSink} */
  let panic;
  const bindings = /** @type {any} */ ({
    default: async () => ({ __wasm_call_ctors: () => {} }),
    set_panic_sink: (/** @type {PanicSink} */ sink) => (panic = sink),
    Engine: class {
      normalize = (/** @type {string} */ text) => normalize(text, panic);
    },
  });
  return createEngine({ bindings, wasm: "", lexicon: new Uint8Array(), memoryLimit });
}

test("a panic becomes engine-crashed with its message and place, and prints nothing by itself", async () => {
  const engine = await engineWith((_, panic) => {
    panic({ message: "index out of bounds", module: "src/chunk.rs", lineno: 12 });
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

test("an error of the engine keeps its code, its place, what it struck and its cause", async () => {
  const thrown = Object.assign(new Error("out of range"), {
    code: "option-invalid",
    module: "src/options.rs",
    lineno: 7,
    stage: "encoder",
    chunk: 2,
    start: 10,
    end: 15,
    cause: new Error("a net said so"),
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
    context: { stage: "encoder", chunk: 2, start: 10, end: 15 },
    cause: thrown.cause,
  };
  assert.throws(() => engine.normalize("x"), expected);
});

test("lone surrogates are replaced and keep their places", async () => {
  const engine = await engineWith((text) => text);
  assert.equal(engine.normalize("a\uD800b\uDC00😀c"), "a\uFFFDb\uFFFD😀c");
});

const trap = () => new WebAssembly.RuntimeError("unreachable");
const tensor = "failed to allocate Layout { size: 9 }";

for (const [what, thrown, panicked, code] of /** @type {[string, unknown, string, string][]} */ ([
  ["an abort of the allocator", trap(), "", "out-of-memory"],
  ["a tensor without room", trap(), tensor, "out-of-memory"],
  ["an array without room", new RangeError("Array buffer allocation failed"), "", "out-of-memory"],
  ["a full stack", new RangeError("Maximum call stack size exceeded"), "", "engine-crashed"],
  ["another trap", new WebAssembly.RuntimeError("memory access out of bounds"), "", "engine-crashed"],
])) {
  test(`${what} is ${code}, and the engine is left alone from then on`, async () => {
    const engine = await engineWith((_, panic) => {
      if (panicked) panic({ message: panicked, module: "blob.rs", lineno: 76 });
      throw thrown;
    });
    const context = { memory_bytes: 4 * 1024 * 1024, memory_limit: 8 * 1024 * 1024 };
    const expected = { code, context, funcName: "Engine.normalize", cause: thrown };
    assert.throws(() => engine.normalize("x"), expected);
    assert.throws(() => engine.normalize("x"), { code: "engine-crashed", message: /earlier call/ });
  });
}

test("a limit below what the module starts with is out-of-memory", async () => {
  const expected = { code: "out-of-memory", context: { memory_limit: 1024 } };
  await assert.rejects(
    engineWith((text) => text, 1024),
    expected,
  );
});

/**
 * An engine whose voice has three files, and what is done to it.
 * @param {(path: string) => void} [onprepare]
 */
async function loadingEngine(onprepare = () => {}) {
  /** @type {string[]} */
  const done = [];
  const bindings = /** @type {any} */ ({
    default: async () => ({ __wasm_call_ctors: () => {} }),
    set_panic_sink: () => {},
    Engine: class {
      drop_voice = () => done.push("drop");
      set_voice = () => done.push("set");
      normalize = (/** @type {string} */ text) => text;
    },
    VoiceLoader: class {
      #due = ["a", "b", "c"];
      /** @type {[string, Uint8Array][]} */ #read = [];
      read = async (/** @type {(path: string) => Promise<Uint8Array>} */ file) => {
        const path = this.#due.shift();
        if (path === undefined) return false;
        this.#read.push([path, await file(path)]);
        return true;
      };
      prepare = () => {
        const [path, bytes] = /** @type {[string, Uint8Array]} */ (this.#read.shift());
        onprepare(path);
        done.push(`prepare ${path} ${bytes.length}`);
      };
      free = () => done.push("free");
    },
  });
  const engine = await createEngine({ bindings, wasm: new Uint8Array(), lexicon: new Uint8Array() });
  const file = async (/** @type {string} */ path) => {
    done.push(`ask ${path}`);
    return new Uint8Array(path.charCodeAt(0) - 96);
  };
  return { engine, file, done };
}

test("a voice is loaded file by file, the next one read while a net is prepared", async () => {
  const { engine, file, done } = await loadingEngine();
  await engine.loadVoice({ text: "{}", file });
  const files = ["ask a", "ask b", "prepare a 1", "ask c", "prepare b 2", "prepare c 3"];
  assert.deepEqual(done, ["drop", ...files, "set", "free"]);
});

test("a load rejects with what a file was rejected with, and the engine goes on", async () => {
  for (const failing of ["a", "b", "c"]) {
    const { engine, file, done } = await loadingEngine();
    const error = new HanvoxError("voice-corrupt", "damaged", { context: { file: failing } });
    const faulty = async (/** @type {string} */ path) => (path === failing ? Promise.reject(error) : file(path));
    assert.equal(await engine.loadVoice({ text: "{}", file: faulty }).catch((thrown) => thrown), error);
    assert.deepEqual([done.includes("set"), done.at(-1)], [false, "free"]);
    assert.equal(engine.normalize("x"), "x");
  }
});

test("a trap while a net is prepared is the error of the load, also where the next file fails", async () => {
  const thrown = new WebAssembly.RuntimeError("unreachable");
  const { engine, file } = await loadingEngine(() => {
    throw thrown;
  });
  const faulty = async (/** @type {string} */ path) => (path === "b" ? Promise.reject(new Error("b")) : file(path));
  const expected = { code: "out-of-memory", funcName: "VoiceLoader.prepare", cause: thrown };
  await assert.rejects(engine.loadVoice({ text: "{}", file: faulty }), expected);
  assert.throws(() => engine.normalize("x"), { code: "engine-crashed" });
});
