/** Real browsers on the built page. */
import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { serveFolder } from "../../../www/bin/static-files.js";
import { FIXTURE_VOICES, putFaultyEngine } from "./faulty-base.js";
import { temporaryFolder } from "./folder.js";

const DIST = fileURLToPath(new URL("../../../dist", import.meta.url));
const WWW = fileURLToPath(new URL("../../../www", import.meta.url));
const SUB_PATH = "some/folder";
// The tests read what the page says in Chinese.
const LANGUAGE = "zh-CN";

export const TIMEOUT_MS = 120_000;

/** @typedef {import("puppeteer-core").Page} Page */

/**
 * @param {string} userDataDir
 * @param {...string} args
 */
export function launch(userDataDir, ...args) {
  return puppeteer.launch(chromiumOptions(userDataDir, args));
}

/**
 * As `launch`, with the sound on, which puppeteer mutes.
 * @param {string} userDataDir
 * @param {Record<string, string>} env Names the sound device.
 */
export function launchAudible(userDataDir, env) {
  const options = chromiumOptions(userDataDir, []);
  return puppeteer.launch({ ...options, env: { ...process.env, ...env }, ignoreDefaultArgs: ["--mute-audio"] });
}

/**
 * @param {string} userDataDir
 * @param {string[]} args
 */
function chromiumOptions(userDataDir, args) {
  return {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    userDataDir,
    args: ["--no-sandbox", "--disable-background-networking", `--accept-lang=${LANGUAGE}`, ...args],
    // The longest call computes minutes of speech inside the page.
    protocolTimeout: 5 * TIMEOUT_MS,
  };
}

/**
 * @param {string} userDataDir
 * @param {Record<string, string>} [env] Names the sound device; without one, Firefox starts no sound at all.
 */
export function launchFirefox(userDataDir, env = {}) {
  return puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    userDataDir,
    env: { ...process.env, ...env },
    extraPrefsFirefox: { "intl.accept_languages": LANGUAGE },
  });
}

/**
 * The built page under a sub-path, as a static host may have it.
 * @param {(voice: string) => Promise<unknown>} [spoil] Changes the folder of the voice, which is then a copy.
 */
export async function startSite(spoil) {
  const root = await temporaryFolder();
  const site = join(root, SUB_PATH);
  await mkdir(site, { recursive: true });
  for (const name of await readdir(DIST)) {
    if (spoil && name === "voices") await cp(join(DIST, name), join(site, name), { recursive: true });
    else await symlink(join(DIST, name), join(site, name));
  }
  await spoil?.(join(site, "voices/han"));
  const server = await serveFolder(root, 0);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${port}/${SUB_PATH}/`,
    stop: () => stop(server),
    /**
     * Puts the faulty engine in the place of the real one, and the fixture voices into `fixture-voices`. The library is
     * then that of the sources, as the built one has its engine within.
     */
    async spoilEngine() {
      await Promise.all([rm(join(site, "pkg")), rm(join(site, "lib"))]);
      await symlink(join(WWW, "lib"), join(site, "lib"));
      await mkdir(join(site, "pkg"));
      await putFaultyEngine(join(WWW, "pkg"), join(site, "pkg"));
      await symlink(FIXTURE_VOICES, join(site, "fixture-voices"));
    },
    /** @type {(file: string, change: (text: string) => string) => Promise<void>} */
    async replace(file, change) {
      const changed = change(await readFile(join(DIST, file), "utf8"));
      await rm(join(site, file));
      await writeFile(join(site, file), changed);
    },
  };
}

/**
 * A site and a browser for all tests of a file, gone after them.
 * @param {Parameters<typeof startSite>[0]} [spoil]
 */
export async function forTests(spoil) {
  const site = await startSite(spoil);
  const browser = await launch(await temporaryFolder());
  after(async () => {
    await browser.close();
    await site.stop();
  });
  return { site, browser };
}

/**
 * A page and its script beside the sources in `www/`, and a browser, for all tests of a file.
 * @param {string} html
 * @param {string} script
 * @returns {Promise<{address: string, browser: import("puppeteer-core").Browser}>}
 */
export async function forTestsOfPage(html, script) {
  const folder = await temporaryFolder();
  await symlink(WWW, join(folder, "www"));
  await writeFile(join(folder, "index.html"), html);
  await writeFile(join(folder, "page.js"), script);
  const server = await serveFolder(folder, 0);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const browser = await launch(await temporaryFolder());
  after(async () => {
    await browser.close();
    await stop(server);
  });
  return { address: `http://localhost:${port}/`, browser };
}

/** @param {import("node:http").Server} server */
function stop(server) {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  return closed;
}

/**
 * A page of a new visitor, ready to speak. It may print nothing but records: neither a breach of the content security
 * policy nor anything uncaught.
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} address
 * @param {(page: Page, lines: string[]) => Promise<void>} work
 * @param {(line: string) => boolean} [isExpected] What it may print beside records.
 */
