import assert from "node:assert/strict";
import { test } from "node:test";
import * as chromium from "../support/browser.js";

/** @typedef {import("puppeteer-core").Page} Page */

const TIMEOUT = { timeout: chromium.TIMEOUT_MS };

const { browser, site } = await chromium.forTests();

/** Opens the panel for a character of the text. @param {Page} page @param {number} at */
async function fix(page, at) {
  await page.$eval(
    "#text",
    (element, at) => {
      const text = /** @type {HTMLTextAreaElement} */ (element);
      text.focus();
      text.setSelectionRange(at, at);
    },
    at,
  );
  await page.waitForSelector("#fix-reading:not([hidden])", TIMEOUT);
  await page.click("#fix-reading");
  await page.waitForSelector("#readings[open] .fix:not([hidden])", TIMEOUT);
}

/** The readings above the characters. @param {Page} page */
function shownPinyin(page) {
  return page.$$eval("#reading rt", (notes) => notes.map((note) => note.textContent).join(" "));
}

/** @param {Page} page @param {string} pinyin */
function untilPinyin(page, pinyin) {
  const shown = (/** @type {string} */ pinyin) =>
    [...document.querySelectorAll("#reading rt")].map((note) => note.textContent).join(" ") === pinyin;
  return page.waitForFunction(shown, TIMEOUT, pinyin);
}

test("a reading is fixed at one place, or always, also on the next visit", () =>
  chromium.visit(browser, site.url, async (page) => {
    await chromium.type(page, "他重了。");
    await fix(page, 1);
    const offered = await page.$$eval(".candidate", (all) => all.map((one) => one.textContent));
    assert.deepEqual(
      offered.map((one) => one?.split(" ")[0]),
      ["zhòng", "chóng"],
    );
    await page.click('.candidate[data-pinyin="chong2"]');
    await page.click("#readings [data-action=here]");
    await page.waitForFunction(() => document.querySelector("#reading p")?.textContent === "他重{chong2}了。", TIMEOUT);
    await chromium.untilStatus(page, "完成");

    await page.click("#edit");
    await chromium.type(page, "他重了。");
    await page.click("#edit");
    await page.click("#pinyin");
    await untilPinyin(page, "tā zhòng le");
    await page.click("#edit");
    await fix(page, 1);
    await page.$eval("#fix-pinyin", (input) => Object.assign(input, { value: "chóng" }) && undefined);
    const buttons = await page.$$("#readings [data-action=always]");
    await buttons[buttons.length - 1].click();
    await untilPinyin(page, "tā chóng le");
    await chromium.untilStatus(page, "完成");

    await page.reload();
    await chromium.untilStatus(page, "语音已就绪");
    await page.$eval("#readings-open", (button) => /** @type {HTMLElement} */ (button).click());
    await page.waitForSelector("#readings[open] [data-word=重]", TIMEOUT);
    await page.type("#word-new", "他");
    await page.type("#pinyin-new", "nonsense");
    await page.click("#readings [data-action=add]");
    await page.waitForSelector("#readings .fault[data-code=option-invalid]:not([hidden])", TIMEOUT);
    await page.click("#readings [data-word=重] [data-action=remove]");
    await page.waitForFunction(() => !document.querySelector("#readings [data-word]"), TIMEOUT);
    assert.equal(await page.evaluate(() => localStorage.getItem("hanvox-dictionary")), "");
    assert.match(await shownPinyin(page), /^$|zhòng/);
  }));
