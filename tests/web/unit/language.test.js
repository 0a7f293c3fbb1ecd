import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { en } from "../../../www/app/language/en.js";
import { preferred } from "../../../www/app/language/language.js";
import { zh } from "../../../www/app/language/zh.js";

/** All entries, those of a panel by its name, a dot and theirs. @param {object} catalogue @returns {[string, unknown][]} */
function entriesOf(catalogue) {
  const named = (/** @type {string} */ name, /** @type {object} */ inner) =>
    entriesOf(inner).map(([entry, value]) => /** @type {[string, unknown]} */ ([`${name}.${entry}`, value]));
  return Object.entries(catalogue).flatMap(([name, value]) =>
    typeof value === "object" ? named(name, value) : [[name, value]],
  );
}

/** The kind of each entry: a word, or a function of so many values. @param {object} catalogue */
function kinds(catalogue) {
  return entriesOf(catalogue).map(([name, value]) => [name, typeof value === "function" ? value.length : "word"]);
}

test("the catalogues have the same entries in the same order", () => {
  assert.deepEqual(kinds(en), kinds(zh));
});

test("no entry is empty, and no English one holds Chinese except the name of the other language", () => {
  for (const catalogue of [zh, en])
    for (const [name, value] of entriesOf(catalogue)) assert.ok(typeof value === "function" || value, name);
  const values = entriesOf(en).filter(([, value]) => /\p{Script=Han}/u.test(String(value)));
  assert.deepEqual(
    values.map(([name]) => name),
    ["otherLanguage"],
  );
});

test("every word that the page names is in the catalogue", async () => {
  const html = await readFile(new URL("../../../www/index.html", import.meta.url), "utf8");
  const named = [...html.matchAll(/data-(?:word|label|name|placeholder)="(\w+)"/g)].map(([, name]) => name);
  assert.ok(named.length > 10);
  assert.deepEqual(
    named.filter((name) => typeof (/** @type {any} */ (zh)[name]) !== "string"),
    [],
  );
});

test("what a panel says is in the catalogue, not in its code", async () => {
  const app = new URL("../../../www/app/", import.meta.url);
  const files = (await readdir(app, { recursive: true })).filter((file) => file.endsWith(".js"));
  // Names of emotions, and messages that the error table generates, are tables of their own.
  const texts = /^(language\/|emotion-names|messages)/;
  for (const file of files.filter((file) => !texts.test(file))) {
    const code = (await readFile(new URL(file, app), "utf8")).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    assert.doesNotMatch(code, /["`][^"`\n]*\p{Script=Han}{3}/u, file);
  }
});

test("Chinese in any form is Chinese, and everything else English", () => {
  assert.deepEqual([["zh-TW", "en"], ["zh"], ["yue"], ["en-US", "zh"], ["de"], []].map(preferred), [
    ...["zh", "zh", "zh", "en", "en", "en"],
  ]);
});
