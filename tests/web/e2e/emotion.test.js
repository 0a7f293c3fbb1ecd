/** The choice of an emotion on the page, with a voice that was trained on some and one that rules shape. */
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as chromium from "../support/browser.js";
import { FIXTURE_VOICES } from "../support/faulty-base.js";
import { temporaryFolder } from "../support/folder.js";

/** @typedef {import("puppeteer-core").Page} Page */

const SENTENCE = "今天天气很好。";
const TIMEOUT = { timeout: chromium.TIMEOUT_MS };

const { browser, site } = await chromium.forTests((han) =>
  cp(join(FIXTURE_VOICES, "moods"), join(han, "../moods"), { recursive: true }),
);

/** A page of a new visitor, with the voice that was trained on emotions. @param {(page: Page) => Promise<void>} work */
function visit(work) {
  return chromium.visit(browser, `${site.url}?voice=moods`, work);
}

/** What the page shows of the choice. @param {Page} page */
function shown(page) {
  return page.evaluate(() => {
    const select = /** @type {HTMLSelectElement} */ (document.getElementById("emotion"));
    const slider = /** @type {HTMLInputElement} */ (document.getElementById("intensity"));
    const text = (/** @type {string} */ id) => document.getElementById(id)?.textContent ?? "";
    return {
      choices: [...select.options].map(({ text }) => text),
      chosen: select.value,
      intensity: slider.value,
      percent: [text("intensity-value"), slider.getAttribute("aria-valuetext")],
      disabled: slider.disabled,
      kind: text("emotion-kind"),
      note: text("emotion-note"),
    };
  });
}

/** The file of the sentence, as the page offers it. @param {Page} page */
async function spoken(page) {
  await chromium.type(page, SENTENCE);
  return (await chromium.exportWav(page, await temporaryFolder())).bytes;
}

/** Opens the sheet with the settings. @param {Page} page */
async function openSettings(page) {
  if (!(await page.$eval("#sheet", (sheet) => sheet.matches(":popover-open")))) await page.click("#more");
}

/** Moves the slider by keys. @param {Page} page @param {number} steps */
async function lessIntense(page, steps) {
  await openSettings(page);
  await page.focus("#intensity");
  for (let step = 0; step < steps; step += 1) await page.keyboard.press("ArrowLeft");
}

/** Changes over in the panel of voices. @param {Page} page @param {string} id */
async function use(page, id) {
  const row = `.voice[data-voice="${id}"]`;
  await page.click("#voices-open");
  await page.waitForSelector(row, TIMEOUT);
  await page.waitForSelector("#voices:not([data-busy])", TIMEOUT);
  await page.$eval(`${row} [data-action=use]`, (button) => /** @type {HTMLElement} */ (button).click());
  await page.waitForSelector(`${row}[data-current]`, TIMEOUT);
  await page.waitForSelector("#voices:not([data-busy])", TIMEOUT);
  await page.keyboard.press("Escape");
}

test("an emotion that is chosen by keyboard is spoken, lasts over a reload, and goes with a reset", () =>
  visit(async (page) => {
    const first = await shown(page);
    assert.deepEqual(first.choices, ["中性", "高兴", "悲伤", "厌恶"]);
    assert.deepEqual([first.chosen, first.disabled, first.note], ["neutral", true, ""]);
    assert.match(first.kind, /训练得到的情感/);
    const neutral = await spoken(page);

    await openSettings(page);
    await page.focus("#emotion");
    await page.keyboard.press("ArrowDown");
    const chosen = await shown(page);
    assert.deepEqual([chosen.chosen, chosen.disabled, chosen.percent], ["happy", false, ["100%", "100%"]]);
    const happy = await spoken(page);
    assert.ok(Buffer.compare(happy, neutral) !== 0, "the samples are the same");
    assert.deepEqual(await spoken(page), happy);

    await page.reload();
    await chromium.untilStatus(page, "语音已就绪");
    assert.deepEqual(await shown(page), chosen);
    assert.deepEqual(await spoken(page), happy);

    await lessIntense(page, 2);
    assert.deepEqual((await shown(page)).percent, ["90%", "90%"]);
    await openSettings(page);
    await page.click("#reset");
    assert.deepEqual(await shown(page), first);
    assert.deepEqual(await spoken(page), neutral);
    await page.reload();
    await chromium.untilStatus(page, "语音已就绪");
    assert.deepEqual(await shown(page), first);
  }));

