import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as chromium from "../support/browser.js";
import { pdf } from "../support/documents.js";
import { temporaryFolder } from "../support/folder.js";
import { startVersions } from "../support/versions.js";

/** @typedef {import("puppeteer-core").Page} Page */
/** @typedef {import("puppeteer-core").BrowserContext} BrowserContext */

const SENTENCE = "今天天气很好。";

const { browser, site } = await chromium.forTests();

/**
 * @param {(open: (address: string) => Promise<Page>, context: BrowserContext) => Promise<void>} work Its pages have a
 *   storage of their own.
 * @param {() => void} [first] Runs in each page before all else.
 */
async function inContext(work, first) {
  const context = await browser.createBrowserContext();
  try {
    await work(async (address) => {
      const page = await context.newPage();
      if (first) await page.evaluateOnNewDocument(first);
      await page.goto(address);
      return page;
    }, context);
  } finally {
    await context.close();
  }
}

/** @param {Page} page */
async function untilKept(page) {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** @param {Page} page */
const whole = (page) => chromium.untilStatus(page, "语音已就绪");

/** @param {Page} page @param {string} text */
function untilText(page, text) {
  return page.waitForFunction(
    (text) => /** @type {HTMLTextAreaElement} */ (document.getElementById("text")).value === text,
    {},
    text,
  );
}

test("Chromium finds it installable below a sub-path, with icons and pictures of the sizes they claim", () =>
  inContext(async (open) => {
    const page = await open(site.url);
    await untilKept(page);
    const session = await page.createCDPSession();
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    // A context of its own counts as private browsing.
    assert.deepEqual(
      installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"),
      [],
    );
    const { url, data = "", errors } = await session.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
    const manifest = JSON.parse(data);
    assert.equal(new URL(manifest.start_url, url).href, site.url);
    assert.equal(new URL(manifest.scope, url).href, site.url);
    assert.equal(new URL(manifest.share_target.action, url).href, `${site.url}share`);
    for (const { src, sizes } of [...manifest.icons, ...manifest.screenshots])
      assert.equal(await page.evaluate(sizeOf, src), sizes, src);
  }));

/** Runs in the page. @param {string} src */
async function sizeOf(src) {
  if (src.endsWith(".svg")) return (await fetch(src)).ok ? "any" : "";
  const { width, height } = await createImageBitmap(await (await fetch(src)).blob());
  return `${width}x${height}`;
}

test("the page keeps itself and its engine, and no part of a voice", () =>
  inContext(async (open) => {
    const page = await open(site.url);
    await untilKept(page);
    const kept = await page.evaluate(async () => {
      const [name] = await caches.keys();
      const requests = await (await caches.open(name)).keys();
      return requests.map(({ url }) => url);
    });
    const files = kept.map((address) => address.replace(site.url, ""));
    const wasm = "pkg/hanvox_relaxed_bg.wasm";
    for (const file of ["index.html", "app/main.js", "lib/engine/worker.js", wasm, "pkg/lexicon.bin"])
      assert.ok(files.includes(file), file);
    assert.ok(!files.includes("pkg/hanvox_bg.wasm"), "the engine's code for browsers without relaxed SIMD");
    assert.deepEqual(
      files.filter((file) => /^(voices|screenshots)\//.test(file)),
      [],
    );
  }));

/** The files that a page keeps, below its address. @param {Page} page @returns {Promise<string[]>} */
async function keptFiles(page) {
  const addresses = await page.evaluate(async () => {
    const [name] = await caches.keys();
    return (await (await caches.open(name)).keys()).map(({ url }) => url);
  });
  return addresses.map((address) => address.replace(site.url, ""));
}

/** @param {string} file */
const isLater = (file) => /^(encoders|vendor)\//.test(file);

test("pdf.js and the encoders are kept once they were used, and all of them in idle time after the first visit", () =>
  inContext(async (open) => {
    const page = await open(site.url);
    await whole(page);
    await untilKept(page);
    assert.deepEqual((await keptFiles(page)).filter(isLater), []);
    const bytes = (/** @type {string} */ file) =>
      page.evaluate(async (file) => (await (await fetch(file)).arrayBuffer()).byteLength, file);
    const size = await bytes("encoders/flac.wasm");
    await page.waitForFunction(async () => (await caches.match("encoders/flac.wasm")) !== undefined);
    assert.deepEqual((await keptFiles(page)).filter(isLater), ["encoders/flac.wasm"]);
    await page.reload();
    await whole(page);
    const isKept = async () =>
      (await Promise.all(["encoders/opus.wasm", "vendor/pdf.worker.js"].map((file) => caches.match(file)))).every(
        Boolean,
      );
    await page.waitForFunction(isKept, { timeout: chromium.TIMEOUT_MS, polling: 500 });
    await page.setOfflineMode(true);
    assert.equal(await bytes("encoders/flac.wasm"), size);
    await chromium.drop(page, pdf([["离线也能打开。"]]), "书.pdf");
    await page.waitForFunction(() => document.getElementById("reading")?.textContent?.includes("离线也能打开"), {
      timeout: chromium.TIMEOUT_MS,
    });
  }));

test("a newer version waits until it is asked for, and comes with its own engine", async () => {
  const versions = await startVersions();
  await inContext(async (open) => {
    const page = await open(versions.url);
    await untilKept(page);
    await versions.publish("second");
    await page.reload();
    await page.waitForSelector("#update:not([hidden])");
    assert.equal(await page.title(), "first");
    // The engine of the version that is kept, though the server has another.
    await chromium.speak(page, SENTENCE);
    const other = await open(versions.url);
    await other.waitForSelector("#update:not([hidden])");
    await takeUpdate(page);
    assert.equal(await page.title(), "second");
    await whole(page);
    await chromium.speak(page, SENTENCE);
    // A page of the version before, whose files are gone now, can't start another engine.
    assert.equal(await other.title(), "first");
    assert.equal(await other.evaluate(startEngine), "version-mismatch");
    await takeUpdate(other);
    assert.equal(await other.title(), "second");
  });
  await versions.stop();
});

/** @param {Page} page */
async function takeUpdate(page) {
  // A page behind another has no frames to click in.
  await page.bringToFront();
  const loaded = page.waitForNavigation({ timeout: chromium.TIMEOUT_MS });
  await Promise.all([loaded, page.click("#update")]);
}

/** Runs in the page: the code of the error with which a new engine fails. */
async function startEngine() {
  const { Hanvox } = await import(new URL("lib/index.js", location.href).href);
  return Hanvox.from_pretrained().then(
    () => "started",
    (/** @type {{code: string}} */ { code }) => code,
  );
}

test("a version that can't be kept as a whole leaves the one before at work", async () => {
  const versions = await startVersions();
  await inContext(async (open) => {
    const page = await open(versions.url);
    await whole(page);
    await untilKept(page);
    await versions.publish("second");
    await writeFile(join(versions.folder, "app/view.js"), "// of another version\n");
    await page.reload();
    assert.equal(await page.evaluate(updateOutcome), "redundant");
    assert.equal(await page.$eval("#update", (button) => /** @type {HTMLElement} */ (button).hidden), true);
    assert.equal((await page.evaluate(() => caches.keys())).length, 1);
    await versions.stop();
    await page.reload();
    assert.equal(await page.title(), "first");
    await whole(page);
  });
});

/** Runs in the page: what becomes of the worker that the server has now. */
async function updateOutcome() {
  const registration = await navigator.serviceWorker.ready;
  /** @type {Promise<ServiceWorker>} */
  const found = new Promise((resolve) => {
    const look = () => registration.installing && resolve(registration.installing);
    registration.addEventListener("updatefound", look);
    look();
  });
  await registration.update().catch(() => {});
  const worker = await found;
  return new Promise((resolve) => {
    const look = () => worker.state !== "installing" && resolve(worker.state);
    worker.addEventListener("statechange", look);
    look();
  });
}

/** Runs in the page. */
function withoutServiceWorker() {
  Object.defineProperty(navigator, "serviceWorker", { value: undefined });
}

/** Runs in the page. */
function withServiceWorkerRefused() {
  navigator.serviceWorker.register = () => Promise.reject(new DOMException("refused", "SecurityError"));
}

for (const first of [withoutServiceWorker, withServiceWorkerRefused])
  test(`it speaks ${first.name.replace(/([A-Z])/g, " $1").toLowerCase()}`, () =>
    inContext(async (open) => {
      const page = await open(site.url);
      await whole(page);
      await chromium.speak(page, SENTENCE);
      assert.deepEqual(await page.evaluate(() => caches.keys()), []);
    }, first));

test("with no service worker an engine of another version is refused, and a press brings the newer page", async () => {
  const versions = await startVersions();
  await inContext(async (open) => {
    const page = await open(versions.url);
    await whole(page);
    await versions.publish("second");
    assert.equal(await page.evaluate(startEngine), "version-mismatch");
  }, withoutServiceWorker);
  await versions.stop();
});

for (const file of ["pkg/hanvox_relaxed_bg.wasm", "pkg/lexicon.bin", "pkg/hanvox.js"])
  test(`with ${file} of another version the page says so and offers to load it anew`, async () => {
    const versions = await startVersions();
    await inContext(async (open) => {
      const path = join(versions.folder, file);
      const first = await readFile(path);
      await versions.publish("second");
      // The lexicon is the same in both.
      await writeFile(path, file.endsWith(".bin") ? Buffer.concat([first, first]) : first);
      const page = await open(versions.url);
      assert.equal(await chromium.shownError(page), "version-mismatch");
      await page.waitForSelector("#update:not([hidden])");
      await versions.publish("third");
      await takeUpdate(page);
      assert.equal(await page.title(), "third");
      await whole(page);
    }, withoutServiceWorker);
    await versions.stop();
  });

/**
 * What the share sheet of the system does: a form is posted by none of our pages, and the browser goes where the
 * service worker sends it.
 * @param {Page} page
 * @param {Record<string, string | number[]>} fields Text, or the bytes of a file.
 */
async function share(page, fields) {
  await page.goto("about:blank");
  const submit = page.evaluate(submitForm, `${site.url}share`, fields);
  await Promise.all([page.waitForNavigation(), submit]);
}

/** Runs in the page. @param {string} action @param {Record<string, string | number[]>} fields */
function submitForm(action, fields) {
  const form = document.createElement("form");
  Object.assign(form, { action, method: "post", enctype: "multipart/form-data" });
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    Object.assign(input, { name, type: typeof value === "string" ? "text" : "file" });
    form.append(input);
    const transfer = new DataTransfer();
    if (typeof value === "string") input.value = value;
    else transfer.items.add(new File([new Uint8Array(value)], "text.txt"));
    if (typeof value !== "string") input.files = transfer.files;
  }
  document.body.append(form);
  form.submit();
}

test("shared text and files come into the page, and bytes that are no text are refused", () =>
  inContext(async (open) => {
    const page = await open(site.url);
    await untilKept(page);
    await share(page, { title: "标题", text: "分享的文字。", url: "https://example.org/" });
    await untilText(page, "标题\n分享的文字。");
    assert.equal(page.url(), site.url);
    // 你好 in GB18030.
    await share(page, { title: "", files: [0xc4, 0xe3, 0xba, 0xc3] });
    await untilText(page, "你好");
    assert.match(await page.$eval("#note", (note) => note.textContent ?? ""), /GB18030/);
    await share(page, { files: [0xff, 0xff, 0xff] });
    assert.equal(await chromium.shownError(page), "encoding-invalid");
    assert.equal((await page.evaluate(() => caches.keys())).length, 1);
  }));

test("the address gives a text, and the shortcuts the clipboard and the health panel", () =>
  inContext(async (open, context) => {
    const page = await open(`${site.url}?text=${encodeURIComponent("地址里的文字")}&voice=han`);
    await untilText(page, "地址里的文字");
    assert.equal(new URL(page.url()).search, "?voice=han");
    await context.overridePermissions(new URL(site.url).origin, ["clipboard-read", "clipboard-sanitized-write"]);
    await page.evaluate(() => navigator.clipboard.writeText("剪贴板里的文字"));
    await page.goto(`${site.url}?clipboard`);
    await untilText(page, "剪贴板里的文字");
    await page.goto(`${site.url}?open=health`);
    await page.waitForSelector("dialog#health[open]");
  }));

/** Runs in the page before all else: keeps what is told to the system's media controls. */
function recordMedia() {
  const session = navigator.mediaSession;
  const media = { handlers: /** @type {Record<string, unknown>} */ ({}), positions: /** @type {number[]} */ ([]) };
  Object.assign(globalThis, { media });
  session.setActionHandler = (name, handler) => void (media.handlers[name] = handler);
  session.setPositionState = (state) => void media.positions.push(state?.position ?? 0);
}

/** @param {Page} page */
function mediaOf(page) {
  return page.evaluate(() => {
    const { handlers } = /** @type {any} */ (globalThis).media;
    const { metadata, playbackState } = navigator.mediaSession;
    const names = Object.keys(handlers).filter((name) => handlers[name]);
    return { title: metadata?.title ?? "", state: playbackState, names };
  });
}

/** Presses a key of the system's. @param {Page} page @param {string} name */
function press(page, name) {
  return page.evaluate((name) => /** @type {any} */ (globalThis).media.handlers[name](), name);
}

test("the system's media keys and the page's button pause, resume and stop the speech", () =>
  inContext(async (open) => {
    const page = await open(site.url);
    await whole(page);
    await chromium.type(page, SENTENCE.repeat(20));
    await page.click("#speak");
    await chromium.untilStatus(page, "正在朗读");
    const playing = await mediaOf(page);
    assert.ok(playing.title.startsWith(SENTENCE) && playing.title.length <= 60);
    assert.deepEqual(
      [playing.state, playing.names],
      ["playing", ["play", "pause", "stop", "previoustrack", "nexttrack"]],
    );
    await press(page, "pause");
    await chromium.untilStatus(page, "已暂停");
    assert.equal((await mediaOf(page)).state, "paused");
    const position = () => page.evaluate(() => /** @type {any} */ (globalThis).media.positions.at(-1));
    const held = await position();
    await page.waitForFunction((count) => /** @type {any} */ (globalThis).media.positions.length >= count, {}, 3);
    assert.ok(Math.abs((await position()) - held) < 0.01);
    await press(page, "play");
    await chromium.untilStatus(page, "正在朗读");
    await page.click("#speak");
    await chromium.untilStatus(page, "已暂停");
    await page.click("#speak");
    await chromium.untilStatus(page, "正在朗读");
    await press(page, "stop");
    await chromium.untilStatus(page, "已停止");
    assert.deepEqual(await mediaOf(page), { title: "", state: "none", names: [] });
    assert.equal(await page.$eval("body", ({ dataset }) => dataset.playing), "none");
  }, recordMedia));

/** Runs in the page before all else. */
function recordViolations() {
  const violations = /** @type {string[]} */ ([]);
  Object.assign(globalThis, { violations });
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    violations.push(`${violatedDirective} ${blockedURI}`),
  );
}

