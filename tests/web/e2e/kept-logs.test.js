import assert from "node:assert/strict";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serveFolder } from "../../../www/bin/static-files.js";
import { launch } from "../support/browser.js";
import { temporaryFolder } from "../support/folder.js";

const LIB = fileURLToPath(new URL("../../../www/lib", import.meta.url));
const PAGE = `<!doctype html><meta charset="utf-8"><script type="module">
  import { Diagnostics } from "./lib/diagnostics/diagnostics.js";
  import { HanvoxError } from "./lib/shared/errors.js";
  globalThis.HanvoxError = HanvoxError;
  globalThis.diagnostics = await Diagnostics.create({ console: false });
</script>`;

/** @type {import("node:http").Server} */
let server;
/** @type {string} */
let url;

before(async () => {
  const folder = await temporaryFolder();
  await symlink(LIB, join(folder, "lib"));
  await writeFile(join(folder, "index.html"), PAGE);
  server = await serveFolder(folder, 0);
  url = `http://localhost:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/index.html`;
});

after(() => server.close());

/** @param {import("puppeteer-core").Browser} browser */
async function openPage(browser) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction("globalThis.diagnostics");
  return page;
}

/** Messages of the kept records. @param {import("puppeteer-core").Page} page */
function kept(page) {
  return page.evaluate(async () => {
    const records = await /** @type {any} */ (globalThis).diagnostics.store.all();
    return records.map((/** @type {any} */ { message }) => message);
  });
}

/** @param {import("puppeteer-core").Page} page @param {string} message */
function fail(page, message) {
  return page.evaluate((text) => {
    const { diagnostics, HanvoxError } = /** @type {any} */ (globalThis);
    diagnostics.log.write("info", `before ${text}`);
    diagnostics.handle(new HanvoxError("network", text));
  }, message);
}

test("logs of two tabs survive a reload, a crashed tab and a killed browser", async () => {
  const profile = await temporaryFolder();
  const first = await launch(profile);
  const [one, other] = [await openPage(first), await openPage(first)];
  await one.evaluate(() => /** @type {any} */ (globalThis).diagnostics.log.write("info", "pending at the reload"));
  await one.reload();
  await one.waitForFunction("globalThis.diagnostics");
  assert.deepEqual(await kept(one), ["pending at the reload"]);
  await fail(one, "一");
  await fail(other, "二");
  const expected = ["pending at the reload", "before 一", "一", "before 二", "二"];
  // Only as long as the transactions take: nothing asks the store.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await one.goto("chrome://crash").catch(() => {});
  assert.deepEqual(await kept(other), expected);
  first.process()?.kill("SIGKILL");
  await new Promise((resolve) => first.process()?.once("exit", resolve));

  const second = await launch(profile);
  try {
    assert.deepEqual(await kept(await openPage(second)), expected);
  } finally {
    await second.close();
  }
});

test("the export is gzip that reads as the records, and clearing leaves nothing", async () => {
  const browser = await launch(await temporaryFolder());
  try {
    const page = await openPage(browser);
    await fail(page, "可读");
    const text = await page.evaluate(async () => {
      const { store } = /** @type {any} */ (globalThis).diagnostics;
      const blob = await store.exportNdjson({ gzip: true });
      return new Response(blob.stream().pipeThrough(new DecompressionStream("gzip"))).text();
    });
    const lines = text.trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).message),
      ["before 可读", "可读"],
    );
    assert.ok(lines[1].includes("可读"));
    await page.evaluate(() => /** @type {any} */ (globalThis).diagnostics.store.clear());
    assert.deepEqual(await kept(page), []);
  } finally {
    await browser.close();
  }
});
