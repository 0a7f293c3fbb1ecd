/**
 * Odd texts, each read in every way by the engine and by the command line, and a share of them spoken:
 * `node tests/bench/odd-texts.mjs [COUNT] [SEED] [PROCESSES]`. Fails if one breaks the engine or is lost in silence. The
 * texts are the same for any number of processes.
 */
import { fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openFrontend } from "../../www/lib/node/node-engine.js";
import { FIXTURE_VOICES } from "../web/support/faulty-base.js";
import { hanvox } from "../web/support/hanvox.js";
import { oddText } from "../web/support/odd-texts.js";
import { randomFrom } from "../web/support/random.js";
import { tryText } from "../web/support/try-text.js";
import { ROOT } from "../../scripts/steps.mjs";

const [count = 100_000, seed = 1, processes = 1] = process.argv.slice(2).map(Number);
/** Which of the processes this is; none if it only starts them. */
const own = processes === 1 ? 0 : process.env.PROCESS === undefined ? undefined : Number(process.env.PROCESS);

/** One in so many is spoken by the fixture voice, whose nets are small, and by the package's own. */
const SPOKEN = { tone: 20, han: 500 };
const BATCH = 1000;

/** @type {Map<string, number>} */
const outcomes = new Map();
let faults = 0;
/** @type {string[]} */
let lines = [];
if (own === undefined) await Promise.all(Array.from({ length: processes }, (_, process) => inProcess(process)));
else await tryTexts(own);
if (process.send) process.send([[...outcomes], faults]);
else {
  for (const [outcome, times] of outcomes) console.log(`${outcome}: ${times}`);
  console.log(`${count} texts, seed ${seed}: ${faults} faults`);
}
process.exitCode = faults === 0 ? 0 : 1;

/** A process that ends without its results is a fault. @param {number} number @returns {Promise<void>} */
function inProcess(number) {
  const env = { ...process.env, PROCESS: String(number) };
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), { env });
  let lost = 1;
  child.on("message", (/** @type {[[string, number][], number]} */ [theirs, found]) => {
    for (const [outcome, times] of theirs) add(outcome, times);
    [lost, faults] = [0, faults + found];
  });
  return new Promise((resolve) => {
    child.on("exit", () => {
      faults += lost;
      resolve();
    });
  });
}

/** Those batches that are this process's. @param {number} own */
async function tryTexts(own) {
  const engines = {
    tone: await engineOf(join(FIXTURE_VOICES, "tone")),
    han: await engineOf(join(ROOT, "www/voices/han")),
  };
  const random = randomFrom(seed);
  for (let at = 0; at < count; at += 1) {
    const odd = oddText(random);
    if (Math.floor(at / BATCH) % processes !== own) continue;
    const spoken = at % SPOKEN.tone === 0;
    const told = JSON.stringify(odd).slice(0, 500);
    note(`${at} ${told}`, tryText(engines[spoken ? "tone" : "han"], odd, spoken));
    if (at % SPOKEN.han === 0) note(`${at} by han ${told}`, tryText(engines.han, odd, true));
    lines.push(odd.text.replaceAll(/[\n\r\p{Surrogate}]/gu, ""));
    if (at % BATCH === BATCH - 1 || at === count - 1) await readLines();
  }
}

/** @param {string} folder */
async function engineOf(folder) {
  const engine = await openFrontend();
  const text = await readFile(join(folder, "voice.json"), "utf8");
  await engine.loadVoice({ text, file: async (path) => new Uint8Array(await readFile(join(folder, path))) });
  return engine;
}

/** @param {string} what @param {{outcome: string, fault?: string}} tried */
function note(what, { outcome, fault }) {
  add(outcome, 1);
  if (fault) fail(what, fault);
}

/** @param {string} outcome @param {number} times */
function add(outcome, times) {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times);
}

/** @param {string} what @param {string} fault */
function fail(what, fault) {
  faults += 1;
  if (faults <= 50) console.log(`${what}: ${fault}`);
}

/** All of them at once by the command line: a line for each, and none without a word. */
async function readLines() {
  for (const command of ["normalize", "pinyin"]) {
    const { status, stdout, stderr } = await hanvox([command, "--keep-going"], { input: `${lines.join("\n")}\n` });
    const given = stdout.split("\n").length - 1;
    const errors = stderr.split("\n").filter(Boolean);
    if (![0, 1].includes(status ?? -1)) fail(command, `status ${status}: ${stderr.slice(0, 500)}`);
    if (given !== lines.length) fail(command, `${given} lines of ${lines.length}`);
    const bad = errors.map((line) => JSON.parse(line).code).filter((code) => code !== "markup-invalid");
    if (bad.length > 0) fail(command, bad.slice(0, 5).join(", "));
    add(`line: ${command}`, given);
  }
  lines = [];
  console.error([...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(", "));
}
