import assert from "node:assert/strict";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readArchive } from "../../../www/lib/archive/archive.js";
import { writeZip } from "../../../www/lib/archive/write-zip.js";
import * as chromium from "../support/browser.js";
import { FIXTURE_VOICES } from "../support/faulty-base.js";
import { temporaryFolder } from "../support/folder.js";
import { zipped } from "../support/zip.js";

/** @typedef {import("puppeteer-core").Page} Page */

const SENTENCE = "今天天气很好。";
const TIMEOUT = { timeout: chromium.TIMEOUT_MS };

const { browser, site } = await chromium.forTests();
const folder = await temporaryFolder();
const zip = join(folder, "tone.zip");
await writeFile(zip, await zipped(join(FIXTURE_VOICES, "tone")));

/** A page of a new visitor, with the panel open. @param {(page: Page) => Promise<void>} work */
function visit(work) {
  const opened = async (/** @type {Page} */ page) => {
    await open(page);
    await work(page);
  };
  // That a server has no imported voice is no fault.
  return chromium.visit(browser, site.url, opened, (line) => line.includes("404"));
}

/** @param {Page} page */
async function open(page) {
  await page.click("#voices-open");
  await page.waitForSelector("#voices[open]", TIMEOUT);
  await page.waitForSelector(voice("han"), TIMEOUT);
}

/** @param {string} id @param {string} [state] */
function voice(id, state = "") {
  return `.voice[data-voice="${id}"]${state}`;
}

/** @param {Page} page @param {string} id @param {string} action */
async function press(page, id, action) {
  // The panel does one thing at a time.
  await page.waitForSelector("#voices:not([data-busy])", TIMEOUT);
  return page.$eval(voice(id, ` [data-action="${action}"]`), (button) => /** @type {HTMLElement} */ (button).click());
}

/** @param {Page} page @param {string} path */
async function choose(page, path) {
  const input = /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (await page.$("#voices-file"));
  await input.uploadFile(path);
}

/** @param {Page} page */
function storedVoices(page) {
  return page.$$eval(".voice", (rows) => rows.map((row) => /** @type {HTMLElement} */ (row).dataset.voice));
}

/** Waits for what the panel says. @param {Page} page @param {string} words */
function untilSaid(page, words) {
  const said = (/** @type {string} */ words) =>
    document.querySelector("#voices .status-line")?.textContent?.includes(words);
  return page.waitForFunction(said, TIMEOUT, words);
}

/** @param {Page} page */
async function shownFault(page) {
  const box = await page.waitForSelector("#voices .fault:not([hidden])", TIMEOUT);
  return page.evaluate((element) => {
    const { code, reason } = /** @type {HTMLElement} */ (element).dataset;
    return [code, reason];
  }, box);
}

/** The fixture as it lies on disk. */
async function toneFiles() {
  /** @type {Record<string, Uint8Array<ArrayBuffer>>} */
  const files = {};
  const path = join(FIXTURE_VOICES, "tone");
  for (const name of await readdir(path)) files[name] = new Uint8Array(await readFile(join(path, name)));
  return files;
}

test("a voice comes in from a zip, is chosen, speaks also on the next visit, goes out as it came and is deleted", () =>
  visit(async (page) => {
    await choose(page, zip);
    await page.waitForSelector(voice("tone", "[data-whole=true]"), TIMEOUT);
    const verify = voice("tone", " [data-action=verify]");
    await page.focus(verify);
    await page.keyboard.press("Enter");
    await untilSaid(page, "完好");
    assert.ok(await page.$eval(verify, (button) => button === document.activeElement), "the focus is kept");
    await press(page, "tone", "use");
    await page.waitForSelector(voice("tone", "[data-current]"), TIMEOUT);
    await page.keyboard.press("Escape");
    await chromium.speak(page, SENTENCE);
    assert.ok((await chromium.playedSound(page)).rms > 0.01);

    await page.reload();
    await chromium.untilStatus(page, "语音已就绪");
    assert.match(await page.$eval("#voice", (line) => line.textContent ?? ""), /tone/);
    await open(page);
    const out = await chromium.download(page, folder, voice("tone", " [data-action=export]"));
    assert.match(out.name, /^tone-\w+\.zip$/);
    const manifest = JSON.parse(new TextDecoder().decode((await toneFiles())["voice.json"]));
    const named = Object.entries(await toneFiles()).filter(
      ([path]) => path === "voice.json" || manifest.files.some((/** @type {any} */ file) => file.path === path),
    );
    /** @type {Record<string, Uint8Array>} */
    const exported = {};
    for await (const { path, bytes } of readArchive(new Blob([out.bytes]), out.name)) exported[path] = bytes;
    assert.deepEqual(exported, Object.fromEntries(named));

    await press(page, "tone", "remove");
    assert.deepEqual((await storedVoices(page)).sort(), ["han", "tone"]);
    await press(page, "tone", "remove");
    await page.waitForFunction((gone) => !document.querySelector(gone), TIMEOUT, voice("tone"));
    await page.waitForSelector(voice("han", "[data-current]"), TIMEOUT);
  }));

