/**
 * The demonstration voice in a real Chromium on one thread: `npm run bench:sambert [-- --layers]`, after
 * `npm run build`. Seconds of CPU of the whole renderer process; contestants take turns. The vocoder runs beside
 * onnxruntime-web on the same net and the same windows; `--layers` tells instead what each group of layers costs in
 * both.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { serveFolder } from "../../www/bin/static-files.js";
import { DEMO_VOICES, makeDemoVoices } from "../../scripts/demo-voice.mjs";
import { ROOT } from "../../scripts/steps.mjs";
import { launch } from "../web/support/browser.js";
import { temporaryFolder } from "../web/support/folder.js";
import { onnxruntimeWeb, openBench } from "./bench-page.mjs";
import * as inPage from "./sambert-page.js";
import { spelled, spread } from "./statistics.mjs";

const CUTS = join(ROOT, "tests/bench/sambert-cuts.py");
const VOICES = ["demo_random", "demo_random_causal"];
const LAYER_FRAMES = 82;
const CONTESTANTS = ["cutHere", "cutOrt"];
const WARM_UP = 4;

const { values: options } = parseArgs({
  options: { layers: { type: "boolean" }, pkg: { type: "string" }, rounds: { type: "string", default: "7" } },
});
const ROUNDS = Number(options.rounds);
if (!existsSync(DEMO_VOICES)) makeDemoVoices();

const root = await temporaryFolder();
await mkdir(join(root, "cuts"));
await symlink(options.pkg ?? join(ROOT, "www/pkg"), join(root, "pkg"));
await symlink(join(ROOT, "www/pkg/lexicon.bin"), join(root, "lexicon.bin"));
await symlink(DEMO_VOICES, join(root, "voices"));
for (const [name, path] of Object.entries(onnxruntimeWeb())) await symlink(path, join(root, name));
await symlink(join(ROOT, "tests/bench/sambert-page.js"), join(root, "sambert-page.js"));
await writeFile(join(root, "index.html"), "<!doctype html><title>bench</title>");
const server = await serveFolder(root, 0);
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const browser = await launch(await temporaryFolder());
try {
  console.log(`${await browser.version()}, ${ROUNDS} rounds: median (least to most)`);
  if (options.layers) await layers(VOICES[0]);
  else for (const voice of VOICES) await compare(voice);
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}

/** @param {string} voice */
async function compare(voice) {
  const { page, seconds } = await open();
  const load = await seconds("load", voice);
  /** @type {Record<string, number[]>} */
  const spent = { acoustic: [], vocoder: [], ort: [] };
  for (const name of Object.keys(spent)) await seconds(name);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, all] of Object.entries(spent)) all.push(await seconds(name));
  }
  const facts = /** @type {ReturnType<typeof inPage.facts>} */ (await page.evaluate("bench.facts()"));
  const { symbols, frames, audio, windows, difference, memory } = facts;
  await page.close();
  console.log(`\n${voice}: ${symbols} symbols, ${frames} frames, ${(frames / symbols).toFixed(1)} a symbol`);
  console.log(`fed windows: ${windows.join(", ")} frames`);
  console.log(`largest difference of the samples: ${difference.toExponential(1)}`);
  console.log(`load ${load.toFixed(2)} s of CPU, wasm memory ${(memory / 1e6).toFixed(0)} MB`);
  report(
    "acoustic model, RTF",
    spent.acoustic.map((s) => s / audio),
  );
  report(
    "vocoder, RTF",
    spent.vocoder.map((s) => s / audio),
  );
  report(
    "vocoder in onnxruntime-web, RTF",
    spent.ort.map((s) => s / audio),
  );
  report(
    "vocoder / onnxruntime-web",
    spent.vocoder.map((s, round) => s / spent.ort[round]),
  );
}

/**
 * What a group costs is the difference between the net cut after it and the net cut before it.
 * @param {string} voice
 */
async function layers(voice) {
  const python = join(ROOT, process.platform === "win32" ? ".venv/Scripts/python.exe" : ".venv/bin/python");
  const words = [CUTS, join(DEMO_VOICES, voice, "vocoder.onnx"), join(root, "cuts")];
  /** @type {string[]} */
  const names = JSON.parse(output(python, words));
  console.log(`\nlayers of ${voice}, ${LAYER_FRAMES} frames, RTF: ours, onnxruntime-web's`);
  // One page for all, warmed up with the whole net, so that the browser has compiled both engines in full.
  const { seconds } = await open();
  await seconds("loadCut", voice, names.length - 1, LAYER_FRAMES);
  for (let run = 0; run < WARM_UP; run += 1) for (const contestant of CONTESTANTS) await seconds(contestant);
  let before = [0, 0];
  for (const [index, name] of names.entries()) {
    await seconds("loadCut", voice, index, LAYER_FRAMES);
    /** @type {[number[], number[]]} */
    const spent = [[], []];
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [at, contestant] of CONTESTANTS.entries()) {
        const time = await seconds(contestant);
        if (round > 0) spent[at].push(time);
      }
    }
    const audio = LAYER_FRAMES / inPage.FRAMES_PER_SECOND;
    const after = spent.map((all) => spread(all).median / audio);
    console.log(`${name}: ${after.map((value, at) => (value - before[at]).toFixed(3)).join(", ")}`);
    before = after;
  }
  console.log(`all: ${before.map((value) => value.toFixed(3)).join(", ")}`);
}

/** A fresh page, and what a call of its bench costs: seconds of CPU of its process. */
async function open() {
  const { page, clock, call } = await openBench(browser, `http://127.0.0.1:${port}`, "sambert-page.js");
  /** @param {string} name @param {...unknown} words */
  const seconds = async (name, ...words) => {
    const start = await clock();
    await call(name, ...words);
    return (await clock()) - start;
  };
  return { page, seconds };
}

/**
 * What a program prints.
 * @param {string} program
 * @param {string[]} words
 */
function output(program, words) {
  const { status, error, stdout } = spawnSync(program, words, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw error ?? new Error(`${program} ended with ${status}`);
  return stdout;
}

/** @param {string} what @param {number[]} values */
function report(what, values) {
  console.log(`${what}: ${spelled(spread(values), 3)}`);
}
