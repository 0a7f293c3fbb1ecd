/**
 * `node scripts/pictures.mjs`: retakes the screenshots in docs/ and www/screenshots/ from the build in dist/. It needs
 * Chromium and a font with Chinese characters (Debian: fonts-noto-cjk).
 */
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { serveFolder } from "../www/bin/static-files.js";
import { chromium } from "./programs.mjs";
import { ROOT, say } from "./steps.mjs";

const TEXT = "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。";
const PICTURES = [
  { file: "docs/page.png", width: 1100, height: 800, fullPage: true, top: "body" },
  { file: "www/screenshots/wide.png", width: 1280, height: 800, fullPage: false, top: "body" },
  { file: "www/screenshots/narrow.png", width: 390, height: 844, fullPage: false, top: "main" },
];

const server = await serveFolder(join(ROOT, "dist"), 0);
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const browser = await puppeteer.launch({ executablePath: await chromium(), args: ["--no-sandbox"] });
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
async function take({ file, width, height, fullPage, top }) {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  await page.goto(`http://localhost:${port}/`);
  await page.waitForFunction(() => document.getElementById("status")?.textContent === "语音已就绪");
  await page.$eval(
    "textarea",
    (area, text) => {
      area.value = text;
      area.dispatchEvent(new Event("input"));
    },
    TEXT,
  );
  await page.select("#emotion", "happy");
  await page.$eval(top, (element) => element.scrollIntoView());
  await page.$eval("#speak", (button) => /** @type {HTMLElement} */ (button).click());
  await page.waitForSelector("#reading:not([hidden])");
  await page.waitForFunction(() => Number(document.querySelector("progress")?.position) > 0.3);
  await page.screenshot({ path: /** @type {`${string}.png`} */ (join(ROOT, file)), fullPage });
  await page.close();
  say(`✓ ${file}`);
}
