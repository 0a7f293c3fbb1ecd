import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedText } from "../../../www/app/share.js";
import { decodeText } from "../../../www/lib/documents/encoding.js";

/** @param {number[]} bytes */
const text = (...bytes) => decodeText(new Uint8Array(bytes));

test("files are read as UTF-8, as UTF-16 with a mark, or as GB18030", () => {
  assert.deepEqual(text(0xe4, 0xbd, 0xa0), { text: "你", encoding: "utf-8", replaced: 0 });
  assert.deepEqual(text(0xef, 0xbb, 0xbf, 0xe4, 0xbd, 0xa0), { text: "你", encoding: "utf-8", replaced: 0 });
  assert.deepEqual(text(0xff, 0xfe, 0x60, 0x4f), { text: "你", encoding: "utf-16le", replaced: 0 });
  assert.deepEqual(text(0xfe, 0xff, 0x4f, 0x60), { text: "你", encoding: "utf-16be", replaced: 0 });
  assert.deepEqual(text(0xc4, 0xe3), { text: "你", encoding: "gb18030", replaced: 0 });
  assert.deepEqual(text(0x82, 0x35, 0x8f, 0x33), { text: "\u{9fa6}", encoding: "gb18030", replaced: 0 });
});

test("bytes that are no text are refused", () => {
  const picture = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00];
  for (const bytes of [[0xff], [0xc4], [0xff, 0xfe, 0x60], [0xff, 0xfe, 0x00, 0xd8], [0x41, 0x00], picture])
    assert.throws(() => text(...bytes), { code: "encoding-invalid" }, String(bytes));
});

for (const [title, body, url, spoken] of [
  ["", "文字", "", "文字"],
  ["标题", "", "https://example.org/", "标题"],
  ["标题", "文字", "https://example.org/", "标题\n文字"],
  ["标题", "标题：文字", "", "标题：文字"],
  ["", "", "https://example.org/", "https://example.org/"],
  ["", "", "", ""],
])
  test(`of the share "${title}", "${body}", "${url}" is spoken "${spoken.replace("\n", "/")}"`, () =>
    assert.equal(sharedText({ title, text: body, url }), spoken));
