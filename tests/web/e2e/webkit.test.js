/** The main path in WebKitGTK: open the page, speak, pause, seek, stop, export. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startSite } from "../support/browser.js";
import { startNullSound } from "../support/null-sound.js";
import { assertSpeech, readWav } from "../support/wav.js";
import { inWebKit } from "../support/webkit.js";

const SENTENCE = "今天天气很好，我们去公园。";
const SYLLABLES = 11;
const HELD_SECONDS = 1;

/** Keeps the file that the page offers for download. */
const KEEP_FILE = `(() => { const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => { globalThis.offered = blob; return create.call(URL, blob); }; })()`;
/** That file in base64. */
const OFFERED = `new Promise((resolve) => { const reader = new FileReader();
  reader.onload = () => resolve(reader.result.split(",")[1]); reader.readAsDataURL(globalThis.offered); })`;

/** @type {Awaited<ReturnType<typeof startNullSound>>} */
let sound;
/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;

before(async () => {
  sound = await startNullSound();
  site = await startSite();
});
after(async () => {
  await site?.stop();
  await sound?.stop();
});

/** @param {string} status */
const shows = (status) => `document.getElementById("status").textContent.includes(${JSON.stringify(status)})`;

/** @param {string} text */
const types = (text) =>
  `(() => { const area = document.getElementById("text"); area.value = ${JSON.stringify(text)};
    return area.dispatchEvent(new Event("input", { bubbles: true })); })()`;

const skip = process.platform !== "linux" && "WebKitGTK is for Linux alone";

test("in WebKit the page speaks, pauses, goes to another sentence, stops and saves a file", { skip }, () =>
  inWebKit(sound.env, async (page) => {
    const { recording } = sound;
    await page.goto(site.url);
    await page.evaluate(`localStorage.setItem("hanvox-language", "zh")`);
    await page.goto(site.url);
    await page.until(shows("语音已就绪"));
    await page.evaluate(types(SENTENCE.repeat(20)));
    await page.click("#speak");
    await recording.untilHeard();
    await page.until(shows("正在朗读"));
    await page.click("#speak");
    await page.until(shows("已暂停"));
    await recording.untilSilent(HELD_SECONDS);
    await page.click("#next");
    await recording.untilHeard();
    await page.until("Number(document.getElementById('timeline').value) >= 13");
    await page.click("#stop");
    await page.until(shows("已停止"));
    await recording.untilSilent(HELD_SECONDS);
    await page.evaluate(types(SENTENCE));
    await page.evaluate(KEEP_FILE);
    await page.click("#export-open");
    await page.until("document.querySelector('#export[open]') !== null");
    await page.click("#export-start");
    await page.until("globalThis.offered !== undefined");
    const wav = await page.evaluate(OFFERED);
    assertSpeech(readWav(Buffer.from(wav, "base64")), SYLLABLES);
    assert.equal(await page.evaluate("document.getElementById('error').hidden"), true);
  }),
);
