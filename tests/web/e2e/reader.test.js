/** The page as a reader: place, seeking, keys, and what survives a reload. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import * as chromium from "../support/browser.js";

/** @typedef {import("puppeteer-core").Page} Page */

const SENTENCES = ["第一句话在这里。", "第二句话在那里！", "第三句话说完了。"];
const TEXT = `${SENTENCES.join("")}\n${"后面还有很长的一段文字。".repeat(40)}`;
const TIMEOUT = { timeout: chromium.TIMEOUT_MS };

const { browser, site } = await chromium.forTests();

/** A page of a new visitor. @param {(page: Page, lines: string[]) => Promise<void>} work */
const visit = (work) => chromium.visit(browser, site.url, work);

/** Waits until a sentence is marked. @param {Page} page @param {string} sentence */
function untilMarked(page, sentence) {
  return page.waitForFunction(
    (wanted) => [...(CSS.highlights.get("sentence") ?? [])].some((range) => String(range).startsWith(wanted)),
    TIMEOUT,
    sentence,
  );
}

/** @param {Page} page @param {string} [text] */
async function start(page, text = TEXT) {
  await chromium.type(page, text);
  await page.click("#speak");
  await chromium.untilStatus(page, "正在朗读");
}

/** Presses where a sentence stands. @param {Page} page @param {string} sentence */
async function pressSentence(page, sentence) {
  const point = await page.evaluate((wanted) => {
    const walker = document.createTreeWalker(
      /** @type {Node} */ (document.getElementById("reading")),
      NodeFilter.SHOW_TEXT,
    );
    while (walker.nextNode()) {
      const at = walker.currentNode.textContent?.indexOf(wanted) ?? -1;
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, at + 1);
      range.setEnd(walker.currentNode, at + 2);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }
    throw new Error(`${wanted} is not shown`);
  }, sentence);
  await page.mouse.click(point.x, point.y);
}

test("a press on a sentence reads from there, and keys go to the next and the previous one", () =>
  visit(async (page) => {
    await start(page);
    await untilMarked(page, SENTENCES[0]);
    await page.waitForFunction(
      () => "第一句话".includes(String([...(CSS.highlights.get("now") ?? ["-"])][0])),
      TIMEOUT,
    );
    await pressSentence(page, SENTENCES[2]);
    await untilMarked(page, SENTENCES[2]);
    await page.keyboard.press("ArrowLeft");
    await untilMarked(page, SENTENCES[1]);
    await page.click("#next");
    await untilMarked(page, SENTENCES[2]);
    await page.keyboard.down("Shift");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.up("Shift");
    await untilMarked(page, "后面还有");
    await chromium.untilStatus(page, "正在朗读");
    assert.equal(await page.$("#error:not([hidden])"), null);
  }));

test("stop keeps the place, and speaking goes on from there", () =>
  visit(async (page) => {
    await start(page);
    await page.click("#next");
    await untilMarked(page, SENTENCES[1]);
    await page.keyboard.press("Escape");
    await chromium.untilStatus(page, "已停止");
    await untilMarked(page, SENTENCES[1]);
    await page.click("#speak");
    await chromium.untilStatus(page, "正在朗读");
    await untilMarked(page, SENTENCES[1]);
    await page.click("#stop");
    await page.click("#read-start");
    await untilMarked(page, SENTENCES[0]);
  }));

test("text, place and settings come back after a reload, and after a new visit", () =>
  visit(async (page) => {
    await page.select("#speed", "1.5");
    await page.click("#more");
    for (const id of ["pitch", "energy"]) {
      await page.focus(`#${id}`);
      await page.keyboard.press("ArrowRight");
    }
    await start(page);
    await page.click("#next");
    await untilMarked(page, SENTENCES[1]);
    await page.reload();
    await assertKept(page);
    const again = await page.browserContext().newPage();
    await again.goto(site.url);
    await assertKept(again);
  }));

