/** What every benchmark in a browser needs: onnxruntime-web, a page with a script, and the processor time it takes. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/steps.mjs";

const ORT = join(ROOT, "tests/bench/ort");

/** The files of onnxruntime-web, by the name that a page asks for. Fetches them the first time. */
export function onnxruntimeWeb() {
  if (!existsSync(join(ORT, "node_modules"))) fetchOrt();
  const dist = join(ORT, "node_modules/onnxruntime-web/dist");
  return { "ort.js": join(dist, "ort.wasm.bundle.min.mjs"), "ort.wasm": join(dist, "ort-wasm-simd-threaded.wasm") };
}

function fetchOrt() {
  const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status, error } = spawnSync("npm", words, { cwd: ORT, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw error ?? new Error("onnxruntime-web could not be fetched");
}

/**
 * A fresh page with what `script` exports as `bench`.
 * @param {import("puppeteer-core").Browser} browser
 * @param {string} origin
 * @param {string} script
 */
export async function openBench(browser, origin, script) {
  const page = await browser.newPage();
  await page.goto(`${origin}/index.html`);
  await page.evaluate(async (script) => {
    Object.assign(globalThis, { bench: await import(`${location.origin}/${script}`) });
  }, script);
  const session = await page.createCDPSession();
  await session.send("Performance.enable");
  return {
    page,
    /** Seconds of the page's whole process so far, in steps of 0.01. */
    async clock() {
      const { metrics } = await session.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "ProcessTime")?.value ?? NaN;
    },
    /** @param {string} name @param {...unknown} words @returns {Promise<any>} */
    call: (name, ...words) => page.evaluate(`bench.${name}(${words.map((word) => JSON.stringify(word)).join(", ")})`),
  };
}
