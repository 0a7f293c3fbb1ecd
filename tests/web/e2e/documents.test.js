import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as chromium from "../support/browser.js";
import { docx, epub, paragraph, pdf } from "../support/documents.js";
import { temporaryFolder } from "../support/folder.js";

/** @typedef {import("puppeteer-core").Page} Page */

const TIMEOUT = { timeout: chromium.TIMEOUT_MS };

const { browser, site } = await chromium.forTests();
const folder = await temporaryFolder();

/** @param {string} name @param {Blob | string} content */
async function file(name, content) {
  const path = join(folder, name);
  await writeFile(path, content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content);
  return path;
}

/** @param {Page} page @param {...string} paths */
async function choose(page, ...paths) {
  const input = /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (await page.$("#open-input"));
  await input.uploadFile(...paths);
}

/** @param {Page} page @param {string} text */
function untilText(page, text) {
  const shown = (/** @type {string} */ text) =>
    [...document.querySelectorAll("#reading p")].map((block) => block.textContent).join("\n") === text;
  return page.waitForFunction(shown, TIMEOUT, text);
}

/** @param {Page} page */
function chapter(page) {
  return page.$eval("#book-chapter", (select) => /** @type {HTMLSelectElement} */ (select).value);
}

test("a book is opened, read on from chapter to chapter, found again after a reload and deleted", () =>
  chromium.visit(browser, site.url, async (page) => {
    await choose(page, await file("a.epub", epub()));
    await untilText(page, "献给读者");
    await page.click("#book-next");
    await untilText(page, "第一章 山\n山高，水长。");
    await page.select("#book-chapter", "2");
    await untilText(page, "第二章 水\n一条\n河。");
    await page.click("#speak");
    await untilText(page, "第三章 火\n火光。");
    await chromium.untilStatus(page, "完成");
    assert.ok((await chromium.playedSound(page)).rms > 0.01);

    await page.reload();
    await chromium.untilStatus(page, "语音已就绪");
    await page.click("#library-open");
    await page.waitForSelector("#library[open] .book img.cover", TIMEOUT);
    assert.equal(await chapter(page), "3", "it is open still");
    await page.click("#library .close");
    await page.click("#book-close");
    await page.waitForSelector("#book[hidden]", TIMEOUT);
    await page.click("#library-open");
    await page.waitForSelector("#library[open]", TIMEOUT);
    await page.click(".book [data-action=open]");
    await page.waitForSelector("#book:not([hidden])", TIMEOUT);
    await untilText(page, "第三章 火\n火光。");
    assert.equal(await chapter(page), "3");

    await page.click("#library-open");
    await page.waitForSelector("#library[open]", TIMEOUT);
    await page.click(".book [data-action=remove]");
    await page.click(".book [data-action=remove]");
    await page.waitForFunction(() => !document.querySelector(".book"), TIMEOUT);
    assert.ok(await page.$("#book[hidden]"));
  }));

test("documents come by dropping them, too; a PDF is read in the browser", () =>
  chromium.visit(browser, site.url, async (page) => {
    await chromium.drop(page, docx(paragraph("一份报告。")), "a.docx");
    await untilText(page, "一份报告。");
    await chromium.drop(page, pdf([["一页。"]]), "a.pdf");
    await untilText(page, "一页。");
    assert.equal(await page.$("#voices[open]"), null);
  }));

test("what is no document is an error in words, and no broken voice", () =>
  chromium.visit(browser, site.url, async (page) => {
    await chromium.drop(page, new Blob(["PK\x03\x04 nothing"]), "a.zip");
    assert.equal(await chromium.shownError(page), "document-corrupt");
    assert.equal(await page.$("#voices[open]"), null);
  }));
