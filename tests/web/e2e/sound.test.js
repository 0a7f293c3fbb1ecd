/** What the reader hears: the page plays into a real sound device, in each browser. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as browsers from "../support/browser.js";
import { temporaryFolder } from "../support/folder.js";
import { startNullSound } from "../support/null-sound.js";
import { assertSpeech } from "../support/wav.js";

const SENTENCE = "今天天气很好，我们去公园。";
const SYLLABLES = 11;
const HELD_SECONDS = 1;
const BUSY_SECONDS = 3;
const AHEAD_MS = 2000;
// Between sentences there is about half a second.
const LONGEST_PAUSE_SECONDS = 1;

/** @typedef {Awaited<ReturnType<typeof startNullSound>>} Sound */

/** @type {Sound} */
let sound;
/** @type {Awaited<ReturnType<typeof browsers.startSite>>} */
let site;

before(async () => {
  sound = await startNullSound();
  site = await browsers.startSite();
});
after(async () => {
  await site?.stop();
  await sound?.stop();
});

/** @type {Record<string, (profile: string, env: Record<string, string>) => Promise<import("puppeteer-core").Browser>>} */
const LAUNCHERS = {
  Chromium: (profile, env) => browsers.launchAudible(profile, env),
  Firefox: (profile, env) => browsers.launchFirefox(profile, env),
};

for (const [name, launch] of Object.entries(LAUNCHERS)) {
  test(`in ${name} a speech is heard from its beginning to its end`, () =>
    inPage(launch, async (page) => {
      const start = sound.recording.seconds;
      await browsers.speak(page, SENTENCE);
      await sound.recording.untilSilent(HELD_SECONDS);
      assertSpeech(sound.recording.since(start), SYLLABLES);
    }));

  test(`in ${name} pause is silent, resume goes on, and stop ends it`, () =>
    inPage(launch, async (page) => {
      const { recording } = sound;
      await browsers.type(page, SENTENCE.repeat(20));
      await browsers.pressSpeak(page);
      await browsers.untilStatus(page, "正在朗读");
      await recording.untilHeard();
      await browsers.pressSpeak(page);
      await browsers.untilStatus(page, "已暂停");
      await recording.untilSilent(HELD_SECONDS);
      await browsers.pressSpeak(page);
      await browsers.untilStatus(page, "正在朗读");
      await recording.untilHeard();
      await page.locator("#stop").click();
      await browsers.untilStatus(page, "已停止");
      await recording.untilSilent(HELD_SECONDS);
      assert.equal(await page.$("#error:not([hidden])"), null);
    }));

  test(`in ${name} a page that is busy for seconds from the first sound on leaves no gap in what is heard`, () =>
    inPage(launch, async (page) => {
      await page.evaluate(beBusyAt, "正在朗读", BUSY_SECONDS);
      await speakWithoutGap(page);
    }));

  test(`in ${name} without audio worklets, a page that is busy for seconds later on leaves no gap`, () =>
    inPage(launch, async (page) => {
      await page.evaluate(() => Reflect.deleteProperty(BaseAudioContext.prototype, "audioWorklet"));
      // Then the engine is ahead of what is heard.
      await page.evaluate(beBusyAt, "正在朗读", BUSY_SECONDS, AHEAD_MS);
      await speakWithoutGap(page);
    }));
}

/**
 * Runs in the page: computes for seconds, once, when it shows a status.
 * @param {string} status
 * @param {number} seconds
 * @param {number} [later] Milliseconds after that.
 */
function beBusyAt(status, seconds, later = 0) {
  const shown = /** @type {HTMLElement} */ (document.getElementById("status"));
  const observer = new MutationObserver(() => {
    if (shown.textContent !== status) return;
    observer.disconnect();
    setTimeout(() => {
      const end = performance.now() + 1000 * seconds;
      while (performance.now() < end);
    }, later);
  });
  observer.observe(shown, { childList: true, characterData: true, subtree: true });
}

/** @param {import("puppeteer-core").Page} page */
async function speakWithoutGap(page) {
  const { recording } = sound;
  const start = recording.seconds;
  await browsers.type(page, SENTENCE.repeat(4));
  await browsers.pressSpeak(page);
  await browsers.untilStatus(page, "完成");
  await recording.untilSilent(HELD_SECONDS);
  const { seconds, pause } = recording.since(start);
  assert.ok(seconds > 2 * BUSY_SECONDS, `${seconds} s are heard`);
  assert.ok(pause < LONGEST_PAUSE_SECONDS, `a pause of ${pause} s`);
}

/**
 * @param {(typeof LAUNCHERS)[string]} launch
 * @param {(page: import("puppeteer-core").Page) => Promise<void>} work
 */
async function inPage(launch, work) {
  const browser = await launch(await temporaryFolder(), sound.env);
  try {
    const page = await browser.newPage();
    await page.goto(site.url);
    await browsers.untilStatus(page, "语音已就绪");
    await work(page);
  } finally {
    await browser.close();
  }
}
