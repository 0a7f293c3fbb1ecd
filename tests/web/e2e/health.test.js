import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import * as chromium from "../support/browser.js";
import { temporaryFolder } from "../support/folder.js";

/** @typedef {import("puppeteer-core").Page} Page */

const SENTENCE = "今天天气很好。";

const { browser, site } = await chromium.forTests();
const downloads = await temporaryFolder();

/** A page of a new visitor. @param {(page: Page, lines: string[]) => Promise<void>} work */
function visit(work) {
  return chromium.visit(browser, site.url, work);
}

/** @param {Page} page */
async function reload(page) {
  await page.reload();
  // While the voice loads, its progress bar comes and goes, and moves what is below it from under a click.
  await chromium.untilStatus(page, "语音已就绪");
}

/** @param {Page} page @param {"overview" | "log" | "rules"} [tab] */
async function open(page, tab = "overview") {
  await page.click("#health-open");
  await page.waitForSelector("#health[open]");
  await page.click(`#health-tab-${tab}`);
}

/** @param {Page} page */
async function close(page) {
  await page.keyboard.press("Escape");
  await page.waitForSelector("#health:not([open])");
}

/** @param {Page} page @param {string} text @param {string} code */
async function fail(page, text, code) {
  await chromium.type(page, text);
  await page.click("#speak");
  await page.waitForSelector(`#error[data-code="${code}"]:not([hidden])`);
  await page.waitForSelector("body[data-state=ready]");
}

/** @param {Page} page @param {string} selector */
function textOf(page, selector) {
  return page.$eval(selector, (element) => element.textContent ?? "");
}

/** @param {Page} page @param {string} selector @param {string} value */
function enter(page, selector, value) {
  return page.$eval(
    selector,
    (element, value) => {
      Object.assign(element, { value });
      for (const type of ["input", "change"]) element.dispatchEvent(new Event(type, { bubbles: true }));
    },
    value,
  );
}

/** Waits for so many rows of the log. @param {Page} page @param {number} count @param {string} [rows] */
async function untilRows(page, count, rows = ".log-row") {
  await page.waitForFunction(
    (rows, count) => document.querySelectorAll(rows).length === count,
    { timeout: 10_000 },
    rows,
    count,
  );
}

test("the panel comes only when it is asked for, and shows the request that was spoken", () =>
  visit(async (page) => {
    await chromium.untilStatus(page, "语音已就绪");
    const before = await page.evaluate(loadedFiles);
    assert.deepEqual(
      before.filter((file) => /uPlot|health\//.test(file)),
      [],
    );
    await open(page);
    const empty = await page.evaluate(drawnPixels, "latency");
    await close(page);
    await chromium.speak(page, SENTENCE);
    await open(page);
    assert.equal(await textOf(page, "[data-tile=requests] .value"), "1");
    assert.equal(await textOf(page, "[data-tile=success] .value"), "100 %");
    for (const tile of ["latency", "first-sound", "rtf", "memory", "download"])
      assert.match(await textOf(page, `[data-tile=${tile}] .value`), /^[\d.]+( ms| s| MB)?$/, tile);
    for (const chart of ["latency", "rtf", "memory"])
      assert.match(await page.$eval(`[data-chart=${chart}] .plot`, (plot) => plot.ariaLabel ?? ""), /最近 \d/);
    const drawn = await page.evaluate(drawnPixels, "latency");
    assert.equal(empty, 0);
    assert.ok(drawn > 10, `${drawn} pixels`);
  }));

/** Runs in the page. */
function loadedFiles() {
  return performance.getEntriesByType("resource").map(({ name }) => name);
}

/** Runs in the page: how many pixels of a chart have about the color of its first line. @param {string} chart */
function drawnPixels(chart) {
  const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector(`[data-chart=${chart}] canvas`));
  const probe = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", {
    willReadFrequently: true,
  });
  if (!probe) return -1;
  probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--chart-1");
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  probe.clearRect(0, 0, 1, 1);
  probe.drawImage(canvas, 0, 0);
  const { data } = probe.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    const distance = Math.hypot(data[at] - red, data[at + 1] - green, data[at + 2] - blue);
    if (data[at + 3] > 128 && distance < 32) count += 1;
  }
  return count;
}

