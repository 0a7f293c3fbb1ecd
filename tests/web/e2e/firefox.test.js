import { test } from "node:test";
import { launchFirefox, startSite, type, untilStatus } from "../support/browser.js";
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
  await page.click("#download");
  await untilStatus(page, "完成");
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