/** @param {Page} page */
async function assertKept(page) {
  await chromium.untilStatus(page, "语音已就绪");
  await untilMarked(page, SENTENCES[1]);
  const kept = await page.evaluate(() =>
    ["text", "speed", "pitch", "energy"].map((id) => /** @type {any} */ (document.getElementById(id)).value),
  );
  assert.deepEqual([kept[1], kept[2], kept[3]], ["1.5", "1.05", "1.05"]);
  await page.click("#edit");
  assert.equal(await page.$eval("#text", (area) => /** @type {HTMLTextAreaElement} */ (area).value), TEXT);
  await page.click("#edit");
}

test("what is typed survives a reload at any moment", () =>
  visit(async (page) => {
    await page.focus("#text");
    for (const [index, letter] of Array.from("一二三四五").entries()) {
      await page.keyboard.sendCharacter(letter);
      await page.reload();
      const text = await page.$eval("#text", (area) => /** @type {HTMLTextAreaElement} */ (area).value);
      assert.equal(text.length, 24 + index + 1);
      await page.focus("#text");
    }
  }));

const WIDE = `https://example.org/${"path/".repeat(40)}?q=${"x".repeat(200)} ${"1234567890".repeat(20)} ${"Supercalifragilistic".repeat(8)} 18.5℃ ¥553.50`;

test("nothing widens the page, with pinyin and without", () =>
  visit(async (page) => {
    await start(page, WIDE);
    await page.click("#stop");
    for (const pinyin of [false, true]) {
      if (pinyin) await page.click("#pinyin");
      if (pinyin) await page.waitForSelector("#reading ruby", TIMEOUT);
      for (const width of [280, 320, 360, 480, 768, 1024, 1440]) {
        await page.setViewport({ width, height: 800 });
        assert.deepEqual(await page.evaluate(beyond), [], `${width} px, pinyin ${pinyin}`);
      }
    }
  }));

/** Runs in the page: what reaches beyond the window. */
function beyond() {
  const all = [...document.querySelectorAll("body, body *")].filter((element) => element.checkVisibility());
  const wide = all.filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5);
  const scrolled = all.filter(
    (element) => element.matches("#reading, main, body") && element.scrollWidth > element.clientWidth,
  );
  return [...wide, ...scrolled].map(({ tagName, id, className }) => `${tagName} ${id} ${className}`);
}

test("the main button and what is read are on the first screen", () =>
  visit(async (page) => {
    for (const [width, height] of [
      [360, 640],
      [1366, 768],
    ]) {
      await page.setViewport({ width, height });
      const { top, bottom } = await page.$eval("#speak", (button) => button.getBoundingClientRect().toJSON());
      assert.ok(top > 0 && bottom <= height, `${width}: ${top} to ${bottom}`);
    }
    await start(page);
    await page.click("#next-paragraph");
    await untilMarked(page, "后面还有");
    const inView = await page.evaluate(() => {
      const [range] = /** @type {any} */ (CSS.highlights.get("sentence"));
      const box = /** @type {HTMLElement} */ (document.getElementById("reading")).getBoundingClientRect();
      const { top, bottom } = range.getBoundingClientRect();
      return top >= box.top && bottom <= box.bottom;
    });
    assert.ok(inView);
  }));

test("the page scrolls along until the reader scrolls, and offers a way back", () =>
  visit(async (page) => {
    await start(page, `${TEXT}\n${"第二段的一句话。".repeat(200)}`);
    assert.equal(await page.$("#back:not([hidden])"), null);
    await page.hover("#reading");
    await page.mouse.wheel({ deltaY: 2000 });
    await page.waitForSelector("#back:not([hidden])", TIMEOUT);
    await page.click("#back");
    await page.waitForSelector("#back", { hidden: true, ...TIMEOUT });
  }));