test("an error is counted, is one record of the log, can be taken along, and is there after a reload", () =>
  visit(async (page) => {
    await fail(page, "   ", "empty-text");
    await open(page);
    assert.equal(await page.$eval(".codes [data-code=empty-text]", (row) => row.getAttribute("data-count")), "1");
    assert.match(await textOf(page, ".codes [data-code=empty-text]"), /还没有文字/);

    await page.click(".codes [data-code=empty-text] button");
    await untilRows(page, 1);
    assert.equal(await page.$eval("#log-code", (select) => /** @type {any} */ (select).value), "empty-text");
    await page.click(".log-row summary");
    await page.waitForSelector(".log-row pre");
    const record = JSON.parse(await textOf(page, ".log-row pre"));
    assert.deepEqual([record.code, record.level], ["empty-text", "warning"]);
    assert.ok(record.timestamp && record.message && record.module);

    const plain = await chromium.download(page, downloads, "#log-export");
    assert.match(plain.name, /^hanvox-log-\d{8}T\d{6}Z\.ndjson$/);
    const exported = linesOf(plain.bytes);
    assert.deepEqual(
      exported.filter(({ code }) => code === "empty-text"),
      [record],
    );
    const packed = await chromium.download(page, downloads, "#log-export-gzip");
    assert.match(packed.name, /\.ndjson\.gz$/);
    assert.ok(linesOf(gunzipSync(packed.bytes)).some(({ timestamp }) => timestamp === record.timestamp));

    await reload(page);
    await open(page, "log");
    await enter(page, "#log-words", "empty-text");
    await untilRows(page, 1);
    await page.click(".log-row summary");
    await page.waitForSelector(".log-row pre");
    assert.deepEqual(JSON.parse(await textOf(page, ".log-row pre")), record);
  }));

/** @param {Uint8Array} bytes @returns {any[]} */
function linesOf(bytes) {
  const lines = new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\n");
  assert.equal(lines.pop(), "");
  return lines.map((line) => JSON.parse(line));
}

test("the log filters, pauses, goes on, and is cleared after a second press", () =>
  visit(async (page) => {
    const records = ".log-row[data-code]";
    await fail(page, "   ", "empty-text");
    await fail(page, "……", "nothing-to-speak");
    await open(page, "log");
    await untilRows(page, 2, records);
    await enter(page, "#log-level", "error");
    await untilRows(page, 0, records);
    await enter(page, "#log-level", "warning");
    await untilRows(page, 2, records);
    await enter(page, "#log-words", "NOTHING");
    await untilRows(page, 1, records);
    await enter(page, "#log-request", "no such request");
    await untilRows(page, 0);
    await enter(page, "#log-request", "");
    await enter(page, "#log-words", "");
    await untilRows(page, 2, records);

    await page.click("#log-pause");
    await page.evaluate(() => document.getElementById("speak")?.click());
    await page.waitForFunction(() => document.getElementById("log-count")?.textContent?.includes("暂停后又有"));
    await untilRows(page, 2, records);
    await page.click("#log-pause");
    await untilRows(page, 3, records);

    await page.click("#log-clear");
    await untilRows(page, 3, records);
    await page.click("#log-clear");
    await untilRows(page, 0);
    await reload(page);
    await open(page, "log");
    await untilRows(page, 0, records);
  }));

test("the level of the log is chosen at run time and kept for the next visit", () =>
  visit(async (page, lines) => {
    await open(page, "log");
    await enter(page, "#log-record-level", "error");
    await close(page);
    lines.length = 0;
    await fail(page, "   ", "empty-text");
    assert.deepEqual(lines, []);
    await reload(page);
    await open(page, "log");
    assert.equal(await page.$eval("#log-record-level", (select) => /** @type {any} */ (select).value), "error");
  }));

