/**
 * `npm run bench:reader`: the page as a reader of long texts, from dist/ in headless Chromium. Seek: from the press until
 * the audio worklet plays the first samples. Open: from the text to the painted view. Long tasks: above 50 ms on the
 * main thread, while it reads; once as it is, once with pinyin and with the sound drawn. First: from the press of "speak"
 * until the worklet plays, with a warm engine. `--only seek,long,marks,first` leaves out the others.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { chromium } from "../../scripts/programs.mjs";
import { ROOT } from "../../scripts/steps.mjs";
import { serveFolder } from "../../www/bin/static-files.js";

const SENTENCE = "春天来了，公园里的花都开了，小明和妈妈一起去看花。";
const LINE = `${SENTENCE.repeat(8)}\n`;
const SEEKS = 12;
const PRESSES = 7;
const READING_MS = 180_000;
// Of different sentences, so that each passage that the page reads is told from the others.
const MARKED = `${SENTENCE}他们走了很久，终于看到了一片樱花林。回家的路上，小明问妈妈明年还来不来。`;

/** @param {number} length */
const textOf = (length) => LINE.repeat(Math.ceil(length / LINE.length)).slice(0, length);

const profile = await mkdtemp(join(tmpdir(), "hanvox-"));
const server = await serveFolder(join(ROOT, "dist"), 0);
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const args = ["--no-sandbox", "--accept-lang=zh-CN", "--enable-precise-memory-info"];
const browser = await puppeteer.launch({
  ...{ executablePath: await chromium(), userDataDir: profile, args },
  // Longer than the longest call.
  protocolTimeout: 2 * READING_MS,
});
try {
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(recordStarts);
  await page.goto(`http://localhost:${port}/`);
  await untilStatus(page, "语音已就绪");
  for (const length of [100_000, 2_000_000]) console.log(`open ${length} characters: ${await open(page, length)}`);
  await open(page, 100_000);
  await page.click("#speak");
  await untilStatus(page, "正在朗读");
  if (isAsked("seek")) await measureSeeks(page);
  if (isAsked("long")) {
    await measureLongTasks(page, "reading");
    await page.click("#pinyin");
    await page.click("#sound-show");
    await measureLongTasks(page, "reading with pinyin and the sound drawn");
  }
  if (isAsked("marks")) await measureMarks(page);
  if (isAsked("first")) for (const length of [50, 500]) await measureFirst(page, length);
} finally {
  await browser.close();
  server.close();
  await rm(profile, { recursive: true, force: true });
}

/** @param {string} part */
function isAsked(part) {
  const only = process.argv.indexOf("--only");
  return only < 0 || (process.argv[only + 1] ?? "").split(",").includes(part);
}

/** The number of programs that want to run. */
function load() {
  return `load ${loadavg()[0].toFixed(1)}`;
}

/** @param {import("puppeteer-core").Page} page */
async function measureSeeks(page) {
  const seeks = [];
  for (let seek = 1; seek <= SEEKS; seek += 1) seeks.push(await page.evaluate(seekTo, (seek * 7919 * 13) % 100_000));
  seeks.sort((a, b) => a - b);
  const [median, slowest] = [seeks[SEEKS / 2], seeks[SEEKS - 1]].map((ms) => ms.toFixed(0));
  console.log(`seek in 100,000 characters: median ${median} ms, slowest ${slowest} ms; ${load()}`);
}

/** @param {import("puppeteer-core").Page} page @param {number} length */
async function measureFirst(page, length) {
  const waits = [];
  for (let press = 1; press <= PRESSES; press += 1) {
    // Another text each time: nothing of it is known from before.
    waits.push(await page.evaluate(firstSound, textOf(2 * length).slice(press, press + length)));
  }
  waits.sort((a, b) => a - b);
  const [fastest, median, slowest] = [waits[0], waits[PRESSES >> 1], waits[PRESSES - 1]].map((ms) => ms.toFixed(0));
  console.log(`first sound of ${length} characters: median ${median} ms (${fastest} to ${slowest}); ${load()}`);
}

/** @param {import("puppeteer-core").Page} page @param {string} what */
async function measureLongTasks(page, what) {
  const long = await page.evaluate(longTasks, READING_MS);
  const list = long.map(({ duration, at }) => `${duration.toFixed(0)} ms after ${(at / 1000).toFixed(1)} s`).join(", ");
  console.log(`long tasks in ${READING_MS / 1000} s of ${what}: ${long.length}${list && ` (${list})`}; ${load()}`);
}

/** @param {import("puppeteer-core").Page} page */
async function measureMarks(page) {
  const late = await page.evaluate(highlights, MARKED);
  late.sort((a, b) => Math.abs(a) - Math.abs(b));
  const [median, most] = [late[late.length >> 1], late[Math.floor(late.length * 0.95)]];
  console.log(
    `mark against the audio clock, ${late.length} characters: median ${median.toFixed(0)} ms, 95 % within ${Math.abs(most).toFixed(0)} ms; ${load()}`,
  );
}

/** @param {import("puppeteer-core").Page} page @param {string} status */
function untilStatus(page, status) {
  const reached = (/** @type {string} */ status) => document.getElementById("status")?.textContent === status;
  return page.waitForFunction(reached, { timeout: 120_000 }, status);
}

