import assert from "node:assert/strict";
import { test } from "node:test";
import * as chromium from "../support/browser.js";

/** @typedef {import("puppeteer-core").Page} Page */

// WCAG 2.2, AA: 1.4.3 for text, where large is 24 px, or 18.66 px in bold; 2.5.8 for targets.
const CONTRAST = 4.5;
const CONTRAST_LARGE = 3;
const TARGET_PX = 24;

const CONTROLS = ["button", "textbox", "slider", "link", "tab", "checkbox", "combobox", "spinbutton", "searchbox"];

const { browser, site } = await chromium.forTests();

/** What a visitor may see of the page. @type {Record<string, (page: Page) => Promise<void>>} */
const STATES = {
  "at rest": (page) => chromium.untilStatus(page, "语音已就绪"),
  async "with an emotion that the voice lacks"(page) {
    await page.evaluate(() => localStorage.setItem("hanvox-emotion", "hate 1"));
    await page.reload();
    await chromium.untilStatus(page, "语音已就绪");
    await page.evaluate(() => localStorage.clear());
  },
  async "while it speaks"(page) {
    await chromium.untilStatus(page, "语音已就绪");
    await chromium.type(page, "今天天气很好。".repeat(20));
    await page.click("#speak");
    await page.waitForSelector("#reading:not([hidden])");
    await page.evaluate(() => localStorage.clear());
  },
  async "with the settings and pinyin, and a text to go on with"(page) {
    await chromium.untilStatus(page, "语音已就绪");
    await chromium.type(page, "今天天气很好。".repeat(20));
    await page.click("#pinyin");
    await page.waitForSelector("#reading ruby");
    await page.click("#next");
    await page.waitForSelector("#read-start:not([hidden])");
    await page.click("#more");
    await page.waitForSelector("#sheet:popover-open");
    await page.evaluate(() => localStorage.clear());
  },
  async "with the voices"(page) {
    await chromium.untilStatus(page, "语音已就绪");
    await page.click("#voices-open");
    await page.waitForSelector("dialog#voices[open] .voice");
  },
  async "with the menu of voices"(page) {
    await chromium.untilStatus(page, "语音已就绪");
    await page.click("#voice-choose");
    await page.waitForSelector("#voice-menu:popover-open li");
  },
  async "with a book, and the library"(page) {
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      for (const name of ["山", "水"])
        dataTransfer.items.add(new File([`第一章 ${name}\n一。\n第二章 风\n二。`], `${name}.txt`));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    });
    await page.waitForFunction(() => document.querySelector("#book:not([hidden]) .book-title")?.textContent === "水");
    await page.click("#library-open");
    await page.waitForSelector("dialog#library[open] .book");
  },
  async "with an export"(page) {
    await chromium.untilStatus(page, "语音已就绪");
    await page.click("#export-open");
    await page.waitForSelector("dialog#export[open]");
    await page.click("#export-start");
    await page.waitForSelector(".export[data-whole=true]", { timeout: chromium.TIMEOUT_MS });
  },
  async "with the readings of a character"(page) {
    await chromium.untilStatus(page, "语音已就绪");
    await page.evaluate(() => localStorage.setItem("hanvox-dictionary", "重庆\tchong2 qing4\n"));
    await chromium.type(page, "重。");
    await page.focus("#text");
    await page.keyboard.press("ArrowLeft");
    await page.waitForSelector("#fix-reading:not([hidden])");
    await page.click("#fix-reading");
    await page.waitForSelector("dialog#readings[open] .candidate");
  },
  async "with the sound drawn"(page) {
    await chromium.untilStatus(page, "语音已就绪");
    await chromium.type(page, "今天天气很好。".repeat(20));
    await page.click("#speak");
    await page.click("#sound-show");
    await page.waitForSelector("#sound:not([hidden]) canvas[aria-label*=今天]", { timeout: chromium.TIMEOUT_MS });
    await page.evaluate(() => localStorage.clear());
  },
  async "with an error"(page) {
    await chromium.type(page, "");
    await page.click("#speak");
    await chromium.shownError(page);
  },
  async "with the health panel"(page) {
    await page.click("#health-open");
    await page.waitForSelector("dialog#health[open]");
  },
};

