/**
 * Odd texts, each read in every way by the engine and by the command line, and a share of them spoken:
 * `node tests/bench/odd-texts.mjs [COUNT] [SEED]`. Fails if one breaks the engine or is lost in silence.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openFrontend } from "../../www/lib/node/node-engine.js";
import { FIXTURE_VOICES } from "../web/support/faulty-base.js";
import { hanvox } from "../web/support/hanvox.js";
import { oddText } from "../web/support/odd-texts.js";
import { randomFrom } from "../web/support/random.js";
import { tryText } from "../web/support/try-text.js";
import { ROOT } from "../../scripts/steps.mjs";

const [count = 100_000, seed = 1] = process.argv.slice(2).map(Number);

/** One in so many is spoken by the fixture voice, whose nets are small, and by the package's own. */
const SPOKEN = { tone: 20, han: 500 };
const BATCH = 5000;

const engines = {
  tone: await engineOf(join(FIXTURE_VOICES, "tone")),
  han: await engineOf(join(ROOT, "www/voices/han")),
};
const random = randomFrom(seed);
/** @type {Map<string, number>} */
const outcomes = new Map();
let faults = 0;
/** @type {string[]} */
let lines = [];
for (let at = 0; at < count; at += 1) {
  const odd = oddText(random);
  const spoken = at % SPOKEN.tone === 0;
  note(`${at} ${JSON.stringify(odd).slice(0, 500)}`, tryText(engines[spoken ? "tone" : "han"], odd, spoken));
  if (at % SPOKEN.han === 0) note(`${at} by han ${JSON.stringify(odd).slice(0, 500)}`, tryText(engines.han, odd, true));
  lines.push(odd.text.replaceAll(/[\n\r\p{Surrogate}]/gu, ""));
  if (lines.length === BATCH || at === count - 1) await readLines();
}
for (const [outcome, times] of outcomes) console.log(`${outcome}: ${times}`);
console.log(`${count} texts, seed ${seed}: ${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;

/** @param {string} folder */
async function engineOf(folder) {
  const engine = await openFrontend();
  const text = await readFile(join(folder, "voice.json"), "utf8");
  await engine.loadVoice({ text, file: async (path) => new Uint8Array(await readFile(join(folder, path))) });
  return engine;
}

/** @param {string} what @param {{outcome: string, fault?: string}} tried */
function note(what, { outcome, fault }) {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  if (fault) fail(what, fault);
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
    outcomes.set(`line: ${command}`, (outcomes.get(`line: ${command}`) ?? 0) + given);
  }
  lines = [];
  console.error([...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(", "));
}
