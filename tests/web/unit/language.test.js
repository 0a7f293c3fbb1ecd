import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { en } from "../../../www/app/language/en.js";
import { preferred } from "../../../www/app/language/language.js";
import { zh } from "../../../www/app/language/zh.js";

/** The kind of each entry: a word, or a function of so many values. @param {Record<string, unknown>} catalogue */
function kinds(catalogue) {
  return Object.entries(catalogue).map(([name, value]) => [name, typeof value === "function" ? value.length : "word"]);
}

test("the catalogues have the same entries in the same order", () => {
  assert.deepEqual(kinds(en), kinds(zh));
});

test("no entry is empty, and no English one holds Chinese except the name of the other language", () => {
  for (const catalogue of [zh, en])
    for (const [name, value] of Object.entries(catalogue)) assert.ok(typeof value === "function" || value, name);
  const values = Object.entries(en).filter(([, value]) => /\p{Script=Han}/u.test(String(value)));
  assert.deepEqual(
    values.map(([name]) => name),
    ["otherLanguage"],
  );
});

test("every word that the page names is in the catalogue", async () => {
  const html = await readFile(new URL("../../../www/index.html", import.meta.url), "utf8");
  const named = [...html.matchAll(/data-(?:word|label|hint|placeholder)="(\w+)"/g)].map(([, name]) => name);
  assert.ok(named.length > 10);
  assert.deepEqual(
    named.filter((name) => typeof (/** @type {any} */ (zh)[name]) !== "string"),
    [],
  );
});

test("Chinese in any form is Chinese, and everything else English", () => {
  assert.deepEqual([["zh-TW", "en"], ["zh"], ["yue"], ["en-US", "zh"], ["de"], []].map(preferred), [
    ...["zh", "zh", "zh", "en", "en", "en"],
  ]);
});
