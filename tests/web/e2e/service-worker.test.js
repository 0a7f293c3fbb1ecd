import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODES } from "../../../www/lib/shared/codes.js";
import * as chromium from "../support/browser.js";
import { temporaryFolder } from "../support/folder.js";
import { assertSpeech, readWav } from "../support/wav.js";

/** @typedef {import("puppeteer-core").Page} Page */

/** @type {import("puppeteer-core").Browser} */
let browser;

before(async () => {
  browser = await chromium.launch(await temporaryFolder());
});

after(() => browser.close());

/** A page that has its engine, and whose server is gone. */
async function startPage() {
  const site = await chromium.startSite();
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.goto(site.url);
  await chromium.untilStatus(page, "语音已就绪");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await site.stop();
  return { page, context, url: site.url };
}

/**
 * What a script of the page gets; a binary body as base64.
 * @param {Page} page
 * @param {string} path
 * @param {RequestInit} [init]
 */
function fetchIn(page, path, init) {
  return page.evaluate(
    async (path, init) => {
      const response = await fetch(path, init);
      const bytes = new Uint8Array(await response.arrayBuffer());
      let binary = "";
      for (const byte of bytes) binary += String.fromCharCode(byte);
      return { status: response.status, headers: [...response.headers], base64: btoa(binary) };
    },
    path,
    /** @type {any} */ (init),
  );
}

/** @param {{base64: string}} answer */
const bytesOf = ({ base64 }) => new Uint8Array(Buffer.from(base64, "base64"));

/** @param {{base64: string}} answer */
const jsonOf = (answer) => JSON.parse(new TextDecoder().decode(bytesOf(answer)));

/** @param {Record<string, unknown>} fields */
const speech = (fields) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(fields),
});

test("with no server a script of the page fetches speech and all there is besides", async () => {
  const { page, context } = await startPage();
  const whole = await fetchIn(page, "tts", speech({ text: "今天天气很好。" }));
  assert.equal(whole.status, 200);
  const headers = new Headers(/** @type {any} */ (whole.headers));
  assert.equal(headers.get("content-type"), "audio/wav");
  assert.equal(headers.get("content-disposition"), `attachment; filename="synthesized.wav"`);
  assert.equal(headers.get("content-length"), String(bytesOf(whole).length));
  assertSpeech(readWav(bytesOf(whole)), 6);

  const form = { method: "POST", body: "text=%E4%BD%A0%E5%A5%BD&stream=1" };
  const type = { headers: { "Content-Type": "application/x-www-form-urlencoded" } };
  const streamed = await fetchIn(page, "synthesize", { ...form, ...type });
  assert.equal(streamed.status, 200);
  assert.ok(bytesOf(streamed).length > 10_000);

  const refused = await fetchIn(page, "tts", speech({ text: " " }));
  assert.deepEqual([refused.status, jsonOf(refused).code], [400, "empty-text"]);
  assert.deepEqual(jsonOf(await fetchIn(page, "healthz")), { status: "ok", voice: "han" });
  assert.equal(jsonOf(await fetchIn(page, "voices")).voices[0].id, "han");
  assert.deepEqual(bytesOf(await fetchIn(page, "healthz", { method: "HEAD" })).length, 0);
  const metrics = new TextDecoder().decode(bytesOf(await fetchIn(page, "metrics")));
  assert.match(metrics, /^hanvox_http_requests_total\{route="tts",status="200"\} 1$/m);
  await context.close();
});

test("a script that leaves a stream ends its speech", async () => {
  const { page, context } = await startPage();
  await page.evaluate(
    async (init) => {
      const response = await fetch("tts", init);
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.read();
      await reader?.cancel();
    },
    speech({ text: "今天天气很好。".repeat(200), stream: true }),
  );
  await page.waitForFunction(async () => /^hanvox_requests_in_flight 0$/m.test(await (await fetch("metrics")).text()));
  assert.equal((await fetchIn(page, "tts", speech({ text: "你好。" }))).status, 200);
  await context.close();
});

test("a page without an engine is answered by another, and alone is told to come again", async () => {
  const { page, context, url } = await startPage();
  const other = await context.newPage();
  await other.goto(new URL("app/style.css", url).href);
  assert.equal((await fetchIn(other, "../tts", speech({ text: "你好。" }))).status, 200);
  await page.close();
  const alone = await fetchIn(other, "../tts", speech({ text: "你好。" }));
  const { code, level, advice, request } = jsonOf(alone);
  assert.deepEqual([alone.status, code, level], [503, "loading", "warning"]);
  assert.equal(advice, CODES.loading.advice);
  assert.ok(request);
  assert.equal(new Headers(/** @type {any} */ (alone.headers)).get("retry-after"), "2");
  await context.close();
});
