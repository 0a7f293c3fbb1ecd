/** Text, place and settings over random reloads, crashes, closed tabs and updates: none is ever lost. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import * as chromium from "../support/browser.js";
import { randomFrom } from "../support/random.js";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {{text: string, place: number, speed: string, pinyin: string}} Kept */

const ROUNDS = 50;
const SEED = 11;
const TIMEOUT = { timeout: chromium.TIMEOUT_MS };
const SPEEDS = ["0.5", "0.8", "1", "1.2", "1.5", "2", "3"];
// What a page writes reaches the browser a moment later; what is written in the moment of a crash is not promised.
const WRITTEN_MS = 100;

const { browser, site } = await chromium.forTests();
const draw = randomFrom(SEED);

/** @template T @param {readonly T[]} list */
const oneOf = (list) => list[Math.floor(draw() * list.length)];

/** Sentences that tell their number, in paragraphs. */
function someText() {
  const count = 12 + Math.floor(draw() * 40);
  return Array.from({ length: count }, (_, at) => `第${at}句话说的是${oneOf(["山", "水", "云", "鸟"])}。`).reduce(
    (text, sentence) => text + (draw() < 0.1 ? "\n" : "") + sentence,
  );
}

/** The start of the sentence around a place. @param {string} text @param {number} place */
function sentenceStart(text, place) {
  const starts = [...text.matchAll(/第\d+句/g)].map(({ index }) => index);
  return starts.findLast((start) => start <= place) ?? 0;
}

/** What the page shows. @param {Page} page @returns {Promise<Kept>} */
function shown(page) {
  return page.evaluate(() => {
    const value = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id)).value;
    const pinyin = document.getElementById("pinyin")?.getAttribute("aria-pressed") ?? "";
    return { text: value("text"), place: Number(value("timeline")), speed: value("speed"), pinyin };
  });
}

/** @type {Record<string, (page: Page) => Promise<void>>} */
const ACTIONS = {
  async type(page) {
    await stop(page);
    if (await isReading(page)) await page.click("#edit");
    await chromium.type(page, someText());
  },
  async letter(page) {
    await stop(page);
    if (await isReading(page)) await page.click("#edit");
    await page.focus("#text");
    await page.keyboard.sendCharacter(oneOf(["一", "二", "三"]));
  },
  seek: (page) => seek(page, draw()),
  async step(page) {
    await page.click(oneOf(["#next", "#previous"]));
  },
  async speak(page) {
    await stop(page);
    // At the end of a text the place goes back to its start.
    await seek(page, draw() / 2);
    await page.click("#speak");
    await page.waitForFunction(() => [...(CSS.highlights.get("now") ?? [])].length > 0, TIMEOUT);
  },
  async settings(page) {
    await page.select("#speed", oneOf(SPEEDS));
    await page.click("#pinyin");
  },
};

/** Moves to a share of the text. @param {Page} page @param {number} share */
function seek(page, share) {
  return page.$eval(
    "#timeline",
    (slider, share) => {
      const line = /** @type {HTMLInputElement} */ (slider);
      line.value = String(Math.floor(share * Number(line.max)));
      line.dispatchEvent(new Event("change"));
    },
    share,
  );
}

/** @param {Page} page */
const isReading = (page) => page.evaluate(() => document.body.dataset.mode === "read");

/** @param {Page} page */
async function stop(page) {
  await page.click("#stop");
  await page.waitForFunction(() => document.body.dataset.state === "ready", TIMEOUT);
}

/** What ends a visit. Each returns the page of the next one. @type {Record<string, (page: Page) => Promise<Page>>} */
const ENDS = {
  async reload(page) {
    await page.reload();
    return page;
  },
  async crash(page) {
    const session = await page.createCDPSession();
    const crashed = new Promise((resolve) => page.once("error", resolve));
    session.send("Page.crash").catch(() => {});
    await crashed;
    return anew(page);
  },
  close: (page) => anew(page),
  async update(page) {
    await publish();
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
    });
    await page.waitForSelector("#update:not([hidden])", TIMEOUT);
    await Promise.all([page.waitForNavigation(TIMEOUT), page.click("#update")]);
    assert.equal(await page.title(), `version ${version}`);
    return page;
  },
};

/** A new tab in the place of one. @param {Page} page */
async function anew(page) {
  const next = await page.browserContext().newPage();
  await page.close();
  await next.goto(site.url);
  return next;
}

let version = 0;

/** Puts a version with another title in the place of the page. */
async function publish() {
  version += 1;
  let sha256 = "";
  await site.replace("index.html", (html) => {
    const changed = html.replace(/<title>.*?</, `<title>version ${version}<`);
    sha256 = createHash("sha256").update(changed).digest("hex");
    return changed;
  });
  await site.replace("sw.js", (worker) =>
    worker.replace(/"version": "\w+"/, `"version": "${version}"`).replace(/("index.html": ")\w+/, `$1${sha256}`),
  );
}

/**
 * @param {Kept} before
 * @param {Kept} after
 * @param {string} what
 */
function assertKept(before, after, what) {
  assert.equal(after.text, before.text, `the text, ${what}`);
  assert.deepEqual([after.speed, after.pinyin], [before.speed, before.pinyin], `the settings, ${what}`);
  // A voice may have gone on between the look and the end.
  const least = sentenceStart(before.text, before.place);
  const most = sentenceStart(before.text, before.place + 30);
  assert.ok(after.place >= least && after.place <= most, `the place ${after.place}, of ${before.place}, ${what}`);
}

test("text, place and settings are there again after each of fifty random ends of a visit", async () => {
  const context = await browser.createBrowserContext();
  try {
    let page = await context.newPage();
    await page.goto(site.url);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await ACTIONS.type(page);
    for (let round = 0; round < ROUNDS; round += 1) {
      const did = [];
      for (let count = 1 + Math.floor(draw() * 3); count > 0; count -= 1) {
        const name = oneOf(Object.keys(ACTIONS));
        did.push(name);
        await ACTIONS[name](page);
      }
      const end = round % 10 === 9 ? "update" : oneOf(["reload", "crash", "close"]);
      await new Promise((resolve) => setTimeout(resolve, WRITTEN_MS));
      if (end === "update") await stop(page);
      const before = await shown(page);
      page = await ENDS[end](page);
      await page.waitForFunction(() => document.getElementById("status")?.textContent !== "", TIMEOUT);
      assertKept(before, await shown(page), `round ${round}: ${did.join(", ")}, ${end}`);
    }
  } finally {
    await context.close();
  }
});
