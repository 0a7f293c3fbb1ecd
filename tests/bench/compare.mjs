/**
 * `npm run bench` after `npm run build`: our engine and onnxruntime-web on the same nets and inputs, in turn, in one
 * headless Chromium, one thread each. Seconds of the processor, and of the clock, for a second of speech.
 *
 *     npm run bench -- [--quick] [--json] [--no-relaxed] [--build NAME=FOLDER]... [--rounds 9] [--only PATTERN]
 *
 * Another build of the engine, such as the one before a change, takes part with `--build`. With `--no-relaxed` ours runs
 * as in a browser without relaxed SIMD. The nets of the demonstration voice stand for HiFi-GAN. `peak` is what the
 * machine's vector registers can do, billions of operations in a second, and each of our nets says its share of it.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { DEMO_VOICES, makeDemoVoices } from "../../scripts/demo-voice.mjs";
import { importBaker } from "../../scripts/import-baker.mjs";
import { ROOT } from "../../scripts/steps.mjs";
import { openSite } from "./compare-site.mjs";
import { spelled, spread } from "./statistics.mjs";
import { measureVisits } from "./visits.mjs";

/** Shortest measurement: the process's clock has steps of 0.01 s. */
const LEAST_SECONDS = 0.4;
const TEXTS = {
  short: "今天下午见。",
  sentence: "今天下午三点，我们在公司门口见面，然后一起去吃饭。",
  long: "北京的秋天非常漂亮，到处都是金黄色的树叶，孩子们在操场上跑来跑去，玩得很开心，从上海到杭州坐高铁只需要一个小时左右。",
};

/**
 * @typedef {{cpu: number[], wall: number[]}} Times Seconds for a second of speech.
 * @typedef {{voice: string, name: string, repeats: number, seconds: number}} Case
 */

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    "no-relaxed": { type: "boolean", default: false },
    build: { type: "string", multiple: true, default: [] },
    rounds: { type: "string" },
    only: { type: "string", default: "" },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 5 : 9));
const say = options.json ? console.error : console.log;

/** @type {Record<string, string>} */
const builds = { ours: join(ROOT, "www/pkg") };
for (const build of options.build) {
  const [name, folder] = build.split("=");
  builds[name] = resolve(folder);
}
const voices = await voicesHere();
const site = await openSite(builds, voices);
/** @type {Record<string, import("./statistics.mjs").Spread>} */
let peaks = {};
/** Times by text and case: `VOICE CONTESTANT NET`. @type {Record<string, Record<string, Times>>} */
const results = {};
try {
  say(`${site.version}, ${rounds} rounds, seconds of the processor for a second of speech: median (least to most)`);
  say(sizes());
  peaks = await peak();
  for (const text of options.quick
    ? /** @type {const} */ (["sentence"])
    : /** @type {const} */ (["short", "sentence", "long"]))
    results[text] = await compare(text);
} finally {
  await site.close();
}
say("\nthe built page, by the clock: `npm run build` makes it");
const visits = await measureVisits(options.quick ? 3 : 5, say);
const ratios = Object.fromEntries(Object.entries(results).map(([text, times]) => [text, ratiosOf(times)]));
if (options.json)
  console.log(JSON.stringify({ chromium: site.version, rounds, peaks, results, ratios, visits }, null, 1));

/** Folders of the voices; `baker` takes Python and a connection, so it may be missing. */
async function voicesHere() {
  /** @type {Record<string, string>} */
  if (!existsSync(DEMO_VOICES)) makeDemoVoices();
  const hifigan = join(DEMO_VOICES, "demo_random");
  const folders = { han: join(ROOT, "models/student/pack"), hifigan };
  const baker = join(ROOT, "www/voices/baker");
  if (existsSync(join(baker, "voice.json"))) return { ...folders, baker };
  try {
    return { ...folders, baker: await importBaker() };
  } catch (error) {
    say(`without baker, which could not be imported: ${/** @type {Error} */ (error).message}`);
    return folders;
  }
}

/** Raw, gzip and brotli, of what a first visit fetches beside the page. */
function sizes() {
  const files = ["pkg/hanvox_relaxed_bg.wasm", "pkg/hanvox_bg.wasm", "pkg/lexicon.bin"];
  const level = { params: { [constants.BROTLI_PARAM_QUALITY]: options.quick ? 5 : 11 } };
  const lines = files.map((file) => {
    const bytes = readFileSync(join(ROOT, "www", file));
    const all = [bytes.length, gzipSync(bytes).length, brotliCompressSync(bytes, level).length];
    return `${file}: ${all.map((size) => (size / 1e6).toFixed(2)).join(", ")} MB`;
  });
  return `raw, gzip, brotli: ${lines.join("; ")}`;
}

