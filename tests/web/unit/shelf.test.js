import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { openFolderShelf } from "../../../www/lib/node/folder-backend.js";
import { openIndexedDbShelf } from "../../../www/lib/store/indexeddb-shelf.js";
import { MemoryShelf } from "../../../www/lib/store/memory-shelf.js";
import { temporaryFolder } from "../support/folder.js";

const [FILE, OTHER] = ["a".repeat(64), "b".repeat(64)];
const DIGEST = "0123456789abcdef".repeat(4);
const BYTES = new Uint8Array([1, 2, 3]);

/** @typedef {import("../../../www/lib/store/shelf.js").Shelf} Shelf */

/** Each makes a place and opens shelves of it. @type {{name: string, place: () => Promise<() => Promise<Shelf>>}[]} */
const SHELVES = [
  {
    name: "memory",
    async place() {
      const shelf = new MemoryShelf();
      return async () => shelf;
    },
  },
  {
    name: "indexeddb",
    async place() {
      const factory = new IDBFactory();
      return () => openIndexedDbShelf(factory);
    },
  },
  {
    name: "folder",
    async place() {
      const folder = await temporaryFolder();
      return async () => openFolderShelf(folder);
    },
  },
];

/** @type {{name: string, run: (shelf: Shelf) => Promise<void>}[]} */
const CASES = [
  {
    name: "an empty shelf has nothing",
    async run(shelf) {
      assert.deepEqual(
        [await shelf.manifest("baker"), await shelf.pending("baker"), await shelf.chunk("baker", FILE, 0)],
        [undefined, undefined, undefined],
      );
      assert.deepEqual((await shelf.list()).sort(byId), []);
      await shelf.remove("baker");
      await shelf.dropChunk("baker", FILE, 0);
    },
  },
  {
    name: "a chunk comes back as it was put, the last one put, until it is dropped",
    async run(shelf) {
      await shelf.putChunk("baker", FILE, 1, new Uint8Array([9]), OTHER);
      await shelf.putChunk("baker", FILE, 1, BYTES, DIGEST);
      const { bytes, sha256 } = (await shelf.chunk("baker", FILE, 1)) ?? {};
      assert.deepEqual([[.../** @type {Uint8Array} */ (bytes)], sha256], [[1, 2, 3], DIGEST]);
      assert.equal(await shelf.chunk("baker", FILE, 0), undefined);
      assert.equal(await shelf.chunk("baker", OTHER, 1), undefined);
      assert.equal(await shelf.chunk("other", FILE, 1), undefined);
      await shelf.dropChunk("baker", FILE, 1);
      assert.equal(await shelf.chunk("baker", FILE, 1), undefined);
    },
  },
  {
    name: "a view into a larger buffer is put as that view",
    async run(shelf) {
      await shelf.putChunk("baker", FILE, 0, new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4), DIGEST);
      assert.deepEqual([...((await shelf.chunk("baker", FILE, 0))?.bytes ?? [])], [1, 2, 3]);
    },
  },
  {
    name: "a commit ends what is pending and drops the chunks of other files of that voice only",
    async run(shelf) {
      for (const id of ["baker", "other"]) {
        await shelf.setPending(id, "new");
        await shelf.putChunk(id, FILE, 0, BYTES, DIGEST);
        await shelf.putChunk(id, OTHER, 0, BYTES, DIGEST);
      }
      assert.deepEqual([await shelf.manifest("baker"), await shelf.pending("baker")], [undefined, "new"]);
      await shelf.commit("baker", "text", [FILE]);
      assert.deepEqual([await shelf.manifest("baker"), await shelf.pending("baker")], ["text", undefined]);
      assert.ok(await shelf.chunk("baker", FILE, 0));
      assert.equal(await shelf.chunk("baker", OTHER, 0), undefined);
      assert.ok(await shelf.chunk("other", OTHER, 0));
      assert.equal(await shelf.pending("other"), "new");
    },
  },
  {
    name: "a committed voice stays beside the download of its next version",
    async run(shelf) {
      await shelf.putChunk("baker", FILE, 0, BYTES, DIGEST);
      await shelf.commit("baker", "old", [FILE]);
      await shelf.setPending("baker", "new");
      await shelf.putChunk("baker", OTHER, 0, BYTES, DIGEST);
      assert.deepEqual([await shelf.manifest("baker"), await shelf.pending("baker")], ["old", "new"]);
      await shelf.commit("baker", "new", [OTHER]);
      assert.equal(await shelf.chunk("baker", FILE, 0), undefined);
      assert.equal(await shelf.manifest("baker"), "new");
    },
  },
  {
    name: "the list has ids, texts and bytes, and says what is committed",
    async run(shelf) {
      await shelf.putChunk("baker", FILE, 0, BYTES, DIGEST);
      await shelf.putChunk("baker", FILE, 1, BYTES, DIGEST);
      await shelf.commit("baker", "标贝", [FILE]);
      await shelf.setPending("begun", "{}");
      assert.deepEqual((await shelf.list()).sort(byId), [
        { id: "baker", text: "标贝", bytes: 6, committed: true },
        { id: "begun", text: "{}", bytes: 0, committed: false },
      ]);
    },
  },
  {
    name: "a removed voice leaves nothing, and others stay",
    async run(shelf) {
      for (const id of ["baker", "other"]) {
        await shelf.putChunk(id, FILE, 0, BYTES, DIGEST);
        await shelf.commit(id, id, [FILE]);
        await shelf.setPending(id, "new");
      }
      await shelf.remove("baker");
      assert.deepEqual([await shelf.manifest("baker"), await shelf.pending("baker")], [undefined, undefined]);
      assert.equal(await shelf.chunk("baker", FILE, 0), undefined);
      assert.deepEqual((await shelf.list()).map(({ id }) => id), ["other"]);
      assert.ok(await shelf.chunk("other", FILE, 0));
    },
  },
  {
    name: "ids that differ in case, or that some systems keep for devices, are voices like others",
    async run(shelf) {
      const ids = ["Aa", "aA", "aa", "con", "Con"];
      for (const id of ids) await shelf.commit(id, id, []);
      for (const id of ids) assert.equal(await shelf.manifest(id), id);
      assert.deepEqual((await shelf.list()).map(({ id }) => id).sort(), ["Aa", "Con", "aA", "aa", "con"]);
    },
  },
];

/** @param {{id: string}} a @param {{id: string}} b */
function byId(a, b) {
  return a.id < b.id ? -1 : 1;
}

for (const { name: kind, place } of SHELVES) {
  for (const { name, run } of CASES) {
    test(`${kind}: ${name}`, async () => {
      const shelf = await (await place())();
      await run(shelf);
      shelf.close();
    });
  }

  test(`${kind}: what one has put, the next finds`, async () => {
    const open = await place();
    const first = await open();
    await first.putChunk("baker", FILE, 0, BYTES, DIGEST);
    await first.commit("baker", "text", [FILE]);
    first.close();
    const second = await open();
    assert.equal(await second.manifest("baker"), "text");
    assert.equal((await second.chunk("baker", FILE, 0))?.sha256, DIGEST);
    second.close();
  });
}