test("the focus stays where it was, and keys that compose are left alone", () =>
  visit(async (page) => {
    await chromium.type(page, TEXT);
    await page.focus("#speak");
    await page.keyboard.press("Enter");
    await chromium.untilStatus(page, "正在朗读");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "speak");
    await page.evaluate(() =>
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", isComposing: true, bubbles: true })),
    );
    await chromium.untilStatus(page, "正在朗读");
    await page.focus("#stop");
    await page.keyboard.press("Enter");
    await chromium.untilStatus(page, "已停止");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "stop");
  }));

test("another page that speaks pauses this one, which says so", () =>
  visit(async (page) => {
    await start(page);
    const other = await page.browserContext().newPage();
    await other.goto(site.url);
    await chromium.untilStatus(other, "语音已就绪");
    await start(other);
    await page.waitForFunction(
      () => document.getElementById("status")?.textContent === "另一个页面在朗读，这里已暂停",
      TIMEOUT,
    );
    assert.equal(await page.$eval("body", ({ dataset }) => dataset.playing), "paused");
    await other.close();
  }));

test("another speed is heard from the next sentence on, and the speech goes on", () =>
  visit(async (page) => {
    await start(page);
    await page.select("#speed", "2");
    await page.click("#next");
    await untilMarked(page, SENTENCES[1]);
    await untilMarked(page, SENTENCES[2]);
    assert.equal(await page.$("#error:not([hidden])"), null);
  }));

test("addresses, figures and emoji are read as chosen, each with an example, and so at the next visit", () =>
  visit(async (page) => {
    const said = (/** @type {string} */ id, /** @type {string} */ wanted) =>
      page.waitForFunction(
        (id, wanted) => document.getElementById(`${id}-example`)?.textContent?.endsWith(wanted),
        TIMEOUT,
        id,
        wanted,
      );
    await page.click("#more");
    await said("links", "→ www点abc点com");
    await said("digits", "→ 二零零八年八月八日");
    await said("emoji", "→ 好");
    const choices = [
      ["links", "name", "→ 网址"],
      ["digits", "each", "→ 二零零八零八零八"],
      ["emoji", "speak", "→ 好，笑脸"],
    ];
    for (const [id, value, example] of choices) {
      await page.select(`#${id}`, value);
      await said(id, example);
    }
    await page.reload();
    await chromium.untilStatus(page, "语音已就绪");
    await page.click("#more");
    for (const [id, value, example] of choices) {
      await said(id, example);
      assert.equal(await page.$eval(`#${id}`, (select) => /** @type {HTMLSelectElement} */ (select).value), value);
    }
    await page.click("#reset");
    await said("digits", "→ 二零零八年八月八日");
  }));

test("what is edited while it is read can be read again from here", () =>
  visit(async (page) => {
    await start(page);
    await page.click("#edit");
    await page.focus("#text");
    await page.$eval("#text", (area) => /** @type {HTMLTextAreaElement} */ (area).setSelectionRange(0, 0));
    await page.keyboard.sendCharacter("新");
    await page.waitForSelector("#read-again:not([hidden])", TIMEOUT);
    await page.click("#read-again");
    await untilMarked(page, `新${SENTENCES[0]}`);
    await page.waitForSelector("#read-again", { hidden: true, ...TIMEOUT });
  }));

test("a selection can be read, and a cursor offers to read from there", () =>
  visit(async (page) => {
    await chromium.type(page, TEXT);
    await page.focus("#text");
    await page.$eval("#text", (area) => /** @type {HTMLTextAreaElement} */ (area).setSelectionRange(8, 16));
    await page.waitForSelector("#read-selection:not([hidden])", TIMEOUT);
    await page.click("#read-selection");
    await untilMarked(page, SENTENCES[1]);
    await chromium.untilStatus(page, "完成");
  }));

test("braces that hold no reading are told while typing", () =>
  visit(async (page) => {
    const note = () => page.$eval("#note", (line) => line.textContent ?? "");
    await chromium.type(page, "第一行\n重{xx}庆");
    assert.match(await note(), /第 2 行第 2 字.*\{xx\}/);
    await chromium.type(page, "好");
    assert.equal(await note(), "");
  }));