export async function visit(browser, address, work, isExpected = () => false) {
  const context = await browser.createBrowserContext();
  try {
    const { page, lines } = await openPage(context);
    await page.goto(address);
    await untilStatus(page, "语音已就绪");
    await work(page, lines);
    for (const line of lines.filter((line) => !isExpected(line))) assert.doesNotThrow(() => JSON.parse(line), line);
  } finally {
    await context.close();
  }
}

/**
 * A page that records what it plays and what it prints.
 * @param {Pick<import("puppeteer-core").BrowserContext, "newPage">} browser
 */
export async function openPage(browser) {
  const page = await browser.newPage();
  /** @type {string[]} */
  const lines = [];
  page.on("console", (message) => lines.push(message.text()));
  page.on("pageerror", (error) => lines.push(`uncaught: ${error}`));
  await page.evaluateOnNewDocument(recordSound);
  return { page, lines };
}

/** Runs in the page: keeps length and power of all samples that are given to the audio worklet, or scheduled as buffers. */
function recordSound() {
  const played = { seconds: 0, power: 0, samples: 0 };
  Object.assign(globalThis, { played });
  const keep = (/** @type {Float32Array} */ samples, /** @type {number} */ rate) => {
    for (const sample of samples) played.power += sample * sample;
    played.samples += samples.length;
    played.seconds += samples.length / rate;
  };
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (/** @type {any} */ message, /** @type {any} */ transfer) {
    if (message?.type === "push") keep(message.samples, message.sampleRate);
    return postMessage.call(this, message, transfer);
  };
  const { start } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function (/** @type {number | undefined} */ when) {
    if (this.buffer) keep(this.buffer.getChannelData(0), this.buffer.sampleRate);
    return start.call(this, when);
  };
}

/** @param {Page} page */
export async function playedSound(page) {
  const { seconds, power, samples } = await page.evaluate(() => /** @type {any} */ (globalThis).played);
  return { seconds, rms: Math.sqrt(power / samples) };
}

/** @param {Page} page @param {string} text */
export async function speak(page, text) {
  await type(page, text);
  await pressSpeak(page);
  await untilStatus(page, "完成");
}

/** @param {Page} page */
export function pressSpeak(page) {
  return page.locator("#speak").click();
}

/** @param {Page} page @param {string} text */
export function type(page, text) {
  return page.$eval(
    "#text",
    (element, value) => {
      Object.assign(element, { value });
      element.dispatchEvent(new Event("input", { bubbles: true }));
    },
    text,
  );
}

/** @param {Page} page @param {string} status */
export async function untilStatus(page, status) {
  const reached = page.waitForFunction(
    (wanted) => document.getElementById("status")?.textContent === wanted,
    { timeout: TIMEOUT_MS },
    status,
  );
  const failed = page
    .waitForSelector("#error[data-level=error]:not([hidden])", { timeout: TIMEOUT_MS })
    .then(async () => {
      throw new Error(`the page shows: ${await page.$eval("#error", (box) => box.textContent)}`);
    });
  await Promise.race([
    reached,
    failed.catch((error) => (error.name === "TimeoutError" ? reached : Promise.reject(error))),
  ]);
}

/** The code of the error that the page comes to show. @param {Page} page */
export async function shownError(page) {
  const box = await page.waitForSelector("#error[data-code]:not([hidden])", { timeout: TIMEOUT_MS });
  return page.evaluate((element) => /** @type {HTMLElement} */ (element).dataset.code, box);
}

/**
 * Presses a button that gives a file.
 * @param {Page} page
 * @param {string} folder
 * @param {string} button
 */
export async function download(page, folder, button) {
  const session = await page.createCDPSession();
  await session.send("Browser.setDownloadBehavior", {
    behavior: "allow",
    browserContextId: page.browserContext().id,
    downloadPath: folder,
    eventsEnabled: true,
  });
  const name = new Promise((resolve) => {
    session.on("Browser.downloadWillBegin", ({ suggestedFilename }) => {
      session.on("Browser.downloadProgress", ({ state }) => state === "completed" && resolve(suggestedFilename));
    });
  });
  await page.click(button);
  const file = /** @type {string} */ (await name);
  return { name: file, bytes: new Uint8Array(await readFile(join(folder, file))) };
}

/**
 * Exports the text as a WAV file.
 * @param {Page} page
 * @param {string} folder
 */
export async function exportWav(page, folder) {
  await page.click("#export-open");
  await page.waitForSelector("#export[open]", { timeout: TIMEOUT_MS });
  const file = await download(page, folder, "#export-start");
  await page.click("#export .close");
  return file;
}

/** Opens a file as a drop does. @param {Page} page @param {Blob} content @param {string} name */
export async function drop(page, content, name) {
  const bytes = [...new Uint8Array(await content.arrayBuffer())];
  await page.evaluate(
    (bytes, name) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    },
    bytes,
    name,
  );
}
