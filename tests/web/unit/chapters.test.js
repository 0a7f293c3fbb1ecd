import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST, inParts, planned } from "../../../www/bin/chapters.js";

test("a chapter that is not long is one file", () => {
  const chapter = { title: "山", text: "山".repeat(LONGEST) };
  assert.deepEqual(inParts(chapter), [chapter]);
});

for (const { name, text, ends } of [
  { name: "at paragraphs", text: `${"山".repeat(999)}\n`.repeat(70), ends: "\n" },
  { name: "at sentences, where there are no paragraphs", text: "他说：“山很高。”".repeat(8000), ends: "”" },
  { name: "anywhere but in a character, where there are neither", text: `山${"𠮷".repeat(40_000)}`, ends: "" },
])
  test(`a long chapter is divided ${name}`, () => {
    const parts = inParts({ title: "山", text });
    assert.equal(parts.map((part) => part.text).join(""), text);
    assert.deepEqual(
      parts.map(({ title }) => title),
      parts.map((_, at) => `山 (${at + 1})`),
    );
    for (const part of parts) assert.ok(part.text.length <= LONGEST && !/^[\uDC00-\uDFFF]/.test(part.text));
    for (const part of parts.slice(0, -1)) assert.ok(part.text.endsWith(ends) && part.text.length > LONGEST / 3);
  });

test("files are numbered in the order of the book, with names for any system", () => {
  const chapters = ["第一章 a/b:c*?", "", "长".repeat(80)].map((title) => ({ title, text: "山。" }));
  const names = planned(chapters, {}).map(({ name }) => name);
  assert.deepEqual(names, ["01 第一章 a b c", "02", `03 ${"长".repeat(60)}`]);
});
