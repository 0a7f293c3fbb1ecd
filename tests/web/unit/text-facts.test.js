import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { textFacts, withoutText } from "../../../www/lib/diagnostics/text-facts.js";

test("of a text its length and eight digits of its SHA-256 are told", async () => {
  for (const text of ["", "今天", "𠮷野家", "a".repeat(10_000)]) {
    const text_sha256_8 = createHash("sha256").update(text).digest("hex").slice(0, 8);
    assert.deepEqual(await textFacts(text), { text_length: text.length, text_sha256_8 });
    assert.equal((await textFacts(text, { include: true })).text, text);
  }
});

test("quotes of the text become their length, other quotes stay", () => {
  const text = '你好，世界。abc "x" 再见';
  const cases = [
    ['no reading for "世界"', 'no reading for "[2 characters]"'],
    ["“你好” and ‘再见’ and 「abc」", "“[2 characters]” and ‘[2 characters]’ and 「[3 characters]」"],
    ["“你好，世…” is cut", "“[5 characters]” is cut"],
    ['there is no voice "baker"', 'there is no voice "baker"'],
    ["你好 stands bare", "你好 stands bare"],
    [`all of it: ${text}!`, "all of it: [16 characters]!"],
    [String.raw`"abc \"x\" 再见" is no date`, '"[10 characters]" is no date'],
    ['an empty "" quote', 'an empty "" quote'],
  ];
  for (const [message, expected] of cases) assert.equal(withoutText(message, text), expected);
});

test("data is searched through, and what is no string stays", () => {
  const data = { list: ["“你好”", 1, null], deep: { message: "‘好’" }, none: undefined };
  assert.deepEqual(withoutText(data, "你好"), {
    list: ["“[2 characters]”", 1, null],
    deep: { message: "‘[1 characters]’" },
    none: undefined,
  });
});
