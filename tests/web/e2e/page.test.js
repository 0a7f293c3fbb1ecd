import assert from "node:assert/strict";
import { test } from "node:test";
import * as chromium from "../support/browser.js";
import { temporaryFolder } from "../support/folder.js";
import { VOICE_FAULTS } from "../support/voice-faults.js";
import { assertSpeech, readWav } from "../support/wav.js";

const SENTENCE = "今天天气很好，我们去公园。";
const SYLLABLES = 11;

const { browser, site } = await chromium.forTests();

test("from an empty profile to speech and a file, and in a new start without the network again", async () => {
  const profile = await temporaryFolder();
  const online = await chromium.startSite();
  const first = await chromium.launch(profile);
  try {
    const { page, lines } = await chromium.openPage(first);
    await page.goto(online.url);
    await chromium.untilStatus(page, "语音已就绪");
    await chromium.speak(page, SENTENCE);
    assertSpeech(await chromium.playedSound(page), SYLLABLES);
    const file = await chromium.exportWav(page, profile);
    assert.match(file.name, /\.wav$/);
    const sound = readWav(file.bytes);
    assert.equal(sound.rate, 24000);
    assertSpeech(sound, SYLLABLES);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    assert.deepEqual(faults(lines), []);
  } finally {
    await first.close();
    await online.stop();
  }

  const second = await chromium.launch(profile);
  try {
    const { page, lines } = await chromium.openPage(second);
    await page.setOfflineMode(true);
    await page.goto(online.url);
    await chromium.untilStatus(page, "语音已就绪");
    await chromium.speak(page, SENTENCE);
    assertSpeech(await chromium.playedSound(page), SYLLABLES);
    assert.deepEqual(faults(lines), []);
  } finally {
    await second.close();
  }
});

test("stop ends it at once, and the next text is spoken", async () => {
  const { page } = await chromium.openPage(browser);
  await page.goto(site.url);
  await chromium.untilStatus(page, "语音已就绪");
  await chromium.type(page, SENTENCE.repeat(20));
  await page.click("#speak");
  await page.waitForSelector("#reading:not([hidden])");
  await page.click("#stop");
  await chromium.untilStatus(page, "已停止");
  await chromium.speak(page, "你好。");
  await page.close();
});

test("empty text is refused in words and with one log line", async () => {
  const { page, lines } = await chromium.openPage(browser);
  await page.goto(site.url);
  for (const [text, code] of [
    ["  ", "empty-text"],
    ["……——。", "nothing-to-speak"],
  ]) {
    await chromium.type(page, text);
    await page.click("#speak");
    await page.waitForSelector(`#error[data-code="${code}"]:not([hidden])`);
    await page.waitForSelector("body[data-state=ready]");
    const [record, ...more] = faults(lines.splice(0));
    assert.deepEqual([record.level, record.code, more], ["warning", code, []]);
    assert.ok(record.timestamp && record.message && record.module && record.lineno);
  }
  await page.close();
});

/**
 * The records of errors among the lines of a console, and every line that is no record of the page.
 * @param {string[]} lines
 */
function faults(lines) {
  // What the browser itself says of a failed fetch is no line of ours.
  const ours = lines.filter((line) => !line.startsWith("Failed to load resource"));
  const records = ours.map((line) => (line.startsWith("{") ? JSON.parse(line) : { code: "no record", line }));
  return records.filter(({ code }) => code !== undefined);
}

for (const { name, code, spoil } of VOICE_FAULTS) {
  test(`a server with ${name} gives ${code} on the page and on the console`, async () => {
    const spoiled = await chromium.startSite(spoil);
    const context = await browser.createBrowserContext();
    try {
      const page = await context.newPage();
      /** @type {string[]} */
      const lines = [];
      page.on("console", (message) => lines.push(message.text()));
      await page.goto(spoiled.url);
      assert.equal(await chromium.shownError(page), code);
      assert.deepEqual(
        faults(lines).map((record) => [record.code, record.level]),
        [[code, "error"]],
      );
    } finally {
      await context.close();
      await spoiled.stop();
    }
  });
}

test("a newer page is offered, comes when it is asked for, and the old one's files go", async () => {
  const changing = await chromium.startSite();
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.goto(changing.url);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const before = await page.evaluate(() => caches.keys());
    await changing.replace("sw.js", (source) => source.replace(/"version": "\w+"/, '"version": "next"'));
    await page.reload();
    await page.waitForSelector("#update:not([hidden])");
    await Promise.all([page.waitForNavigation(), page.click("#update")]);
    await page.waitForFunction(() => caches.keys().then((names) => names.length === 1));
    const after = await page.evaluate(() => caches.keys());
    assert.deepEqual([before.length, after.length, after[0].endsWith(" next")], [1, 1, true]);
  } finally {
    await context.close();
    await changing.stop();
  }
});

test("the memory of the engine stays flat over a long text", async () => {
  const { page } = await chromium.openPage(browser);
  await page.goto(site.url);
  await chromium.untilStatus(page, "语音已就绪");
  const { chunks, early, late } = await page.evaluate(measureMemory, SENTENCE.repeat(40));
  assert.ok(chunks >= 20, `${chunks} chunks`);
  assert.ok(late <= early * 1.1, `${early} bytes after a fifth of the text, ${late} at its end`);
  await page.close();
});

/** Runs in the page. @param {string} text */
async function measureMemory(text) {
  const { Hanvox } = await import(new URL("lib/index.js", location.href).href);
  const tts = await Hanvox.from_pretrained();
  const speech = await tts.open(text, { pcm: true });
  let early = 0;
  for await (const window of speech) {
    if (!early && window.chunk >= speech.chunks.length / 5) early = await tts.memory();
  }
  const late = await tts.memory();
  tts.dispose();
  return { chunks: speech.chunks.length, early, late };
}
