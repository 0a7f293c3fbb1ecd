import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { openFolderBackend } from "../../../www/lib/node/folder-backend.js";
import { openIndexedDbBackend } from "../../../www/lib/store/indexeddb-backend.js";
import { MemoryBackend } from "../../../www/lib/store/memory-backend.js";
import { temporaryFolder } from "../support/folder.js";

const [FILE, OTHER] = ["a".repeat(64), "b".repeat(64)];
const DIGEST = "0123456789abcdef".repeat(4);
const BYTES = new Uint8Array([1, 2, 3]);

/** @typedef {import("../../../www/lib/store/backend.js").Backend} Backend */

/** Each makes a place and opens backends of it. @type {{name: string, place: () => Promise<() => Promise<Backend>>}[]} */
const BACKENDS = [
  {
    name: "memory",
    async place() {
      const backend = new MemoryBackend();
      return async () => backend;
    },
  },
  {
    name: "indexeddb",
    async place() {
      const factory = new IDBFactory();
      return () => openIndexedDbBackend(factory);
    },
  },
  {
    name: "folder",
    async place() {
      const folder = await temporaryFolder();
      return async () => openFolderBackend(folder);
    },
  },
];

/** @type {{name: string, run: (backend: Backend) => Promise<void>}[]} */
const CASES = [
  {
    name: "an empty backend has nothing",
    async run(backend) {
      assert.deepEqual(
        [await backend.manifest("baker"), await backend.pending("baker"), await backend.block("baker", FILE, 0)],
        [undefined, undefined, undefined],
      );
      assert.deepEqual((await backend.list()).sort(byId), []);
      await backend.remove("baker");
      await backend.dropBlock("baker", FILE, 0);
    },
  },
  {
    name: "a block comes back as it was put, the last one put, until it is dropped",
    async run(backend) {
      await backend.putBlock("baker", FILE, 1, new Uint8Array([9]), OTHER);
      await backend.putBlock("baker", FILE, 1, BYTES, DIGEST);
      const { bytes, sha256 } = (await backend.block("baker", FILE, 1)) ?? {};
      assert.deepEqual([[.../** @type {Uint8Array} */ (bytes)], sha256], [[1, 2, 3], DIGEST]);
      assert.equal(await backend.block("baker", FILE, 0), undefined);
      assert.equal(await backend.block("baker", OTHER, 1), undefined);
      assert.equal(await backend.block("other", FILE, 1), undefined);
      await backend.dropBlock("baker", FILE, 1);
      assert.equal(await backend.block("baker", FILE, 1), undefined);
    },
  },
  {
    name: "a view into a larger buffer is put as that view",
    async run(backend) {
      await backend.putBlock("baker", FILE, 0, new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4), DIGEST);
      assert.deepEqual([...((await backend.block("baker", FILE, 0))?.bytes ?? [])], [1, 2, 3]);
    },
  },
  {
    name: "a commit ends what is pending and drops the blocks of other files of that voice only",
    async run(backend) {
      for (const id of ["baker", "other"]) {
        await backend.setPending(id, "new");
        await backend.putBlock(id, FILE, 0, BYTES, DIGEST);
        await backend.putBlock(id, OTHER, 0, BYTES, DIGEST);
      }
      assert.deepEqual([await backend.manifest("baker"), await backend.pending("baker")], [undefined, "new"]);
      await backend.commit("baker", "text", [FILE]);
      assert.deepEqual([await backend.manifest("baker"), await backend.pending("baker")], ["text", undefined]);
      assert.ok(await backend.block("baker", FILE, 0));
      assert.equal(await backend.block("baker", OTHER, 0), undefined);
      assert.ok(await backend.block("other", OTHER, 0));
      assert.equal(await backend.pending("other"), "new");
    },
  },
  {
    name: "a committed voice stays beside the download of its next version",
    async run(backend) {
      await backend.putBlock("baker", FILE, 0, BYTES, DIGEST);
      await backend.commit("baker", "old", [FILE]);
      await backend.setPending("baker", "new");
      await backend.putBlock("baker", OTHER, 0, BYTES, DIGEST);
      assert.deepEqual([await backend.manifest("baker"), await backend.pending("baker")], ["old", "new"]);
      await backend.commit("baker", "new", [OTHER]);
      assert.equal(await backend.block("baker", FILE, 0), undefined);
      assert.equal(await backend.manifest("baker"), "new");
    },
  },
  {
    name: "the list has ids, texts and bytes, and says what is committed",
    async run(backend) {
      await backend.putBlock("baker", FILE, 0, BYTES, DIGEST);
      await backend.putBlock("baker", FILE, 1, BYTES, DIGEST);
      await backend.commit("baker", "标贝", [FILE]);
      await backend.setPending("begun", "{}");
      assert.deepEqual((await backend.list()).sort(byId), [
        { id: "baker", text: "标贝", bytes: 6, committed: true },
        { id: "begun", text: "{}", bytes: 0, committed: false },
      ]);
    },
  },
  {
    name: "a removed voice leaves nothing, and others stay",
    async run(backend) {
      for (const id of ["baker", "other"]) {
        await backend.putBlock(id, FILE, 0, BYTES, DIGEST);
        await backend.commit(id, id, [FILE]);
        await backend.setPending(id, "new");
      }
      await backend.remove("baker");
      assert.deepEqual([await backend.manifest("baker"), await backend.pending("baker")], [undefined, undefined]);
      assert.equal(await backend.block("baker", FILE, 0), undefined);
      assert.deepEqual(
        (await backend.list()).map(({ id }) => id),
        ["other"],
      );
      assert.ok(await backend.block("other", FILE, 0));
    },
  },
  {
    name: "ids that differ in case, or that some systems keep for devices, are voices like others",
    async run(backend) {
      const ids = ["Aa", "aA", "aa", "con", "Con"];
      for (const id of ids) await backend.commit(id, id, []);
      for (const id of ids) assert.equal(await backend.manifest(id), id);
      assert.deepEqual((await backend.list()).map(({ id }) => id).sort(), ["Aa", "Con", "aA", "aa", "con"]);
    },
  },
];

/** @param {{id: string}} a @param {{id: string}} b */
function byId(a, b) {
  return a.id < b.id ? -1 : 1;
}

for (const { name: kind, place } of BACKENDS) {
  for (const { name, run } of CASES) {
    test(`${kind}: ${name}`, async () => {
      const backend = await (await place())();
      await run(backend);
      backend.close();
    });
  }

  test(`${kind}: what one has put, the next finds`, async () => {
    const open = await place();
    const first = await open();
    await first.putBlock("baker", FILE, 0, BYTES, DIGEST);
    await first.commit("baker", "text", [FILE]);
    first.close();
    const second = await open();
    assert.equal(await second.manifest("baker"), "text");
    assert.equal((await second.block("baker", FILE, 0))?.sha256, DIGEST);
    second.close();
  });
}
