import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as chromium from "../support/browser.js";
import { temporaryFolder } from "../support/folder.js";

/** @typedef {import("puppeteer-core").Page} Page */

const TIMEOUT = { timeout: chromium.TIMEOUT_MS };
// More than one part.
const SENTENCES = 70;
const SENTENCE = "今天天气很好，我们去公园。";

const { browser, site } = await chromium.forTests();

/** @param {Page} page */
async function open(page) {
  await page.click("#export-open");
  await page.waitForSelector("#export[open]", TIMEOUT);
}

/** Lets files be saved without a click each. @param {Page} page */
async function saveInto(page) {
  const folder = await temporaryFolder();
  const session = await page.createCDPSession();
  const { id } = page.browserContext();
  await session.send("Browser.setDownloadBehavior", { behavior: "allow", browserContextId: id, downloadPath: folder });
  return folder;
}

/** The file that comes to lie in a folder. @param {string} folder @param {string} ending */
async function saved(folder, ending) {
  for (let tries = 0; tries < 1200; tries += 1) {
    const name = (await readdir(folder)).find((name) => name.endsWith(ending));
    if (name) return { name, bytes: await readFile(join(folder, name)) };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no file that ends with ${ending}`);
}

/** @param {Page} page @param {string} format */
async function start(page, format) {
  await page.select("#export-format", format);
  await page.click("#export-start");
}

test("a text is made to an MP3 file named by it, with subtitles that fit its length", () =>
  chromium.visit(browser, site.url, async (page) => {
    const folder = await saveInto(page);
    await chromium.type(page, SENTENCE);
    await open(page);
    await start(page, "mp3");
    await page.waitForSelector(".export[data-whole=true]", TIMEOUT);
    const file = await saved(folder, ".mp3");
    assert.equal(file.name, "今天天气很好，我们去公园.mp3");
    assert.equal(file.bytes.toString("latin1", 0, 3), "ID3");
    assert.ok(file.bytes.length > 10_000, `${file.bytes.length} bytes`);
    for (const format of ["srt", "json"]) await page.locator(`.export [data-action=${format}]`).click();
    assert.match((await saved(folder, ".srt")).bytes.toString(), /^1\n00:00:00,\d+ --> 00:00:0\d,\d+\n今天天气很好，/);
    const times = JSON.parse((await saved(folder, ".json")).bytes.toString());
    assert.equal(times.text, SENTENCE);
    assert.equal(times.characters.length, 11);
    assert.ok(times.characters.at(-1).end <= times.seconds && times.seconds < 10);
    await page.locator(".export [data-action=remove]").click();
    await page.locator(".export [data-action=remove]").click();
    await page.waitForFunction(() => !document.querySelector(".export"), TIMEOUT);
  }));

test("an export goes on after a reload and gives what an export without a break gives", () =>
  chromium.visit(browser, site.url, async (page) => {
    const text = `${SENTENCE}\n`.repeat(SENTENCES);
    await chromium.type(page, text);
    await open(page);
    await start(page, "wav");
    const begun = () => /** @type {HTMLProgressElement} */ (document.querySelector(".export progress"))?.value > 0;
    await page.waitForFunction(begun, TIMEOUT);
    await page.reload();
    await chromium.untilStatus(page, "语音已就绪");
    const folder = await saveInto(page);
    await open(page);
    assert.ok(await page.evaluate(begun), "what was made is kept");
    await page.click(".export [data-action=resume]");
    const broken = await saved(folder, ".wav");
    const sizes = { file: broken.bytes.length, header: broken.bytes.readUInt32LE(40) + 44 };
    assert.equal(sizes.file, sizes.header);
    // A sentence takes about 2.5 seconds.
    assert.ok(sizes.file > SENTENCES * 48_000, `${sizes.file} bytes`);
  }));