test("no step of a visit asks another host or breaks the content security policy", () =>
  inContext(async (open, context) => {
    /** @type {string[]} */
    const asked = [];
    context.on("targetcreated", async (target) => {
      const page = await target.page();
      page?.on("request", (request) => asked.push(request.url()));
    });
    const page = await open(site.url);
    await whole(page);
    await untilKept(page);
    await chromium.speak(page, SENTENCE);
    await chromium.exportWav(page, await temporaryFolder());
    await page.click("#health-open");
    await page.waitForSelector("dialog#health[open]");
    for (const tab of await page.$$("dialog#health [role=tab]")) await tab.click();
    await page.reload();
    await whole(page);
    await page.evaluate(() => fetch("healthz").then((response) => response.text()));
    const { origin } = new URL(site.url);
    assert.ok(asked.length > 20, `${asked.length} requests`);
    assert.deepEqual(
      asked.filter((address) => new URL(address).origin !== origin),
      [],
    );
    assert.deepEqual(await page.evaluate(() => /** @type {any} */ (globalThis).violations), []);
    const policy = await page.$eval("meta[http-equiv=Content-Security-Policy]", (meta) => meta.getAttribute("content"));
    assert.deepEqual(policy?.match(/unsafe-\w+|\*|https?:|data:/g), ["unsafe-eval"]);
    assert.ok(policy?.includes("'wasm-unsafe-eval'") && !policy.includes(" 'unsafe-eval'"));
  }, recordViolations));
