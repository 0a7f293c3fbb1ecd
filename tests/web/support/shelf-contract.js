/** What every shelf must do. */
import assert from "node:assert/strict";
import { test } from "node:test";

/**
 * @param {string} name
 * @param {() => Promise<import("../../../www/lib/store/shelf.js").Shelf>} open A new, empty shelf.
 */
export function testShelf(name, open) {
  const one = new Uint8Array([1, 2, 3]);
  const [fileA, fileB] = ["a".repeat(64), "b".repeat(64)];

  test(`${name}: what is put is there, and nothing else`, async () => {
    const shelf = await open();
    assert.equal(await shelf.manifest("v"), undefined);
    assert.equal(await shelf.pending("v"), undefined);
    assert.equal(await shelf.chunk("v", fileA, 0), undefined);
    assert.deepEqual(await shelf.list(), []);
    await shelf.setPending("v", "text");
    await shelf.putChunk("v", fileA, 3, one, "sum");
    assert.equal(await shelf.pending("v"), "text");
    const { bytes, sha256 } = (await shelf.chunk("v", fileA, 3)) ?? {};
    assert.deepEqual([bytes, sha256], [one, "sum"]);
    assert.equal(await shelf.chunk("v", fileA, 0), undefined);
    assert.equal(await shelf.chunk("w", fileA, 3), undefined);
    assert.deepEqual(await shelf.list(), [{ id: "v", text: "text", bytes: 3, committed: false }]);
    await shelf.dropChunk("v", fileA, 3);
    assert.equal(await shelf.chunk("v", fileA, 3), undefined);
    shelf.close();
  });

  test(`${name}: a view of a larger buffer is put as what it shows`, async () => {
    const shelf = await open();
    await shelf.putChunk("v", fileA, 0, new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4), "sum");
    assert.deepEqual([...((await shelf.chunk("v", fileA, 0))?.bytes ?? [])], [1, 2, 3]);
    shelf.close();
  });

  test(`${name}: a commit drops what it replaces, of that voice alone`, async () => {
    const shelf = await open();
    for (const id of ["v", "vw"]) {
      await shelf.putChunk(id, fileA, 0, one, "sum");
      await shelf.putChunk(id, fileB, 0, one, "sum");
      await shelf.setPending(id, "new");
    }
    await shelf.commit("v", "new", [fileB]);
    assert.deepEqual([await shelf.manifest("v"), await shelf.pending("v")], ["new", undefined]);
    assert.equal(await shelf.chunk("v", fileA, 0), undefined);
    assert.notEqual(await shelf.chunk("v", fileB, 0), undefined);
    assert.notEqual(await shelf.chunk("vw", fileA, 0), undefined);
    const listed = (await shelf.list()).sort((a, b) => a.id.localeCompare(b.id));
    assert.deepEqual(listed.map(({ id, bytes, committed }) => [id, bytes, committed]), [
      ["v", 3, true],
      ["vw", 6, false],
    ]);
    await shelf.remove("v");
    assert.equal(await shelf.manifest("v"), undefined);
    assert.equal(await shelf.chunk("v", fileB, 0), undefined);
    assert.deepEqual((await shelf.list()).map(({ id }) => id), ["vw"]);
    shelf.close();
  });

  test(`${name}: an update under way is listed by what is committed`, async () => {
    const shelf = await open();
    await shelf.commit("v", "old", []);
    await shelf.setPending("v", "new");
    assert.deepEqual(await shelf.list(), [{ id: "v", text: "old", bytes: 0, committed: true }]);
    shelf.close();
  });
}
