/**
 * `node scripts/pictures.mjs`: retakes the screenshots in docs/ and www/screenshots/ from the build in dist/. It needs
 * Chromium and a font with Chinese characters (Debian: fonts-noto-cjk).
 */
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { serveFolder } from "../www/bin/static-files.js";
import { chromium } from "./programs.mjs";
import { ROOT, say } from "./steps.mjs";

const TEXT = `春天来了，公园里的花都开了。小明和妈妈一起去看花，他们走了很久，终于看到了一片樱花林。
“真漂亮啊！”小明说。风一吹，花瓣像雪一样落下来，落在他的头发上，也落在妈妈的肩上。
他们在树下坐了一个下午。回家的路上，小明问：“明年我们还来吗？”妈妈笑着说：“当然来。”`;
// What is heard then stands in the middle of the picture.
const HEARD = "樱花";
const PICTURES = [
  { file: "docs/page.png", width: 1100, height: 720 },
  { file: "www/screenshots/wide.png", width: 1280, height: 800 },
  { file: "www/screenshots/narrow.png", width: 390, height: 844 },
];

const server = await serveFolder(join(ROOT, "dist"), 0);
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const browser = await puppeteer.launch({
  executablePath: await chromium(),
  args: ["--no-sandbox", "--accept-lang=zh-CN"],
});
try {
  for (const picture of PICTURES) await take(picture);
} finally {
  await browser.close();
  server.close();
}

/**
 * Takes a screenshot of the page while it speaks.
 * @param {typeof PICTURES[number]} picture
 */
async function take({ file, width, height }) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width, height });
  await page.goto(`http://localhost:${port}/`);
  await page.waitForFunction(() => document.getElementById("status")?.textContent === "语音已就绪");
  await page.$eval(
    "textarea",
    (area, text) => {
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    },
    TEXT,
  );
  await page.click("#pinyin");
  await page.waitForSelector("#reading ruby");
  await page.click("#next");
  await page.click("#speak");
  await page.waitForFunction(isHeard, { timeout: 60_000 }, HEARD);
  await page.screenshot({ path: /** @type {`${string}.png`} */ (join(ROOT, file)) });
  await context.close();
  say(`✓ ${file}`);
}

/** Runs in the page. @param {string} characters */
function isHeard(characters) {
  return [...(CSS.highlights.get("now") ?? [])].some((range) => characters.includes(String(range)));
}
