/** A page for measurements: our builds, onnxruntime-web, voices, and the processor time that a call in it takes. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "../../scripts/programs.mjs";
import { ROOT } from "../../scripts/steps.mjs";
import { serveFolder } from "../../www/bin/static-files.js";
import { launch } from "../web/support/browser.js";
import { temporaryFolder } from "../web/support/folder.js";

/** @typedef {Awaited<ReturnType<typeof openPage>>} OpenPage */

const BENCH = join(ROOT, "tests/bench");
const ORT = join(BENCH, "ort");
const SCRIPTS = ["compare-page.js", "compare-chains.js"];

/**
 * @param {Record<string, string>} builds Folders with `hanvox.js` and its wasm, by name.
 * @param {Record<string, string>} voices Folders, by name.
 */
export async function openSite(builds, voices) {
  const server = await serveFolder(await folder(builds, voices), 0);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  process.env.CHROMIUM ??= await chromium();
  const browser = await launch(await temporaryFolder());
  return {
    version: await browser.version(),
    page: () => openPage(browser, `http://127.0.0.1:${port}`),
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** @param {Record<string, string>} builds @param {Record<string, string>} voices */
async function folder(builds, voices) {
  fetchOrt();
  const root = await temporaryFolder();
  const dist = join(ORT, "node_modules/onnxruntime-web/dist");
  /** @type {Record<string, string>} */
  const links = {
    "ort.js": join(dist, "ort.wasm.bundle.min.mjs"),
    "ort.wasm": join(dist, "ort-wasm-simd-threaded.wasm"),
    "lexicon.bin": join(ROOT, "models/lexicon/lexicon.bin"),
  };
  for (const script of SCRIPTS) links[script] = join(BENCH, script);
  for (const [name, path] of Object.entries(builds)) links[`builds/${name}`] = path;
  for (const [name, path] of Object.entries(voices)) links[`voices/${name}`] = path;
  for (const name of ["builds", "voices"]) await mkdir(join(root, name));
  for (const [name, path] of Object.entries(links)) await symlink(path, join(root, name));
  await writeFile(join(root, "index.html"), "<!doctype html><title>bench</title>");
  return root;
}

function fetchOrt() {
  if (existsSync(join(ORT, "node_modules"))) return;
  const { status, error } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: ORT,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw error ?? new Error("onnxruntime-web could not be fetched");
}

/** @param {import("puppeteer-core").Browser} browser @param {string} origin */
async function openPage(browser, origin) {
  const page = await browser.newPage();
  await page.goto(`${origin}/index.html`);
  await page.evaluate(async () => {
    Object.assign(globalThis, { bench: await import(`${location.origin}/compare-page.js`) });
  });
  const session = await page.createCDPSession();
  await session.send("Performance.enable");
  const clock = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "ProcessTime")?.value ?? NaN;
  };
  /** @param {string} name @param {...unknown} words @returns {Promise<any>} */
  const call = (name, ...words) =>
    page.evaluate(`bench.${name}(${words.map((word) => JSON.stringify(word)).join(", ")})`);
  return {
    call,
    close: () => page.close(),
    /**
     * Seconds of the whole process and of the clock for a run of a case; the process's clock has steps of 0.01.
     * @param {string} name
     * @param {number} times
     */
    async measure(name, times) {
      const start = await clock();
      const wall = /** @type {number} */ (await call("run", name, times));
      return { cpu: (await clock()) - start, wall };
    },
  };
}
