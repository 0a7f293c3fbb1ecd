import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const ROOT = new URL("../../../", import.meta.url);

/**
 * @param {string} lock
 * @param {string} crate
 */
async function lockedVersion(lock, crate) {
  const text = await readFile(new URL(lock, ROOT), "utf8");
  return new RegExp(`name = "${crate}"\nversion = "([^"]+)"`).exec(text)?.[1];
}

test("the set-up writes the bindings by the very version of wasm-bindgen that the engine is compiled with", async () => {
  const version = await lockedVersion("Cargo.lock", "wasm-bindgen");
  assert.ok(version);
  assert.equal(await lockedVersion("scripts/bindgen/Cargo.lock", "wasm-bindgen-cli-support"), version);
});