for (const [state, reach] of Object.entries(STATES))
  for (const scheme of ["light", "dark"])
    test(`names, contrast and sizes of targets hold ${state}, ${scheme}`, async () => {
      const page = await browser.newPage();
      await page.emulateMediaFeatures([
        { name: "prefers-color-scheme", value: scheme },
        { name: "prefers-reduced-motion", value: "reduce" },
      ]);
      await page.goto(site.url);
      await reach(page);
      assert.deepEqual(await namelessControls(page), []);
      assert.deepEqual(await page.evaluate(faintTexts, { normal: CONTRAST, large: CONTRAST_LARGE }), []);
      assert.deepEqual(await page.evaluate(smallTargets, TARGET_PX), []);
      assert.deepEqual(await page.evaluate(lockedScrollers), []);
      await page.close();
    });

test("the help for the keyboard has contrast, and closes by its one button", async () => {
  const page = await browser.newPage();
  await page.goto(site.url);
  await page.keyboard.press("?");
  await page.waitForSelector("dialog#help[open]");
  assert.deepEqual(await page.evaluate(faintTexts, { normal: CONTRAST, large: CONTRAST_LARGE }), []);
  assert.deepEqual(await page.evaluate(smallTargets, TARGET_PX), []);
  await page.click("#help .close");
  await page.waitForSelector("dialog#help:not([open])", { hidden: true });
  await page.close();
});

/** The controls in Chromium's accessibility tree that have no name. @param {Page} page */
async function namelessControls(page) {
  const session = await page.createCDPSession();
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const controls = nodes.filter(({ ignored, role }) => !ignored && CONTROLS.includes(role?.value));
  assert.ok(controls.length > 3, `${controls.length} controls`);
  return controls.filter(({ name }) => !name?.value?.trim()).map(({ role }) => role?.value);
}

/**
 * Runs in the page: the texts whose contrast with what lies behind them is too low, by the formula of WCAG 2.2.
 * What is disabled is exempt.
 * @param {{normal: number, large: number}} least
 */
