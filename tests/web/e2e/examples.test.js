/** The examples that are one file; `npm run test:consumers` runs those that are projects. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serveFolder } from "../../../www/bin/static-files.js";
import { TIMEOUT_MS, launch, openPage, playedSound } from "../support/browser.js";
import { temporaryFolder } from "../support/folder.js";
import { assertSpeech, readWav } from "../support/wav.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** @param {string} name @param {string[]} args */
async function ran(name, ...args) {
  const folder = await temporaryFolder();
  const command = [join(ROOT, "examples", name), ...args];
  const how = { cwd: folder, encoding: /** @type {const} */ ("buffer"), maxBuffer: 1e8 };
  const { stdout } = await promisify(execFile)(process.execPath, command, how);
  return { folder, stdout };
}

test("node.mjs speaks a text into a file", async () => {
  const { folder } = await ran("node.mjs", "今天天气很好。");
  assertSpeech(readWav(await readFile(join(folder, "hello.wav"))), 6);
});

test("chatbot.mjs speaks the whole answer", async () => {
  const { stdout } = await ran("chatbot.mjs");
  // The header of a stream leaves the lengths open.
  stdout.writeUInt32LE(stdout.length - 8, 4);
  stdout.writeUInt32LE(stdout.length - 44, 40);
  assertSpeech(readWav(stdout), 85);
});

test("anki.mjs makes a note with pinyin and sound of each sentence", async () => {
  const list = join(await temporaryFolder(), "sentences.txt");
  await writeFile(list, "今天天气很好。\n\n你吃了吗？\n");
  const { folder } = await ran("anki.mjs", list, "deck");
  const notes = (await readFile(join(folder, "deck/notes.txt"), "utf8")).split("\n");
  assert.deepEqual(notes, [
    "#separator:tab",
    "今天天气很好。\tjin1 tian1 tian1 qi4 hen3 hao3\t[sound:hanvox-1.mp3]",
    "你吃了吗？\tni3 chi1 le5 ma5\t[sound:hanvox-2.mp3]",
    "",
  ]);
  assert.deepEqual((await readdir(join(folder, "deck"))).sort(), ["hanvox-1.mp3", "hanvox-2.mp3", "notes.txt"]);
  const { length } = await readFile(join(folder, "deck/hanvox-1.mp3"));
  assert.ok(length > 8000, `${length} bytes`);
});

/** @param {string} name @param {string[]} args @param {string} [input] */
function ranNative(name, args, input) {
  const run = ["run", "--quiet", "--locked", "--example", name, "--", ...args];
  return execFileSync("cargo", run, { cwd: ROOT, input, encoding: "utf8" });
}

test("speak.rs speaks a text into a file, readings.rs tells how lines are read", async () => {
  const wav = join(await temporaryFolder(), "hello.wav");
  ranNative("speak", ["今天天气很好。", wav, '{"speaker": "song"}']);
  assertSpeech(readWav(await readFile(wav)), 6);
  const [words, readings] = ranNative("readings", [], "3个\n").split("\n");
  assert.match(words, /^三.个/);
  assert.match(readings, /^san1.ge4/);
});

/** @type {import("puppeteer-core").Browser} */
let browser;
/** @type {import("node:http").Server} */
let server;

before(async () => {
  server = await serveFolder(ROOT, 0);
  browser = await launch(await temporaryFolder());
});

after(async () => {
  await browser.close();
  server.close();
  server.closeAllConnections();
});

for (const [file, button] of [
  ["page.html", "button"],
  ["element.html", "han-vox >>> button"],
  ["element.html", "body > button"],
])
  test(`${file} speaks when ${button} is pressed`, async () => {
    const { page, lines } = await openPage(browser);
    page.setDefaultTimeout(TIMEOUT_MS);
    const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
    await page.goto(`http://localhost:${port}/examples/${file}`);
    await (await page.waitForSelector(button))?.click();
    await page.waitForFunction(() => /** @type {any} */ (globalThis).played.seconds > 2.5);
    assert.deepEqual(
      lines.filter((line) => /Error/.test(line)),
      [],
    );
    assert.ok((await playedSound(page)).rms > 0.01);
    await page.close();
  });
