/** What a first visit to the built page asks of a server: how many requests, and how many bytes. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { serveFolder } from "../../../www/bin/static-files.js";
import * as chromium from "../support/browser.js";
import { temporaryFolder } from "../support/folder.js";

const DIST = fileURLToPath(new URL("../../../dist", import.meta.url));
const MOST_REQUESTS = 40;
// The engine's code is not counted: tests have a build for daily work, which is larger than what is published.
const CODE = /^pkg\/.*\.wasm$/;
const MOST_BYTES = 1_400_000;

/** The built page, with a list of what was asked for. */
async function recordingSite() {
  const server = await serveFolder(DIST, 0);
  const asked = /** @type {string[]} */ ([]);
  server.prependListener("request", ({ url = "" }) => asked.push(url.slice(1).split("?")[0] || "index.html"));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { server, asked, url: `http://localhost:${port}/` };
}

/** Bytes of a file as a host sends it. @param {string} file */
async function compressed(file) {
  return gzipSync(await readFile(join(DIST, file))).length;
}

test("a first visit asks for few files, and few bytes beside the voice", async () => {
  const { server, asked, url } = await recordingSite();
  const browser = await chromium.launch(await temporaryFolder());
  try {
    const { page } = await chromium.openPage(browser);
    await page.goto(url);
    await chromium.untilStatus(page, "语音已就绪");
    // With what is kept for visits offline.
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const files = asked.filter((file) => !file.startsWith("voices/"));
    assert.ok(asked.length > files.length, "the voice was asked for");
    assert.ok(files.length <= MOST_REQUESTS, `${files.length} requests: ${files.join(", ")}`);
    // What the worker keeps was loaded just before, and a browser would ask whether it has changed; each counts in full.
    const sizes = await Promise.all([...new Set(files)].filter((file) => !CODE.test(file)).map(compressed));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(bytes <= MOST_BYTES, `${bytes} bytes compressed`);
    console.log(`${files.length} requests, ${new Set(files).size} files, ${bytes} bytes compressed`);
  } finally {
    await browser.close();
    server.close();
  }
});