function faintTexts(least) {
  /** @typedef {[number, number, number, number]} Colour */
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  if (!canvas) throw new Error("no canvas");

  /** @param {string} css @returns {Colour} */
  function colour(css) {
    if (!canvas) throw new Error("no canvas");
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  }

  /** @param {Colour} top @param {Colour} under @returns {Colour} */
  function over([red, green, blue, alpha], under) {
    const mixed = [red, green, blue].map((value, index) => value * alpha + under[index] * (1 - alpha));
    return [mixed[0], mixed[1], mixed[2], 1];
  }

  /** @param {Colour} colour */
  function luminance([red, green, blue]) {
    const [r, g, b] = [red, green, blue].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  /** The colours of a text and of its ground, with all opacities on the way. @param {Element} element */
  function colours(element) {
    const chain = [];
    for (let at = /** @type {Element | null} */ (element); at; at = at.parentElement)
      chain.unshift(getComputedStyle(at));
    let ground = colour("Canvas");
    let opacity = 1;
    for (const style of chain) {
      opacity *= Number(style.opacity);
      const [red, green, blue, alpha] = colour(style.backgroundColor);
      ground = over([red, green, blue, alpha * opacity], ground);
    }
    const [red, green, blue, alpha] = colour(getComputedStyle(element).color);
    return { ground, text: over([red, green, blue, alpha * opacity], ground) };
  }

  /** @param {Element} element */
  function contrast(element) {
    const { ground, text } = colours(element);
    const [high, low] = [luminance(ground), luminance(text)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  }

  const dialog = document.querySelector("dialog[open]");
  const found = [];
  const walker = document.createTreeWalker(dialog ?? document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const written = walker.currentNode.textContent?.trim();
    if (!element || !written || !element.checkVisibility({ opacityProperty: true })) continue;
    if (
      element.closest(":disabled, [aria-disabled=true], svg, noscript, option") ||
      element.getClientRects().length === 0
    )
      continue;
    const { fontSize, fontWeight } = getComputedStyle(element);
    const large = parseFloat(fontSize) >= (Number(fontWeight) >= 700 ? 18.66 : 24);
    const ratio = contrast(element);
    if (ratio < (large ? least.large : least.normal))
      found.push(`${ratio.toFixed(2)} ${element.tagName} ${element.id || element.className} "${written.slice(0, 20)}"`);
  }
  return found;
}

/** Runs in the page. @param {number} least */
function smallTargets(least) {
  const scope = document.querySelector("dialog[open]") ?? document.body;
  const controls = [...scope.querySelectorAll("button, input, select, textarea, summary, a[href]")];
  return controls.flatMap((control) => {
    const { width, height } = control.getBoundingClientRect();
    if (width === 0 || !control.checkVisibility() || (width >= least && height >= least)) return [];
    // The label belongs to the target.
    const label = control.closest("label")?.getBoundingClientRect();
    if (label && label.width >= least && label.height >= least) return [];
    return [`${control.tagName} ${control.id || control.className} ${width.toFixed(0)}x${height.toFixed(0)}`];
  });
}

/** Runs in the page: what scrolls, but not by the keyboard. */
function lockedScrollers() {
  const scrolls = (/** @type {Element} */ element) =>
    element.scrollHeight > element.clientHeight && /auto|scroll/.test(getComputedStyle(element).overflowY);
  const isReached = (/** @type {Element} */ element) =>
    element.matches("[tabindex='0'], textarea, select") ||
    [...element.querySelectorAll("button, input, select, textarea, a[href]")].some((one) => one.checkVisibility());
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.checkVisibility() && scrolls(element) && !isReached(element))
    .map((element) => `${element.tagName} ${element.id || element.className}`);
}

test("the keyboard reaches every control in the order of the page, and each shows that it has the focus", async () => {
  const page = await browser.newPage();
  await page.goto(site.url);
  await chromium.untilStatus(page, "语音已就绪");
  const due = await page.evaluate(() =>
    [...document.querySelectorAll("button, input, select, textarea, a[href]")]
      .filter((control) => control.checkVisibility() && !control.matches(":disabled"))
      .map((control) => control.id || control.textContent),
  );
  const reached = [];
  while (reached.length < due.length) {
    await page.keyboard.press("Tab");
    const { offered, ...one } = await page.evaluate(focused);
    // What the cursor in the text offers comes up while it is passed, sooner or later.
    if (!offered) reached.push(one);
  }
  assert.deepEqual(
    reached.map(({ name }) => name),
    due,
  );
  assert.deepEqual(
    reached.filter(({ outline }) => outline === 0),
    [],
  );
  await page.close();
});

/** Runs in the page. */
function focused() {
  const element = document.activeElement;
  if (!element) return { name: null, outline: 0, offered: false };
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const outline = outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
  return { name: element.id || element.textContent, outline, offered: element.closest("#offers") !== null };
}

test("language, title, headings and live regions are given", async () => {
  const page = await browser.newPage();
  await page.goto(site.url);
  const facts = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title.length > 0,
    headings: document.querySelectorAll("h1").length,
    main: document.querySelectorAll("main").length,
    status: document.querySelectorAll("[role=status]").length > 0,
    alert: document.querySelectorAll("[role=alert]").length > 0,
    zoom: document.querySelector("meta[name=viewport]")?.getAttribute("content")?.includes("user-scalable") ?? false,
  }));
  const due = { lang: "zh-CN", title: true, headings: 1, main: 1, status: true, alert: true, zoom: false };
  assert.deepEqual(facts, due);
  await page.close();
});