test("a first visit that loses the network says so, and goes on when it is back", async () => {
  const { address, mend, stop } = await startBrokenSite();
  const context = await browser.createBrowserContext();
  try {
    const { page } = await chromium.openPage(context);
    await page.goto(address);
    assert.equal(await chromium.shownError(page), "network");
    await page.waitForSelector("#retry:not([hidden])", TIMEOUT);
    assert.equal(await page.$("#progress:not([hidden])"), null);
    await page.click("#speak");
    assert.equal(await chromium.shownError(page), "network");
    mend();
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await chromium.untilStatus(page, "语音已就绪");
    assert.equal(await page.$("#error:not([hidden])"), null);
  } finally {
    await context.close();
    await stop();
  }
});

/** The site, whose voices can't be reached until it is mended. */
async function startBrokenSite() {
  let isBroken = true;
  const server = createServer(async ({ url = "/" }, response) => {
    if (isBroken && url.includes("/voices/")) return void response.destroy();
    const answer = await fetch(new URL(url, site.url));
    const type = answer.headers.get("Content-Type") ?? "";
    response.writeHead(answer.status, { "Content-Type": type }).end(new Uint8Array(await answer.arrayBuffer()));
  });
  await once(server.listen(0), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    address: `http://localhost:${port}${new URL(site.url).pathname}`,
    mend: () => void (isBroken = false),
    async stop() {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

test("a book of a million characters is read from its middle", () =>
  visit(async (page) => {
    const book = `${"很长的一本书，里面有很多句子。".repeat(60)}\n`.repeat(1100);
    await chromium.type(page, book);
    await page.click("#edit");
    await page.$eval("#timeline", (slider) => {
      /** @type {HTMLInputElement} */ (slider).value = "500000";
      slider.dispatchEvent(new Event("change"));
    });
    await page.click("#speak");
    await chromium.untilStatus(page, "正在朗读");
    await untilMarked(page, "很长的一本书");
    await page.click("#next-paragraph");
    await chromium.untilStatus(page, "正在朗读");
  }));

test("the menu of voices plays a sample of each, says where it comes from, and chooses", () =>
  visit(async (page) => {
    await page.evaluate(() => {
      const played = /** @type {number[]} */ ([]);
      Object.assign(globalThis, { played });
      const { play } = HTMLMediaElement.prototype;
      HTMLMediaElement.prototype.play = async function () {
        await play.call(this);
        played.push(this.duration);
      };
    });
    await page.click("#voice-choose");
    await page.waitForSelector("#voice-menu li:nth-child(2)", TIMEOUT);
    const rows = await page.$$eval("#voice-menu li", (rows) => rows.map((row) => row.textContent ?? ""));
    assert.equal(rows.length, 2);
    for (const [row, name] of [
      [rows[0], "qing"],
      [rows[1], "song"],
    ])
      assert.match(row, new RegExp(`^${name}.*Apache-2\\.0.*来历$`));
    for (const [index, button] of (await page.$$("#voice-menu [data-sample-of]")).entries()) {
      await button.click();
      const seconds = (/** @type {number} */ index) => /** @type {any} */ (globalThis).played[index];
      assert.ok(Number(await (await page.waitForFunction(seconds, TIMEOUT, index)).jsonValue()) > 2);
    }
    const cards = await page.$$eval("#voice-menu a", (links) => links.map(({ href }) => href));
    for (const card of cards) assert.match(await (await fetch(card)).text(), /^# Voice card/);
    await page.click("#voice-menu li:nth-child(2) [aria-pressed]");
    await page.waitForSelector("#voice-menu li:nth-child(2) [aria-pressed=true]", TIMEOUT);
    assert.equal(await page.$eval("#speaker", (select) => /** @type {HTMLSelectElement} */ (select).value), "song");
    await page.click("#voice-add");
    await page.waitForSelector("#voices[open]", TIMEOUT);
  }));