/** What vector registers can do, with separate multiplications and additions, and with both at once. */
async function peak() {
  const page = await site.page();
  await page.call("start", {});
  /** @type {Record<string, import("./statistics.mjs").Spread>} */
  const spreads = {};
  for (const [name, operations] of Object.entries(await page.call("preparePeaks"))) {
    const repeats = await warmUp(page, name);
    const speeds = [];
    for (let round = 0; round < rounds; round += 1)
      speeds.push((repeats * Number(operations)) / 1e9 / (await page.measure(name, repeats)).cpu);
    spreads[name] = spread(speeds);
    say(`${name}: ${spelled(spreads[name], 1)} GFLOP/s`);
  }
  await page.close();
  return spreads;
}

/** @param {keyof typeof TEXTS} text */
async function compare(text) {
  /** @type {Record<string, import("./compare-site.mjs").OpenPage>} */
  const pages = {};
  /** @type {Case[]} */
  const cases = [];
  for (const voice of Object.keys(voices)) {
    pages[voice] = await site.page();
    await pages[voice].call("start", files());
    const { cases: names, seconds, difference } = await pages[voice].call("prepare", voice, TEXTS[text]);
    say(`\n${voice}, ${text}: ${seconds.toFixed(1)} s of speech`);
    for (const [part, far] of Object.entries(difference)) say(`  ${part} is within ${far.toExponential(1)} of ort's`);
    for (const name of names.filter((/** @type {string} */ name) => name.match(options.only)))
      cases.push({ voice, name, seconds, repeats: await warmUp(pages[voice], name) });
  }
  /** @type {Record<string, Times>} */
  const times = Object.fromEntries(cases.map(({ voice, name }) => [`${voice} ${name}`, { cpu: [], wall: [] }]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { voice, name, repeats, seconds } of cases) {
      const { cpu, wall } = await pages[voice].measure(name, repeats);
      times[`${voice} ${name}`].cpu.push(cpu / repeats / seconds);
      times[`${voice} ${name}`].wall.push(wall / repeats / seconds);
    }
  }
  await sayShares(pages, cases, times);
  for (const [voice, page] of Object.entries(pages)) {
    for (const [build, bytes] of Object.entries(await page.call("memory")))
      say(`${voice}: memory of ${build}, nets loaded twice: ${(Number(bytes) / 1e6).toFixed(0)} MB`);
    await page.close();
  }
  for (const [name, { cpu, wall }] of Object.entries(times))
    say(`${name}: ${spelled(spread(cpu))}; by the clock ${spelled(spread(wall))}`);
  return times;
}

/**
 * What each of our nets reaches of what the registers can do, all that is not a layer included.
 * @param {Record<string, import("./compare-site.mjs").OpenPage>} pages
 * @param {Case[]} cases
 * @param {Record<string, Times>} times
 */
async function sayShares(pages, cases, times) {
  const most = options["no-relaxed"] ? peaks.peak.median : Math.max(...Object.values(peaks).map((peak) => peak.median));
  for (const { voice, name, seconds } of cases) {
    if (!builds[name.split(" ")[0]]) continue;
    const operations = Number(await pages[voice].call("operations", name)) / 1e9 / seconds;
    const { median } = spread(times[`${voice} ${name}`].cpu.map((cpu) => operations / cpu));
    const share = `${((100 * median) / most).toFixed(0)} % of the peak`;
    say(`${voice} ${name}: ${operations.toFixed(2)} GFLOP a second of speech, ${median.toFixed(1)} GFLOP/s, ${share}`);
  }
}

/** The file that each build runs. */
function files() {
  const [relaxed, plain] = ["hanvox_relaxed_bg.wasm", "hanvox_bg.wasm"];
  const file = (/** @type {string} */ folder) =>
    options["no-relaxed"] || !existsSync(join(folder, relaxed)) ? plain : relaxed;
  return Object.fromEntries(Object.entries(builds).map(([name, folder]) => [name, file(folder)]));
}

/** Runs a case until the browser has compiled it in full; how many runs make a measurement. */
async function warmUp(/** @type {import("./compare-site.mjs").OpenPage} */ page, /** @type {string} */ name) {
  let wall = 0;
  for (let run = 0; run < 3; run += 1) ({ wall } = await page.measure(name, 1));
  return Math.max(1, Math.ceil(LEAST_SECONDS / wall));
}

/** Ours over onnxruntime-web's, round by round. @param {Record<string, Times>} times */
function ratiosOf(times) {
  /** @type {[string, string, string][]} */
  const pairs = Object.keys(builds).flatMap((build) => [
    ...Object.keys(times)
      .filter((name) => name.split(" ")[1] === build && !name.endsWith("whole"))
      .map((name) => /** @type {[string, string, string]} */ ([name, name, name.replace(build, "ort")])),
    [`baker ${build} whole`, `baker ${build} whole`, "baker ort nets"],
    [`han ${build} whole, baker in ort`, `han ${build} whole`, "baker ort nets"],
  ]);
  const known = pairs.filter(([, ours, theirs]) => times[ours] && times[theirs]);
  const ratios = known.map(([name, ours, theirs]) => {
    const ratio = spread(times[ours].cpu.map((seconds, round) => seconds / times[theirs].cpu[round]));
    say(`ratio, ${name}: ${spelled(ratio, 3)}`);
    return /** @type {const} */ ([name, ratio]);
  });
  return Object.fromEntries(ratios);
}