/** Runs in the page before all else: keeps when samples are due, and which texts an engine is given. */
function recordStarts() {
  const starts = /** @type {number[]} */ ([]);
  const opened = /** @type {string[]} */ ([]);
  /** Puts another text into the page. @param {string} text */
  const write = async (text) => {
    document.getElementById("stop")?.click();
    while (document.body.dataset.state !== "ready") await new Promise(requestAnimationFrame);
    document.getElementById("edit")?.click();
    const area = /** @type {HTMLTextAreaElement} */ (document.getElementById("text"));
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  /** Milliseconds from a press to the first samples. @param {() => void} press */
  const untilSound = async (press) => {
    const [count, before] = [starts.length, performance.now()];
    press();
    while (starts.length === count) await new Promise((resolve) => setTimeout(resolve, 2));
    const ms = starts[count] - before;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return ms;
  };
  Object.assign(globalThis, { opened, write, untilSound });
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (/** @type {any} */ message, /** @type {any} */ transfer) {
    if (message?.request?.type === "open") opened.push(message.request.text);
    return post.call(this, message, transfer);
  };
  const Node = AudioWorkletNode;
  // The worklet reports when its sound begins, or goes on.
  globalThis.AudioWorkletNode = class extends Node {
    constructor(/** @type {BaseAudioContext} */ context, /** @type {string} */ name, /** @type {any} */ options) {
      super(context, name, options);
      this.port.addEventListener("message", ({ data }) => {
        if (!data.running) return;
        const when = /** @type {any} */ (globalThis).heard?.when ?? data.time;
        Object.assign(globalThis, { heard: { context, when } });
        starts.push(performance.now() + 1000 * (data.time - context.currentTime));
      });
    }
  };
}

/**
 * Opens a file, and waits until its text is painted.
 * @param {import("puppeteer-core").Page} page
 * @param {number} length
 */
async function open(page, length) {
  const text = textOf(length);
  const path = join(profile, `${length}.txt`);
  await writeFile(path, text);
  const input = /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (await page.$("#open-input"));
  await page.evaluate(() => document.getElementById("reading")?.replaceChildren());
  const before = performance.now();
  await input.uploadFile(path);
  await page.waitForFunction(() => document.querySelector("#reading p"), { polling: "raf", timeout: 120_000 });
  await page.evaluate(() => new Promise(requestAnimationFrame));
  const ms = performance.now() - before;
  const bytes = await page.evaluate(() => /** @type {any} */ (performance).memory.usedJSHeapSize);
  return `${ms.toFixed(0)} ms, heap ${(bytes / 1e6).toFixed(0)} MB`;
}

/** Runs in the page: milliseconds from a seek to its first samples. @param {number} place @returns {Promise<number>} */
function seekTo(place) {
  const slider = /** @type {HTMLInputElement} */ (document.getElementById("timeline"));
  return /** @type {any} */ (globalThis).untilSound(() => {
    slider.value = String(place);
    slider.dispatchEvent(new Event("change"));
  });
}

/** Runs in the page: milliseconds from the press of "speak" to the first samples. @param {string} text @returns {Promise<number>} */
async function firstSound(text) {
  const page = /** @type {any} */ (globalThis);
  await page.write(text);
  return page.untilSound(() => document.getElementById("speak")?.click());
}

/** Runs in the page. @param {number} ms @returns {Promise<{duration: number, at: number}[]>} */
async function longTasks(ms) {
  const tasks = /** @type {{duration: number, at: number}[]} */ ([]);
  const begin = performance.now();
  const observer = new PerformanceObserver((list) =>
    tasks.push(...list.getEntries().map(({ duration, startTime }) => ({ duration, at: startTime - begin }))),
  );
  observer.observe({ entryTypes: ["longtask"] });
  await new Promise((resolve) => setTimeout(resolve, ms));
  observer.disconnect();
  return tasks;
}

/**
 * Runs in the page: how much later than its sound each character is marked, in milliseconds. The times of the characters
 * come from a second engine, which then speaks the passages that the page has read, each by itself.
 * @param {string} text
 */
async function highlights(text) {
  const page = /** @type {any} */ (globalThis);
  await page.write(text);
  page.heard = undefined;
  page.opened.length = 0;
  document.getElementById("speak")?.click();
  const marked = /** @type {{from: number, second: number}[]} */ ([]);
  for (let end = performance.now() + 60_000; performance.now() < end; ) {
    await new Promise(requestAnimationFrame);
    const [range] = /** @type {any[]} */ ([...(CSS.highlights.get("now") ?? [])]);
    if (!page.heard || !range || range.startOffset === marked.at(-1)?.from) continue;
    const { context, when } = page.heard;
    const second = context.currentTime - (context.outputLatency || context.baseLatency) - when;
    marked.push({ from: range.startOffset, second });
    if (range.startOffset >= text.length - 3) break;
  }
  const { Hanvox } = await import(new URL("lib/index.js", location.href).href);
  const tts = await Hanvox.fromPretrained();
  const due = new Map();
  let before = 0;
  for (const passage of new Set(/** @type {string[]} */ (page.opened))) {
    const { characters, audio, samplingRate } = await tts.generate(passage);
    // The page doesn't wait for the silence at the start.
    const sounds = audio.findIndex((/** @type {number} */ sample) => Math.abs(sample) > 0.003) / samplingRate;
    if (due.size === 0) before = -Math.max(0, sounds - 0.03);
    for (const { from, start } of characters) due.set(text.indexOf(passage) + from, before + start);
    before += audio.length / samplingRate;
  }
  tts.dispose();
  return marked.filter(({ from }) => due.has(from)).map(({ from, second }) => 1000 * (second - due.get(from)));
}
