import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MADE, madeFiles } from "../../../www/bin/shell.js";
import { temporaryFolder } from "../support/folder.js";

const WWW = fileURLToPath(new URL("../../../www", import.meta.url));
const FILES = {
  "package.json": `{"type": "module"}`,
  "index.html": "<!doctype html>",
  "pkg/hanvox.js": "export {};",
  "pkg/hanvox_bg.wasm": "wasm",
  "pkg/hanvox.d.ts": "export {};",
  "voices/baker/voice.json": "{}",
  "screenshots/wide.png": "picture",
};

/** A small page with the real list, errors and service worker. */
async function page() {
  const folder = await temporaryFolder();
  for (const part of ["lib/engine", "lib/shared", "pkg", "voices/baker", "screenshots"])
    await mkdir(join(folder, part), { recursive: true });
  for (const [file, text] of Object.entries(FILES)) await writeFile(join(folder, file), text);
  const modules = ["engine/version.js", "shared/errors.js", "shared/codes.js", "shared/hashes.js"];
  for (const file of [...modules.map((path) => `lib/${path}`), "sw.js"])
    await writeFile(join(folder, file), await readFile(join(WWW, file)));
  return folder;
}

/** @param {string} text */
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** What is filled in for a constant. @param {string} source @param {string} name */
function filledIn(source, name) {
  const [, json] = new RegExp(`const ${name} = (\\{.*?\\n\\});`, "s").exec(source) ?? [];
  return JSON.parse(json ?? "null");
}

test("the list and the service worker name one version and the files as they are served, without the voices", async () => {
  const made = madeFiles(await page());
  assert.deepEqual(Object.keys(made).sort(), [...MADE].sort());
  const build = filledIn(made["lib/engine/version.js"], "BUILD");
  const shell = filledIn(made["sw.js"], "SHELL");
  assert.match(build.version, /^[0-9a-f]{16}$/);
  assert.equal(shell.version, build.version);
  assert.ok(made["pkg/hanvox.js"].endsWith(`export const BUILD_VERSION = "${build.version}";\n`));
  assert.deepEqual(shell.files, { ...build.files, "lib/engine/version.js": sha256(made["lib/engine/version.js"]) });
  const shared = ["codes", "errors", "hashes"].map((name) => `lib/shared/${name}.js`);
  const listed = ["index.html", ...shared, "pkg/hanvox.js", "pkg/hanvox_bg.wasm"];
  assert.deepEqual(Object.keys(build.files).sort(), listed);
  assert.equal(build.files["pkg/hanvox_bg.wasm"], sha256("wasm"));
  assert.equal(build.files["pkg/hanvox.js"], sha256(made["pkg/hanvox.js"]));
});

test("the version changes with each file of the shell, and with nothing else", async () => {
  const folder = await page();
  const version = () => filledIn(madeFiles(folder)["sw.js"], "SHELL").version;
  const before = version();
  for (const file of ["voices/baker/voice.json", "screenshots/wide.png"]) await writeFile(join(folder, file), "other");
  assert.equal(version(), before);
  const versions = [before];
  for (const file of ["index.html", "pkg/hanvox.js", "pkg/hanvox_bg.wasm"]) {
    await writeFile(join(folder, file), "other");
    versions.push(version());
  }
  assert.equal(new Set(versions).size, 4);
});

test("what is of another version is refused, and sources without a version refuse nothing", async () => {
  const folder = await page();
  const plain = await import(pathToFileURL(join(folder, "lib/engine/version.js")).href);
  plain.requireVersion("any", "the page");
  await plain.requireFile("pkg/hanvox_bg.wasm", new Uint8Array());
  const made = madeFiles(folder);
  await writeFile(join(folder, "lib/engine/version.js"), made["lib/engine/version.js"]);
  const { BUILD, requireFile, requireVersion } = await import(
    `${pathToFileURL(join(folder, "lib/engine/version.js")).href}?filled`
  );
  requireVersion(BUILD.version, "the page");
  for (const version of ["", "other", undefined])
    assert.throws(() => requireVersion(version, "the page"), { code: "version-mismatch" });
  await requireFile("pkg/hanvox_bg.wasm", new TextEncoder().encode("wasm"));
  for (const text of ["", "Wasm", "wasm "])
    await assert.rejects(requireFile("pkg/hanvox_bg.wasm", new TextEncoder().encode(text)), {
      code: "version-mismatch",
    });
});
