import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { finished, openIndexedDb } from "../../../www/lib/shared/indexed-db.js";
import { openIndexedDbBackend } from "../../../www/lib/store/indexeddb-backend.js";

test("a view of a larger buffer is stored as what it shows", async () => {
  const backend = await openIndexedDbBackend(new IDBFactory());
  await backend.putBlock("v", "a", 0, new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4), "sum");
  assert.equal((await backend.block("v", "a", 0))?.bytes.buffer.byteLength, 3);
});

test("an id that begins like another has its own chunks", async () => {
  const backend = await openIndexedDbBackend(new IDBFactory());
  for (const id of ["v", "vw"]) await backend.putBlock(id, "a", 0, new Uint8Array(3), "sum");
  await backend.commit("v", "text", []);
  assert.equal(await backend.block("v", "a", 0), undefined);
  assert.notEqual(await backend.block("vw", "a", 0), undefined);
});

test("what the first version of the database held goes, and the new one works", async () => {
  const factory = new IDBFactory();
  const old = await openIndexedDb(factory, "hanvox-voices", (db) => {
    db.createObjectStore("files");
    db.createObjectStore("manifests").put("text", "v");
  });
  const transaction = old.transaction("files", "readwrite");
  transaction.objectStore("files").put(new Uint8Array(9), "v/abc");
  await finished(transaction);
  // Still open, as in another tab.
  const backend = await openIndexedDbBackend(factory);
  assert.equal(await backend.manifest("v"), undefined);
  await backend.commit("v", "new", []);
  assert.equal(await backend.manifest("v"), "new");
});

test("a stored manifest that was changed is named", async () => {
  const factory = new IDBFactory();
  const backend = await openIndexedDbBackend(factory);
  await backend.commit("v", "some text", []);
  const db = await openIndexedDb(factory, "hanvox-voices", () => {}, 2);
  const transaction = db.transaction("manifests", "readwrite");
  transaction.objectStore("manifests").get("v").onsuccess = ({ target }) => {
    const { result } = /** @type {IDBRequest<{text: string, sha256: string}>} */ (target);
    transaction.objectStore("manifests").put({ ...result, text: "some next" }, "v");
  };
  await finished(transaction);
  await assert.rejects(backend.manifest("v"), { code: "voice-corrupt", context: { voice: "v", file: "voice.json" } });
});

test("a browser without IndexedDB, or one that refuses it, is storage-blocked", async () => {
  await assert.rejects(openIndexedDbBackend(undefined), { code: "storage-blocked" });
  const refusing = /** @type {any} */ ({
    open() {
      throw new DOMException("no", "SecurityError");
    },
  });
  await assert.rejects(openIndexedDbBackend(refusing), { code: "storage-blocked" });
});