test("a rule is edited with its faults shown in place, raises a notice, is kept, and can be reset", () =>
  visit(async (page) => {
    const threshold = "#rule-empty-text-threshold";
    await open(page, "rules");
    await page.click("[data-rule=empty-text] summary");
    await enter(page, threshold, "0");
    assert.match(await textOf(page, "#rule-empty-text-fault"), /1 到 1000.*option-invalid/);
    assert.equal(await page.$eval(threshold, (input) => input.getAttribute("aria-invalid")), "true");
    await enter(page, threshold, "1");
    await enter(page, "#rule-empty-text-severity", "high");
    assert.equal(await textOf(page, "#rule-empty-text-fault"), "");
    await close(page);

    await reload(page);
    await fail(page, "   ", "empty-text");
    await page.waitForSelector("#notice:not([hidden])");
    assert.match(await textOf(page, "#notice"), /警报 · 高.*还没有文字.*表单/s);
    await page.click("#notice-close");
    await page.waitForSelector("#notice", { hidden: true });
    assert.equal(await page.$eval("#health-mark", (mark) => mark.getAttribute("data-severity")), "high");

    await open(page);
    assert.equal(await page.$eval(".alert", (alert) => alert.getAttribute("data-rule")), "empty-text");
    await page.click("#health-tab-rules");
    await page.click("[data-rule=empty-text] summary");
    assert.equal(await page.$eval(threshold, (input) => /** @type {any} */ (input).value), "1");
    await page.click("[data-rule=busy] > input");
    await page.waitForSelector("[data-rule=busy][data-on=false]");
    for (let press = 0; press < 2; press += 1) await page.click("#rules-reset");
    await page.waitForSelector("[data-rule=busy][data-on=true]");
    assert.equal(await page.$eval(threshold, (input) => /** @type {any} */ (input).value), "5");
  }));

test("it works by keyboard, names everything, and fits at every width", () =>
  visit(async (page) => {
    await fail(page, "   ", "empty-text");
    await page.focus("#health-open");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#health[open]");
    const focused = () => page.evaluate(() => document.activeElement?.id);
    assert.equal(await focused(), "health-tab-overview");
    for (const tab of ["log", "rules", "overview", "log"]) {
      await page.keyboard.press("ArrowRight");
      assert.equal(await focused(), `health-tab-${tab}`);
      assert.deepEqual(await page.evaluate(shownTabs), [`health-view-${tab}`]);
      assert.deepEqual(await unnamed(page), [], tab);
      assert.deepEqual(await page.evaluate(brokenReferences), []);
      for (const width of [360, 768, 1280]) {
        await page.setViewport({ width, height: 800 });
        const spare = await page.$eval(".panel-body", (body) => body.clientWidth - body.scrollWidth);
        assert.ok(spare >= 0, `${tab} at ${width}: ${-spare} px too wide`);
      }
    }
    await page.focus(".log-row summary");
    await page.keyboard.press("Space");
    await page.waitForSelector(".log-row details[open] pre");
    await close(page);
    assert.equal(await focused(), "health-open");
  }));

/** Runs in the page. */
function shownTabs() {
  return [...document.querySelectorAll("#health [role=tabpanel]:not([hidden])")].map(({ id }) => id);
}

/** Runs in the page: ids that occur twice, and ids that are referred to but don't occur. */
function brokenReferences() {
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  const names = ["for", "aria-controls", "aria-labelledby", "aria-describedby"];
  const used = names.flatMap((name) =>
    [...document.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name) ?? ""),
  );
  return [...twice, ...used.filter((id) => !ids.includes(id))];
}

/** What a screen reader would find without a name. @param {Page} page */
async function unnamed(page) {
  const needNames =
    /^(button|tab|tabpanel|combobox|textbox|searchbox|spinbutton|checkbox|switch|dialog|img|image|region)$/;
  /** @type {string[]} */
  const found = [];
  const walk = (/** @type {import("puppeteer-core").SerializedAXNode | null} */ node) => {
    if (node && needNames.test(node.role) && !node.name) found.push(node.role);
    node?.children?.forEach(walk);
  };
  walk(await page.accessibility.snapshot());
  return found;
}
