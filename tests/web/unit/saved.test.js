import assert from "node:assert/strict";
import { test } from "node:test";
import { SavedText } from "../../../www/app/reader/saved.js";

/** @param {Record<string, string>} [kept] */
function storeOf(kept = {}) {
  const map = new Map(Object.entries(kept));
  return {
    map,
    getItem: (/** @type {string} */ key) => map.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void map.set(key, value),
    removeItem: (/** @type {string} */ key) => void map.delete(key),
  };
}

/** @param {ReturnType<typeof storeOf>[]} stores */
function start(...stores) {
  const faults = /** @type {unknown[]} */ ([]);
  return { faults, saved: new SavedText({ stores, onerror: (thrown) => faults.push(thrown) }) };
}

test("text and place come back as they were kept, with each letter", () => {
  const [tab, shared] = [storeOf(), storeOf()];
  const { saved } = start(tab, shared);
  assert.equal(saved.load(), undefined);
  saved.keepText("你好");
  saved.keepPlace(1);
  assert.deepEqual(start(tab, shared).saved.load(), { text: "你好", place: 1 });
  assert.deepEqual(start(storeOf(), shared).saved.load(), { text: "你好", place: 1 });
});

test("a tab keeps its own text while another tab keeps another", () => {
  const shared = storeOf();
  const tab = storeOf();
  start(tab, shared).saved.keepText("甲");
  start(storeOf(), shared).saved.keepText("乙");
  assert.equal(start(tab, shared).saved.load()?.text, "甲");
  assert.equal(start(storeOf(), shared).saved.load()?.text, "乙");
});

test("a long text waits for a moment, or for the end of the visit", () => {
  const tab = storeOf();
  const { saved } = start(tab);
  saved.keepText("长".repeat(50_000));
  assert.equal(tab.map.size, 0);
  saved.flush();
  assert.equal(tab.map.get("hanvox-text")?.length, 50_000);
});

test("a place beyond the text, or no number, is no harm", () => {
  for (const place of ["99", "x", ""]) {
    const loaded = start(storeOf({ "hanvox-text": "你好", "hanvox-place": place })).saved.load();
    assert.ok(loaded && loaded.place >= 0 && loaded.place <= 2, place);
  }
});

test("a storage that is full or blocked is reported once", () => {
  const full = storeOf();
  full.setItem = () => {
    throw new Error("full");
  };
  const { saved, faults } = start(full);
  saved.keepText("你好");
  saved.keepPlace(1);
  assert.equal(faults.length, 1);
});
