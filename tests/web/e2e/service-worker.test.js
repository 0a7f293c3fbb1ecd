import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as chromium from "../support/browser.js";
import { temporaryFolder } from "../support/folder.js";

/** @type {import("puppeteer-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof chromium.startSite>>} */
let site;

before(async () => {
  site = await chromium.startSite();
  browser = await chromium.launch(await temporaryFolder());
});

after(async () => {
  await browser.close();
  await site.stop();
});

const SPEECH = { method: "POST", headers: { "Content-Type": "application/json" } };

test("a script of the page fetches speech, health and metrics with no server", async () => {
  const { page } = await chromium.openPage(browser);
  const own = await chromium.startSite();
  await page.goto(own.url);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.evaluate(serveFake);
  await own.stop();
  console.error(await page.evaluate(async (init) => {
    const r = await fetch("tts", { ...init, body: JSON.stringify({ text: "好" }) });
    return [r.status, [...r.headers], (await r.arrayBuffer()).byteLength];
  }, SPEECH));
  console.error(await page.evaluate(async (init) => {
    const r = await fetch("tts", { ...init, body: JSON.stringify({ text: "endless", stream: true }) });
    const reader = r.body.getReader();
    await reader.read();
    await reader.read();
    await reader.cancel();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return globalThis.opened;
  }, SPEECH));
  console.error(await page.evaluate(async (init) => {
    const c = new AbortController();
    const r = await fetch("tts", { ...init, signal: c.signal, body: JSON.stringify({ text: "endless", stream: true }) });
    c.abort();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return globalThis.opened;
  }, SPEECH));
  console.error(await page.evaluate(async (init) => {
    const c = new AbortController();
    const r = fetch("tts", { ...init, signal: c.signal, body: JSON.stringify({ text: "endless" }) }).catch(e => String(e));
    await new Promise((resolve) => setTimeout(resolve, 400));
    c.abort();
    await new Promise((resolve) => setTimeout(resolve, 400));
    return [await r, globalThis.opened];
  }, SPEECH));
  console.error(await page.evaluate(async () => {
    const out = [];
    for (const p of ["healthz", "voices", "metrics"]) { const r = await fetch(p); out.push([r.status, r.headers.get("content-type"), await r.text()]); 
      const h = await fetch(p, {method: "HEAD"}); out.push([h.status, await h.text()]); }
    return out;
  }));
});

async function serveFake() {
  const { createApi } = await import(new URL("lib/api.js", location.href).href);
  const { serveFetches } = await import(new URL("lib/serve-fetches.js", location.href).href);
  globalThis.opened = 0;
  const tts = {
    voice: { id: "fake" },
    open: async (text, { signal }) => {
      globalThis.opened += 1;
      const w = (async function* () {
        try {
          for (let i = 0; text === "endless" || i < 3; i += 1) {
            yield { pcm: new Uint8Array(1000) };
            await new Promise((resolve) => setTimeout(resolve, 10));
            signal.throwIfAborted();
          }
        } finally { globalThis.opened -= 1; }
      })();
      return Object.assign(w, { request: "r", header: new Uint8Array(44), end: { header: new Uint8Array(44) } });
    },
  };
  const diagnostics = { handle: (e) => e, log: { write() {} }, metrics: { add() {}, observe() {}, text: async () => "x 1\n" } };
  serveFetches(createApi({ tts, diagnostics, base: new URL(".", location.href).pathname }));
}

test("no page with an engine: loading", async () => {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.goto(site.url);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await new Promise((resolve) => setTimeout(resolve, 500));
  console.error(await page.evaluate(async () => {
    const t = performance.now();
    const r = await fetch("healthz"); return [r.status, await r.json(), performance.now() - t];
  }));
  await context.close();
});