test("a voice without the emotion falls back to neutral and says so, and the emotion comes back with its voice", () =>
  visit(async (page) => {
    await page.select("#emotion", "hate");
    await lessIntense(page, 8);
    const hate = await shown(page);
    assert.deepEqual([hate.chosen, hate.percent[0], hate.note], ["hate", "60%", ""]);

    await use(page, "han");
    const fallen = await shown(page);
    assert.deepEqual([fallen.chosen, fallen.disabled], ["neutral", true]);
    assert.match(fallen.note, /没有“厌恶”，改用“中性”/);
    assert.match(fallen.kind, /由语调规则表现/);
    assert.ok(fallen.choices.includes("高兴") && !fallen.choices.includes("厌恶"), `${fallen.choices}`);

    await use(page, "moods");
    assert.deepEqual(await shown(page), hate);
    await use(page, "han");
    await page.select("#emotion", "sad");
    assert.deepEqual([(await shown(page)).chosen, (await shown(page)).note], ["sad", ""]);
  }));

test("an emotion that rules shape is spoken, and less of it nearer to neutral", () =>
  visit(async (page) => {
    await use(page, "han");
    const neutral = await spoken(page);
    await page.select("#emotion", "sad");
    const sad = await spoken(page);
    await lessIntense(page, 10);
    const half = await spoken(page);
    assert.ok(
      neutral.length < half.length && half.length < sad.length,
      `${[neutral, half, sad].map(({ length }) => length)}`,
    );
  }));

test("what was kept and is no emotion any more is no harm", () =>
  visit(async (page) => {
    for (const [kept, intensity] of [
      ["无 NaN", "1"],
      ["", "1"],
      ["bliss 0.5 1", "0.5"],
      ["<b>x</b> 7", "1"],
    ]) {
      await page.evaluate((kept) => localStorage.setItem("hanvox-emotion", kept), kept);
      await page.reload();
      await chromium.untilStatus(page, "语音已就绪");
      const { chosen, intensity: found } = await shown(page);
      assert.deepEqual([chosen, found], ["neutral", intensity], kept);
    }
  }));

test("the panel of voices names the emotions that a voice was trained on", () =>
  visit(async (page) => {
    await page.click("#voices-open");
    const line = await page.waitForSelector('.voice[data-voice="moods"] [data-emotions]', TIMEOUT);
    assert.match(await page.evaluate((line) => line?.textContent ?? "", line), /情感 4 种：中性、高兴、悲伤、厌恶/);
  }));

test("the choice fits phones, tablets and desks, and its parts stand in the columns of the sliders", () =>
  visit(async (page) => {
    await page.select("#emotion", "hate");
    await use(page, "han");
    await openSettings(page);
    for (const [width, columns] of [
      [320, 1],
      [360, 1],
      [768, 2],
      [1280, 2],
    ]) {
      await page.setViewport({ width, height: 900 });
      assert.deepEqual(await page.evaluate(places), { beyond: [], columns, stray: [] }, `${width} px`);
    }
  }));

/** Runs in the page. */
function places() {
  const lefts = (/** @type {string} */ parts) =>
    [...document.querySelectorAll(parts)].map((part) => Math.round(part.getBoundingClientRect().left));
  const columns = new Set(lefts(".sliders > .slider"));
  const stray = lefts(".emotions > *").filter((left) => !columns.has(left));
  const all = [...document.querySelectorAll("body, #sheet, #sheet *")];
  const beyond = all.filter((part) => part.getBoundingClientRect().right > innerWidth);
  return { beyond: beyond.map(({ tagName, id }) => `${tagName} ${id}`), columns: columns.size, stray };
}
