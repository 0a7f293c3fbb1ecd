/** The adapter of speech synthesis and the element speak in a page with the real voice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMEOUT_MS, forTestsOfPage, openPage, playedSound } from "../support/browser.js";
import { assertSpeech } from "../support/wav.js";

const SENTENCE = "今天天气很好。";
const SYLLABLES = 6;

const PAGE = `<!doctype html><meta charset="utf-8" /><title>page</title><link rel="icon" href="data:," />
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; img-src data:; script-src 'self' 'wasm-unsafe-eval'" />
<button id="click">click</button>
<div id="article"><p>今天天气</p><p hidden>不念</p></div>
<han-vox id="own">${SENTENCE}</han-vox>
<han-vox id="other" for="article" speaker="song" speed="1.5"></han-vox>
<script type="module" src="page.js"></script>`;

const SCRIPT = `
import { define } from "./www/lib/element.js";
import { install } from "./www/lib/speech-synthesis.js";
const before = document.getElementById("own").shadowRoot;
define();
define();
globalThis.facts = { registers: before === null, install };
`;

const { address, browser } = await forTestsOfPage(PAGE, SCRIPT);

/** @param {(page: import("puppeteer-core").Page, lines: string[]) => Promise<void>} work */
async function visit(work) {
  const { page, lines } = await openPage(browser);
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.goto(address);
  await page.waitForFunction(() => "facts" in globalThis);
  await work(page, lines);
  assert.deepEqual(lines, []);
  await page.close();
}

test("the polyfill speaks, with the places and times of the words", () =>
  visit(async (page) => {
    await page.evaluate((text) => {
      const host = /** @type {any} */ (globalThis);
      host.facts.install();
      const utterance = new SpeechSynthesisUtterance(text);
      host.told = [];
      const tell = (/** @type {any} */ event) =>
        host.told.push([event.type, event.name, event.charIndex, event.charLength, event.elapsedTime, event.error]);
      for (const type of /** @type {const} */ (["onstart", "onboundary", "onend", "onerror"])) utterance[type] = tell;
      const button = /** @type {HTMLElement} */ (document.getElementById("click"));
      button.onclick = () => speechSynthesis.speak(utterance);
    }, SENTENCE);
    await page.click("#click");
    await page.waitForFunction(() =>
      /** @type {any} */ (globalThis).told.some((/** @type {string[]} */ [type]) => ["end", "error"].includes(type)),
    );
    /** @type {[string, string, number, number, number][]} */
    const told = await page.evaluate(() => /** @type {any} */ (globalThis).told);
    assert.deepEqual([told[0][0], told.at(-1)?.[0]], ["start", "end"], JSON.stringify(told));
    const [sentence, ...words] = told.filter(([type]) => type === "boundary");
    assert.deepEqual(sentence.slice(1, 4), ["sentence", 0, SENTENCE.length]);
    assert.equal(words.map(([, , from, length]) => SENTENCE.slice(from, from + length)).join(""), "今天天气很好");
    const times = words.map(([, , , , time]) => time);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.ok(times[0] >= 0 && times[times.length - 1] > 0.5, String(times));
    const voices = await page.evaluate(() => speechSynthesis.getVoices().map(({ name }) => name));
    assert.deepEqual(voices, ["han qing", "han song"]);
    assertSpeech(await playedSound(page), SYLLABLES);
  }));

test("the element reads its own text and that of another, pauses, goes on and stops", () =>
  visit(async (page) => {
    assert.equal(await page.evaluate(() => /** @type {any} */ (globalThis).facts.registers), true);
    const button = await page.$("#own >>> button");
    const state = (/** @type {string} */ wanted, id = "own") =>
      page.waitForFunction(
        (id, wanted) => /** @type {any} */ (document.getElementById(id)).state === wanted,
        {},
        id,
        wanted,
      );
    await page.evaluate(() => {
      const host = /** @type {any} */ (globalThis);
      host.told = [];
      for (const type of ["play", "pause", "ended", "stop", "error"])
        document.getElementById("own")?.addEventListener(type, () => host.told.push(type));
    });
    await button?.click();
    await state("playing");
    await button?.click();
    await state("paused");
    assert.equal(await button?.evaluate((element) => element.part.contains("paused")), true);
    await button?.click();
    await state("idle");
    const told = await page.evaluate(() => /** @type {any} */ (globalThis).told);
    assert.deepEqual(told, ["play", "pause", "play", "ended"]);
    assertSpeech(await playedSound(page), SYLLABLES);

    assert.equal(await page.evaluate(() => /** @type {any} */ (document.getElementById("other")).text), "今天天气");
    await (await page.$("#other >>> button"))?.click();
    await state("playing", "other");
    await page.evaluate(() => /** @type {any} */ (document.getElementById("other")).stop());
    await state("idle", "other");
  }));