test("a broken archive is an error in words and leaves nothing", () =>
  visit(async (page) => {
    const files = Object.entries(await toneFiles()).map(([path, bytes]) => ({ path, bytes }));
    const bytes = Buffer.from(await (await writeZip(files)).arrayBuffer());
    const flipped = Buffer.from(bytes);
    flipped[bytes.indexOf(files[0].bytes) + 100] ^= 1;
    const text = new TextEncoder().encode("no archive");
    const cases = /** @type {[string, Uint8Array, string, string][]} */ ([
      ["cut.zip", bytes.subarray(0, bytes.length / 2), "voice-corrupt", "truncated"],
      ["flipped.zip", flipped, "voice-corrupt", "content"],
      ["text.zip", text, "voice-unsupported", "format"],
    ]);
    for (const [name, content, code, reason] of cases) {
      const path = join(folder, name);
      await writeFile(path, content);
      await choose(page, path);
      await page.waitForSelector(`#voices .fault[data-reason=${reason}]:not([hidden])`, TIMEOUT);
      assert.deepEqual(await shownFault(page), [code, reason], name);
      assert.deepEqual(await storedVoices(page), ["han"], name);
    }
    // Someone's file that is no voice is no fault of the page.
    assert.equal(await page.$("#health-mark:not([hidden])"), null);
  }));

test("an import that is canceled leaves nothing", () =>
  visit(async (page) => {
    await page.evaluate(() => {
      const working = /** @type {HTMLElement} */ (document.querySelector("#voices .working"));
      new MutationObserver(() => working.hidden || working.querySelector("button")?.click()).observe(working, {
        attributes: true,
      });
    });
    await choose(page, zip);
    await untilSaid(page, "已取消");
    assert.deepEqual(await storedVoices(page), ["han"]);
    assert.equal(await page.$("#voices .fault:not([hidden])"), null);
  }));

test("a folder or an archive may be dropped anywhere on the page, and a voice that was deleted may come back", () =>
  visit(async (page) => {
    await page.keyboard.press("Escape");
    const session = await page.createCDPSession();
    for (const path of [join(FIXTURE_VOICES, "tone"), zip]) {
      for (const type of /** @type {const} */ (["dragEnter", "dragOver", "drop"])) {
        const data = { items: [], files: [path], dragOperationsMask: 1 };
        await session.send("Input.dispatchDragEvent", { type, x: 100, y: 100, data });
      }
      await page.waitForSelector(voice("tone", "[data-whole=true]"), TIMEOUT);
      await press(page, "tone", "remove");
      await press(page, "tone", "remove");
      await untilSaid(page, "已删除");
      assert.deepEqual(await storedVoices(page), ["han"]);
      await page.keyboard.press("Escape");
    }
  }));

test("sources are kept, and a line that is no address is refused", () =>
  visit(async (page) => {
    await page.click("#voices .sources summary");
    const save = async (/** @type {string} */ text) => {
      await page.$eval("#voices-sources", (field, text) => Object.assign(field, { value: text }) && undefined, text);
      await page.click("#voices .sources button");
    };
    await save("not an address");
    assert.deepEqual(await shownFault(page), ["option-invalid", "address"]);
    await save("missing/\nvoices/");
    await page.waitForFunction(() => document.querySelector("#voices .note")?.textContent === "已保存", TIMEOUT);
    await press(page, "han", "remove");
    await press(page, "han", "remove");
    await untilSaid(page, "已删除");
    await page.reload();
    await chromium.untilStatus(page, "语音已就绪");
    await open(page);
    await page.waitForSelector(voice("han", "[data-whole=true]"), TIMEOUT);
    assert.equal(await page.$eval("#voices-sources", (field) => /** @type {any} */ (field).value), "missing/\nvoices/");
  }));

test("the panel fits phones, tablets and desks", () =>
  visit(async (page) => {
    await choose(page, zip);
    await page.waitForSelector(voice("tone"), TIMEOUT);
    await page.click("#voices .sources summary");
    for (const width of [360, 768, 1280]) {
      await page.setViewport({ width, height: 800 });
      assert.deepEqual(await page.evaluate(elementsTooWide), [], `${width} px`);
    }
  }));

/** Runs in the page. */
function elementsTooWide() {
  const elements = [...document.querySelectorAll("body, #bar, #bar *, #voices, #voices *")];
  const beyond = elements.filter((element) => element.getBoundingClientRect().right > innerWidth);
  const body = /** @type {HTMLElement} */ (document.querySelector("#voices .panel-body"));
  if (body.scrollWidth > body.clientWidth) beyond.push(body);
  return beyond.map(({ tagName, className }) => `${tagName} ${className}`);
}
