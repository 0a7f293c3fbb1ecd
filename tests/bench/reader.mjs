/**
 * `npm run bench:reader`: the page as a reader of long texts, from dist/ in headless Chromium. Seek: from the press until
 * the first samples are due on the audio clock. Open: from the text to the painted view. Long tasks: above 50 ms on the
 * main thread, while it reads.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { chromium } from "../../scripts/programs.mjs";
import { ROOT } from "../../scripts/steps.mjs";
import { serveFolder } from "../../www/bin/static-files.js";

const SENTENCE = "春天来了，公园里的花都开了，小明和妈妈一起去看花。";
const LINE = `${SENTENCE.repeat(8)}\n`;
const SEEKS = 12;
const READING_MS = 20_000;

/** @param {number} length */
const textOf = (length) => LINE.repeat(Math.ceil(length / LINE.length)).slice(0, length);

const profile = await mkdtemp(join(tmpdir(), "hanvox-"));
const server = await serveFolder(join(ROOT, "dist"), 0);
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const args = ["--no-sandbox", "--accept-lang=zh-CN", "--enable-precise-memory-info"];
const browser = await puppeteer.launch({ executablePath: await chromium(), userDataDir: profile, args });
try {
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(recordStarts);
  await page.goto(`http://localhost:${port}/`);
  await untilStatus(page, "语音已就绪");
  for (const length of [100_000, 2_000_000]) console.log(`open ${length} characters: ${await open(page, length)}`);
  await open(page, 100_000);
  await page.click("#speak");
  await untilStatus(page, "正在朗读");
  const seeks = [];
  for (let seek = 1; seek <= SEEKS; seek += 1) seeks.push(await page.evaluate(seekTo, (seek * 7919 * 13) % 100_000));
  seeks.sort((a, b) => a - b);
  console.log(
    `seek in 100,000 characters: median ${seeks[SEEKS / 2].toFixed(0)} ms, slowest ${seeks[SEEKS - 1].toFixed(0)} ms`,
  );
  const long = await page.evaluate(longTasks, READING_MS);
  console.log(
    `long tasks in ${READING_MS / 1000} s of reading: ${long.length} (${long.map((ms) => ms.toFixed(0)).join(", ")} ms)`,
  );
  const late = await page.evaluate(highlights, SENTENCE.repeat(3));
  late.sort((a, b) => Math.abs(a) - Math.abs(b));
  const [median, most] = [late[late.length >> 1], late[Math.floor(late.length * 0.95)]];
  console.log(
    `mark against the audio clock, ${late.length} characters: median ${median.toFixed(0)} ms, 95 % within ${Math.abs(most).toFixed(0)} ms`,
  );
} finally {
  await browser.close();
  server.close();
  await rm(profile, { recursive: true, force: true });
}

/** @param {import("puppeteer-core").Page} page @param {string} status */
function untilStatus(page, status) {
  const reached = (/** @type {string} */ status) => document.getElementById("status")?.textContent === status;
  return page.waitForFunction(reached, { timeout: 120_000 }, status);
}

/** Runs in the page before all else: keeps when samples are due. */
function recordStarts() {
  const starts = /** @type {number[]} */ ([]);
  Object.assign(globalThis, { starts });
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (when = 0) {
    Object.assign(globalThis, {
      heard: { context: this.context, when: /** @type {any} */ (globalThis).heard?.when ?? when },
    });
    starts.push(performance.now() + 1000 * (when - this.context.currentTime));
    return start.call(this, when);
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

/** Runs in the page: milliseconds from a seek to its first samples. @param {number} place */
async function seekTo(place) {
  const slider = /** @type {HTMLInputElement} */ (document.getElementById("timeline"));
  const starts = /** @type {number[]} */ (/** @type {any} */ (globalThis).starts);
  const [count, before] = [starts.length, performance.now()];
  slider.value = String(place);
  slider.dispatchEvent(new Event("change"));
  while (starts.length === count) await new Promise((resolve) => setTimeout(resolve, 2));
  const ms = starts[count] - before;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return ms;
}

/** Runs in the page. @param {number} ms @returns {Promise<number[]>} */
async function longTasks(ms) {
  const tasks = /** @type {number[]} */ ([]);
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ entryTypes: ["longtask"] });
  await new Promise((resolve) => setTimeout(resolve, ms));
  observer.disconnect();
  return tasks;
}

/**
 * Runs in the page: how much later than its sound each character is marked, in milliseconds. The times of the characters
 * come from a second engine, which speaks the same samples.
 * @param {string} text
 */
async function highlights(text) {
  const { Hanvox } = await import(new URL("lib/index.js", location.href).href);
  const tts = await Hanvox.fromPretrained();
  const { characters, audio, samplingRate } = await tts.generate(text);
  tts.dispose();
  const silence = audio.findIndex((/** @type {number} */ sample) => Math.abs(sample) > 0.003) / samplingRate;
  const skipped = Math.max(0, silence - 0.03);
  document.getElementById("stop")?.click();
  while (document.body.dataset.state !== "ready") await new Promise(requestAnimationFrame);
  const area = /** @type {HTMLTextAreaElement} */ (document.getElementById("text"));
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  const page = /** @type {any} */ (globalThis);
  page.heard = undefined;
  document.getElementById("speak")?.click();
  const late = [];
  for (let last = -1, end = performance.now() + 60_000; performance.now() < end; ) {
    await new Promise(requestAnimationFrame);
    const [range] = /** @type {any[]} */ ([...(CSS.highlights.get("now") ?? [])]);
    if (!page.heard || !range || range.startOffset === last) continue;
    last = range.startOffset;
    const { context, when } = page.heard;
    const due = characters.find((/** @type {{from: number}} */ { from }) => from === last);
    late.push(
      1000 * (context.currentTime - (context.outputLatency || context.baseLatency) - when - (due.start - skipped)),
    );
    if (last >= text.length - 3) break;
  }
  return late;
}
