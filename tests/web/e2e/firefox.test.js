import assert from "node:assert/strict";
import { test } from "node:test";
import { drop, launchFirefox, startSite, type, untilStatus } from "../support/browser.js";
import { epub, pdf } from "../support/documents.js";
import { temporaryFolder } from "../support/folder.js";
import { assertSpeech, readWav } from "../support/wav.js";

/** @typedef {import("puppeteer-core").Page} Page */

const SENTENCE = "今天天气很好，我们去公园。";
const SYLLABLES = 11;

/** @param {import("puppeteer-core").Browser} browser */
async function openPage(browser) {
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(recordFile);
  return page;
}

/** Runs in the page before all else: keeps what it offers for download. */
function recordFile() {
  const create = URL.createObjectURL;
  URL.createObjectURL = (/** @type {any} */ blob) => {
    Object.assign(globalThis, { offered: blob });
    return create(blob);
  };
}

/**
 * Speaks into a file; what is heard has its own test (sound.test.js).
 * @param {Page} page
 */
async function assertSpeaks(page) {
  await untilStatus(page, "语音已就绪");
  await type(page, SENTENCE);
  await page.click("#export-open");
  await page.waitForSelector("#export[open]");
  await page.click("#export-start");
  await page.waitForFunction(() => Reflect.has(globalThis, "offered"));
  await page.click("#export .close");
  const wav = await page.evaluate(async () => {
    const bytes = new Uint8Array(await /** @type {any} */ (globalThis).offered.arrayBuffer());
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  });
  assertSpeech(readWav(new Uint8Array(Buffer.from(wav, "latin1"))), SYLLABLES);
}

test("in Firefox from an empty profile to speech, and without the network after a reload and a new start", async () => {
  const profile = await temporaryFolder();
  const site = await startSite();
  const first = await launchFirefox(profile);
  try {
    const page = await openPage(first);
    await page.goto(site.url);
    await assertSpeaks(page);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await site.stop();
    await page.reload();
    await assertSpeaks(page);
  } finally {
    await first.close();
  }

  const second = await launchFirefox(profile);
  try {
    const page = await openPage(second);
    await page.goto(site.url);
    await assertSpeaks(page);
  } finally {
    await second.close();
  }
});

/** @param {Page} page @param {string} text */
function untilRead(page, text) {
  const shown = (/** @type {string} */ text) => document.getElementById("reading")?.textContent?.includes(text);
  return page.waitForFunction(shown, { timeout: 120_000 }, text);
}

test("in Firefox a PDF and a book are opened, kept, and made to an Opus file", async () => {
  const site = await startSite();
  const browser = await launchFirefox(await temporaryFolder());
  try {
    const page = await openPage(browser);
    await page.goto(site.url);
    await drop(page, pdf([["一页。"]]), "a.pdf");
    await untilRead(page, "一页。");
    await drop(page, epub(), "a.epub");
    await untilRead(page, "献给读者");
    await page.reload();
    await page.waitForSelector("#book:not([hidden])");
    await page.click("#export-open");
    await page.waitForSelector("#export[open]");
    await page.select("#export-format", "opus");
    await page.click("#export-start");
    await page.waitForSelector(".export[data-whole=true]", { timeout: 120_000 });
    const head = await page.evaluate(async () => {
      const { offered } = /** @type {any} */ (globalThis);
      return [...new Uint8Array(await offered.slice(0, 36).arrayBuffer())]
        .map((byte) => String.fromCharCode(byte))
        .join("");
    });
    assert.match(head, /^OggS.*OpusHead/s);
  } finally {
    await browser.close();
    await site.stop();
  }
});
