import assert from "node:assert/strict";
import { test } from "node:test";
import { LoadProgress } from "../../../www/lib/engine/load-progress.js";

/** @typedef {import("../../../www/lib/shared/protocol.js").Progress} Progress */

function gauge() {
  /** @type {Progress[]} */
  const told = [];
  return { told, progress: new LoadProgress((progress) => told.push(progress)) };
}

test("the bytes of the engine and of the voice are one figure, told once the size of the voice is known", () => {
  const { told, progress } = gauge();
  progress.part("wasm", 0, 1000);
  progress.part("wasm", 400, 1000);
  progress.part("lexicon", 0, 100);
  assert.deepEqual(told, []);
  progress.voice({ status: "initiate", voice: "han", loaded: 0, total: 5000 });
  progress.part("wasm", 1000, 1000);
  progress.voice({ status: "progress", voice: "han", file: "encoder.onnx", loaded: 5000, total: 5000 });
  progress.part("lexicon", 100, 100);
  assert.deepEqual(
    told.map(({ status, file, loaded, total }) => [status, file, loaded, total]),
    [
      ["initiate", undefined, 400, 6100],
      ["progress", "wasm", 1000, 6100],
      ["progress", "encoder.onnx", 6000, 6100],
      ["progress", "lexicon", 6100, 6100],
    ],
  );
});

test("what is no figure is passed on as it is", () => {
  const { told, progress } = gauge();
  progress.part("wasm", 400, 1000);
  const ready = /** @type {const} */ ({ status: "ready", voice: "han", fromCache: true, downloaded: 0 });
  progress.voice(ready);
  assert.deepEqual(told, [ready]);
});
