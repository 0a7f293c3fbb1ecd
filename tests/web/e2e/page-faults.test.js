/** Engines that fail for real in a real browser: each request ends with sound or with an error, and the next speaks. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage, startSite } from "../support/browser.js";
import { faultWords } from "../support/faults.js";
import { temporaryFolder } from "../support/folder.js";

const HEALTHY = "今天天气很好。";
const CHUNK_MS = 3000;

/** @type {import("puppeteer-core").Browser} */
let browser;
/** @type {Awaited<ReturnType<typeof startSite>>} */
let site;
/** @type {import("puppeteer-core").Page} */
let page;

before(async () => {
  browser = await launch(await temporaryFolder());
  site = await startSite();
  await site.spoilEngine();
  ({ page } = await openPage(browser));
  await page.goto(`${site.url}manifest.webmanifest`);
  await page.evaluate(load, CHUNK_MS);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

/** Runs in the page. @param {number} chunk_ms */
async function load(chunk_ms) {
  const { Hanvox } = await import(new URL("lib/index.js", location.href).href);
  const voices = new URL("fixture-voices/", location.href).href;
  Object.assign(globalThis, { tts: await Hanvox.from_pretrained("tone", { voices, limits: { chunk_ms } }) });
}

/** Seconds of sound, or the code of the error. @param {string} text @returns {Promise<number | string>} */
function speak(text) {
  return page.evaluate(
    (text) =>
      /** @type {any} */ (globalThis).tts.generate(text).then(
        (/** @type {any} */ { audio, sampling_rate }) => audio.length / sampling_rate,
        (/** @type {any} */ { code }) => code,
      ),
    text,
  );
}

for (const { kind, code } of /** @type {const} */ ([
  { kind: "trap", code: "engine-crashed" },
  { kind: "unreachable", code: "out-of-memory" },
  { kind: "hang", code: "synthesis-timeout" },
  { kind: "death", code: "synthesis-timeout" }, // A browser's worker that closes itself is not heard of again.
  { kind: "no-samples", code: "output-invalid" },
  { kind: "nothing", code: "output-invalid" },
])) {
  test(`${kind} gives ${code}, a second try mends what heals, and the next request speaks`, async () => {
    const usual = await speak(HEALTHY);
    assert.ok(Number(usual) > 1);
    assert.equal(await speak(`${HEALTHY}${faultWords(kind)}。`), code);
    assert.equal(await speak(HEALTHY), usual);
    const mended = await speak(`${HEALTHY}${faultWords(kind, { heals: true })}。`);
    assert.ok(Number(mended) > Number(usual), `${mended}`);
  });
}
