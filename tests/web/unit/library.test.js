import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { Library, shareRead } from "../../../www/app/library/library.js";
import { openLibraryStore } from "../../../www/app/library/store.js";

const BOOK = {
  title: "书",
  language: "zh",
  chapters: [
    { title: "一", text: "第一章的文字" },
    { title: "二", text: "第二章" },
  ],
};

/** What is open, over reloads. */
let openBook = "";

/** @param {Partial<import("../../../www/app/library/library.js").Parts>} [parts] */
function open(parts = {}, factory = new IDBFactory()) {
  /** @type {{text: string, place: number}[]} */
  const shown = [];
  /** @type {any[]} */
  const noted = [];
  const library = new Library({
    store: () => openLibraryStore(factory),
    read: (text, { place }) => shown.push({ text, place }),
    onchange() {},
    kept: { get: () => openBook, set: (id) => (openBook = id) },
    note: (error) => noted.push(error),
    ...parts,
  });
  return { library, shown, noted, factory };
}

/** Until the writes that were begun are done. @param {Library} library */
async function settled(library) {
  library.leave();
  await new Promise((resolve) => setTimeout(resolve, 20));
}

test("a book goes on where it was left, also by opening its file again", async () => {
  const { library, shown, factory } = open();
  await library.add(BOOK);
  assert.equal(await library.turn(1), true);
  library.moved(2);
  await settled(library);

  const later = open({}, factory);
  const [entry] = await later.library.list();
  assert.deepEqual([entry.title, entry.chapter, entry.place], ["书", 1, 2]);
  assert.equal(shareRead(entry), 8 / 9);
  await later.library.open(entry.id);
  await later.library.add(BOOK);
  assert.deepEqual(later.shown, [
    { text: "第二章", place: 2 },
    { text: "第二章", place: 2 },
  ]);
  assert.equal((await later.library.list()).length, 1);
  assert.equal(shown.length, 2);
});

test("there is nothing before the first chapter and behind the last one", async () => {
  const { library, shown } = open();
  assert.equal(await library.turn(0), false);
  await library.add(BOOK);
  assert.equal(await library.turn(-1), false);
  assert.equal(await library.turn(2), false);
  assert.equal(shown.length, 1);
  await settled(library);
});

test("a book that is deleted is gone with its texts, and its place is not written any more", async () => {
  const { library, factory } = open();
  await library.add(BOOK);
  const [{ id }] = await library.list();
  library.moved(3);
  await library.remove(id);
  await settled(library);
  assert.deepEqual(await library.list(), []);
  assert.equal(await (await openLibraryStore(factory)).text(id, 1), undefined);
  await assert.rejects(library.open(id), { code: "option-invalid" });
});

test("without storage a book is read all the same, and the failure is noted once", async () => {
  const { library, shown, noted } = open({ store: () => openLibraryStore(undefined) });
  await library.add(BOOK);
  await library.turn(1);
  await settled(library);
  assert.deepEqual(
    shown.map(({ text }) => text),
    ["第一章的文字", "第二章"],
  );
  assert.deepEqual(
    noted.map(({ code }) => code),
    ["storage-blocked"],
  );
});

test("after a reload the open book goes on, unless another text is there", async () => {
  const { library, factory } = open();
  await library.add(BOOK);
  await library.turn(1);
  await settled(library);
  const later = open({}, factory).library;
  await later.resume("别的文字");
  const opened = () => later.entry?.title;
  assert.equal(opened(), undefined);
  await later.resume("第二章");
  assert.deepEqual([opened(), later.chapter], ["书", 1]);
  assert.equal(await later.text(), "第一章的文字\n\n第二章");
  later.close();
  const last = open({}, factory).library;
  await last.resume("第二章");
  assert.equal(last.entry, undefined);
});
