/** A page for measurements: our builds, onnxruntime-web, voices, and the processor time that a call in it takes. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "../../scripts/programs.mjs";
import { ROOT } from "../../scripts/steps.mjs";
import { serveFolder } from "../../www/bin/static-files.js";
import { launch } from "../web/support/browser.js";
import { temporaryFolder } from "../web/support/folder.js";
import { onnxruntimeWeb, openBench } from "./bench-page.mjs";

/** @typedef {Awaited<ReturnType<typeof openPage>>} OpenPage */

const BENCH = join(ROOT, "tests/bench");
const SCRIPTS = ["compare-page.js", "compare-chains.js", "peak.js"];

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
  const root = await temporaryFolder();
  /** @type {Record<string, string>} */
  const links = {
    ...onnxruntimeWeb(),
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

/** @param {import("puppeteer-core").Browser} browser @param {string} origin */
async function openPage(browser, origin) {
  const { page, clock, call } = await openBench(browser, origin, "compare-page.js");
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
