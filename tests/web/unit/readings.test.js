import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseCandidates } from "../../../www/app/readings/candidates.js";
import { dictionaryText, digits, parseDictionary, withEntry } from "../../../www/app/readings/dictionary.js";
import { characterAt, contextOf, withReading } from "../../../www/app/readings/place.js";

test("a dictionary is read as tables, lists and other programs write it", () => {
  const text = `\ufeff# mine\r\n单于\tchan2 yu2\n重庆,chóng qìng\n"吐蕃" = "tǔ bō"\nAI ai1 ai2\n\nbroken\n单于\tchan2 yu1`;
  const entries = parseDictionary(text);
  assert.deepEqual(entries, [
    { word: "单于", pinyin: "chan2 yu1" },
    { word: "重庆", pinyin: "chong2 qing4" },
    { word: "吐蕃", pinyin: "tu3 bo1" },
    { word: "AI", pinyin: "ai1 ai2" },
  ]);
  assert.deepEqual(parseDictionary(dictionaryText(entries)), entries);
});

test("a reading replaces the one before, and an empty one takes the word away", () => {
  const [one] = [{ word: "行", pinyin: "hang2" }];
  assert.deepEqual(withEntry([one], { word: "行", pinyin: "xíng" }), [{ word: "行", pinyin: "xing2" }]);
  assert.deepEqual(withEntry([one], { word: "行", pinyin: " " }), []);
});

for (const [typed, wanted] of [
  ["chóng qìng", "chong2 qing4"],
  ["Chong2 Qing4", "chong2 qing4"],
  ["lǜ nüè ma", "lv4 nve4 ma5"],
  ["lü4 nu:e4", "lv4 nve4"],
  ["xī'ān", "xi1 an1"],
])
  test(`"${typed}" is typed for ${wanted}`, () => assert.equal(digits(typed), wanted));

test("the candidates of common characters are there, with words", () => {
  const file = new URL("../../../www/app/readings/candidates.txt", import.meta.url);
  const candidates = parseCandidates(readFileSync(file, "utf8"));
  const pinyin = (/** @type {string} */ character) => candidates.get(character)?.map(({ pinyin }) => pinyin);
  assert.deepEqual(pinyin("重"), ["zhong4", "chong2"]);
  assert.deepEqual(pinyin("行"), ["xing2", "hang2", "heng2"]);
  assert.deepEqual(pinyin("乐"), ["le4", "yue4", "lao4"]);
  assert.ok(candidates.get("重")?.[1].words.includes("重庆"));
});

test("the character of a place is found, with its sentence", () => {
  const text = "一。我去重庆，𠀀。\n好";
  assert.deepEqual(characterAt(text, 4), { start: 4, end: 5 });
  assert.deepEqual(characterAt(text, 6), { start: 5, end: 6 }, "behind it");
  assert.deepEqual(characterAt(text, 8), { start: 7, end: 9 }, "within a character of two units");
  assert.equal(characterAt("a b", 1), undefined);
  const { start, end } = contextOf(text, { start: 4, end: 5 });
  assert.equal(text.slice(start, end), "我去重庆，𠀀");
});

test("a reading is given at one place, instead of one that is there", () => {
  const at = { start: 0, end: 1 };
  assert.equal(withReading("重庆", at, "chong2"), "重{chong2}庆");
  assert.equal(withReading("重{zhong4}庆", at, "chong2"), "重{chong2}庆");
});
