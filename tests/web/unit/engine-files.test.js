import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { fetchLexicon, fetchWasm } from "../../../www/lib/engine/files.js";

afterEach(() => mock.restoreAll());

for (const [name, get] of Object.entries({ wasm: fetchWasm, lexicon: fetchLexicon }))
  test(`a ${name} that is not there is told of as the other parts of the engine are`, async () => {
    mock.method(globalThis, "fetch", async () => new Response("", { status: 404 }));
    await assert.rejects(get({ base: "http://x/" }), ({ code, context: { status, reason } }) => {
      assert.deepEqual({ code, status, reason }, { code: "network", status: 404, reason: "status" });
      return true;
    });
  });
