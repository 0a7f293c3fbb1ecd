/** An imported Sambert voice on the page: from a zip to sound. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import * as chromium from "../support/browser.js";
import { temporaryFolder } from "../support/folder.js";
import { NEEDS_PACKS, packFolder } from "../support/sambert-packs.js";
import { readWav } from "../support/wav.js";

const ID = "tiny-noncausal-f16";
const TIMEOUT = { timeout: chromium.TIMEOUT_MS };

test(
  "a voice made by the importer comes in from a zip, is chosen and speaks at 16 kHz, emotions too",
  NEEDS_PACKS,
  async () => {
    const folder = await temporaryFolder();
    const zip = join(folder, "voice.zip");
    execFileSync("python3", ["-m", "zipfile", "-c", zip, ID], { cwd: packFolder("") });
    const site = await chromium.startSite();
    const browser = await chromium.launch(await temporaryFolder());
    try {
      const { page, lines } = await chromium.openPage(browser);
      await page.goto(site.url);
      await chromium.untilStatus(page, "语音已就绪");
      await page.click("#voices-open");
      await page.waitForSelector("#voices[open]", TIMEOUT);
      const input = await page.$("#voices-file");
      await /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (input).uploadFile(zip);
      const row = `.voice[data-voice="${ID}"]`;
      await page.waitForSelector(`${row}[data-whole=true]`, TIMEOUT);
      await page.waitForSelector("#voices:not([data-busy])", TIMEOUT);
      await page.$eval(`${row} [data-action="use"]`, (button) => /** @type {HTMLElement} */ (button).click());
      await page.waitForSelector(`${row}[data-current]`, TIMEOUT);
      await page.keyboard.press("Escape");

      await chromium.speak(page, "今天天气很好。");
      const played = await chromium.playedSound(page);
      assert.ok(played.seconds > 0.3 && played.rms > 0, `${played.seconds} s, RMS ${played.rms}`);
      const { rate, seconds, rms } = readWav((await chromium.exportWav(page, folder)).bytes);
      assert.equal(rate, 16000);
      assert.ok(Math.abs(seconds - played.seconds) < 0.5 && rms > 0, `${seconds} s, RMS ${rms}`);

      await chromium.speak(page, `<speak><emotion name="happy">今天天气很好。</emotion></speak>`);
      assert.ok((await chromium.playedSound(page)).seconds > played.seconds + 0.3);
      await chromium.type(page, `<speak><emotion name="bored">今天天气很好。</emotion></speak>`);
      await page.click("#speak");
      assert.equal(await chromium.shownError(page), "unknown-emotion");
      // Neither a breach of the content security policy nor anything uncaught; that a server has no imported voice is
      // no fault.
      for (const line of lines.filter((line) => !line.includes("404")))
        assert.doesNotThrow(() => JSON.parse(line), line);
    } finally {
      await browser.close();
      await site.stop();
    }
  },
);
