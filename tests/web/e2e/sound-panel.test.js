/** The panel that draws the sound of what is heard. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as chromium from "../support/browser.js";

/** @typedef {import("puppeteer-core").Page} Page */

const SENTENCES = ["第一句话在这里。", "第二句话在那里！", "第三句话说完了。"];
const TIMEOUT = { timeout: chromium.TIMEOUT_MS };
const PHONE = { width: 360, height: 640 };
const DESK = { width: 1366, height: 768 };

const { browser, site } = await chromium.forTests();

/** A page of a new visitor. @param {(page: Page) => Promise<void>} work */
const visit = (work) => chromium.visit(browser, site.url, work);

/** Waits until a sentence is drawn. @param {Page} page @param {string} sentence */
function untilDrawn(page, sentence) {
  const isDrawn = (/** @type {string} */ sentence) =>
    document.querySelector("#sound canvas")?.getAttribute("aria-label")?.includes(sentence);
  return page.waitForFunction(isDrawn, TIMEOUT, sentence);
}

/** Runs in the page: how many columns of the picture, of its lower half, hold more than the ground. */
function filledColumns() {
  const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("#sound canvas"));
  const { width, height } = canvas;
  // A copy, since Chromium warns of a canvas that is read again and again.
  const copy = Object.assign(document.createElement("canvas"), { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (copy.getContext("2d", { willReadFrequently: true }));
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, height / 2, width, height / 2);
  const isFilled = (/** @type {number} */ x) => {
    const colors = new Set();
    for (let y = 0; y < height / 2; y += 1) colors.add(data.slice(4 * (y * width + x), 4 * (y * width + x) + 4).join());
    return colors.size > 3;
  };
  return Array.from({ length: width }, (_, x) => isFilled(x)).filter(Boolean).length / width;
}

/** Runs in the page: whether the code of the panels was asked for. */
const hasPanels = () => performance.getEntriesByType("resource").some(({ name }) => /\/panels-/.test(name));

test("it follows the sentence that is heard, and shows where its syllables are", () =>
  visit(async (page) => {
    await chromium.type(page, SENTENCES.join("").repeat(4));
    await page.click("#speak");
    await chromium.untilStatus(page, "正在朗读");
    assert.equal(await page.evaluate(hasPanels), false, "it costs nothing before it is opened");
    await page.click("#sound-show");
    await page.waitForSelector("#sound:not([hidden])", TIMEOUT);
    await page.click("#next");
    await untilDrawn(page, SENTENCES[1]);
    await untilDrawn(page, SENTENCES[2]);
    await page.click("#previous");
    await untilDrawn(page, SENTENCES[1]);
    await page.waitForFunction(`(${filledColumns})() > 0.5`, TIMEOUT);
    await page.click("#sound-show");
    await page.waitForSelector("#sound", { hidden: true, ...TIMEOUT });
    await chromium.untilStatus(page, "正在朗读");
  }));

test("it is there from the start on a screen with room for it, not on a phone, and stays as it was left", () =>
  visit(async (page) => {
    const isShown = () => page.$eval("#sound-show", (button) => button.getAttribute("aria-pressed"));
    const reload = async () => {
      await page.reload();
      await chromium.untilStatus(page, "语音已就绪");
    };
    await page.setViewport(PHONE);
    await reload();
    assert.equal(await isShown(), "false");
    await page.setViewport(DESK);
    await reload();
    assert.equal(await isShown(), "true");
    assert.equal(await page.evaluate(hasPanels), false);
    await page.click("#speak");
    await untilDrawn(page, "春眠不觉晓");
    await page.click("#sound-show");
    await reload();
    assert.equal(await isShown(), "false");
  }));
