/**
 * `npm test`: the same setup as `npm start`, then every check, with a count at the end. `npm run test:unit`
 * (`--unit`) runs only the unit tests: they need no built engine, no voice, no browser and no Python packages.
 */
import { availableParallelism } from "node:os";
import { makeDist } from "./dist.mjs";
import { importBaker } from "./import-baker.mjs";
import { chromium, displayServer, firefox, forSingleTests, prometheus, pulseaudio, webkitDriver } from "./programs.mjs";
import { sambertPacks } from "./sambert-packs.mjs";
import { nodeSide, python, pythonClients, setUp, types } from "./set-up.mjs";
import { PYTHON, exec, filesUnder, probe, say, seconds } from "./steps.mjs";

/**
 * @typedef {object} Check
 * @property {string} title
 * @property {string[]} command
 * @property {RegExp} [passed] Matches the number of passed tests in the output; without it, the check counts as one.
 * @property {RegExp} [failed]
 * @property {Record<string, string>} [env]
 */

/** @typedef {{title: string, passed: number, failed: number}} Outcome */

const BIOME = "node_modules/@biomejs/biome/bin/biome";
const TSC = "node_modules/typescript/bin/tsc";
const NODE_TEST = ["node", "--test", "--test-reporter=spec"];
const NODE_COUNTS = { passed: /^ℹ pass (\d+)/gm, failed: /^ℹ fail (\d+)/gm };

try {
  const started = Date.now();
  const wanted = process.argv.includes("--unit") ? await units() : await everything();
  const outcomes = [];
  for (const check of wanted) outcomes.push(await run(check));
  report(outcomes, started);
  if (!process.env.HANVOX_BAKER_PACK && !process.argv.includes("--unit"))
    say("Skipped, as there is no Python 3 with venv: the importers, and the goldens of baker and of Sambert voices");
} catch (error) {
  say(`Not tested: ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}

async function units() {
  await nodeSide();
  return [javaScriptUnits(), rustTests("Rust units", ["--lib"])];
}

async function everything() {
  await setUp("daily");
  await types();
  await makeDist();
  await forSingleTests();
  const programs = {
    CHROMIUM: await chromium(),
    FIREFOX: await firefox(),
    PROMETHEUS: await prometheus(),
    PULSEAUDIO: await pulseaudio(),
    // WebKitGTK is for Linux alone.
    ...(process.platform === "linux" ? { WEBKIT_DRIVER: await webkitDriver(), XVFB: await displayServer() } : {}),
  };
  const hasPython = (await probe("python3", ["-c", "import ensurepip, venv"])) !== undefined;
  if (!hasPython) return checks(programs);
  await python();
  const isRecent = await probe("python3", ["-c", "import sys; assert sys.version_info >= (3, 10)"]);
  if (isRecent !== undefined) await pythonClients();
  process.env.HANVOX_BAKER_PACK = await importBaker("target/test/baker");
  process.env.HANVOX_SAMBERT_PACKS = await sambertPacks();
  return [...checks(programs), ...pythonChecks()];
}

/**
 * @param {Record<string, string>} programs The path of each, by its environment variable.
 * @returns {Check[]}
 */
function checks(programs) {
  return [
    { title: "Rust format", command: ["cargo", "fmt", "--check"] },
    {
      title: "Rust format of the set-up",
      command: ["cargo", "fmt", "--check", "--manifest-path", "scripts/bindgen/Cargo.toml"],
    },
    {
      title: "Rust format of what stands for a crate",
      command: ["cargo", "fmt", "--check", "--manifest-path", "scripts/inventory/Cargo.toml"],
    },
    {
      title: "Rust format (encoders)",
      command: ["cargo", "fmt", "--check", "--manifest-path", "encoders/Cargo.toml"],
    },
    { title: "Rust layers", command: ["node", "scripts/rust-layers.mjs"] },
    { title: "JavaScript format and lint", command: ["node", BIOME, "ci", "."] },
    { title: "Table of errors", command: ["node", "scripts/errors.mjs", "--check"] },
    { title: "Spelling", command: ["npm", "run", "--silent", "spell"] },
    { title: "Types", command: ["node", TSC, "--noEmit"] },
    { title: "Imports", command: ["npm", "run", "--silent", "check:imports"] },
    { title: "Types of the service worker", command: ["node", TSC, "--noEmit", "-p", "tsconfig.sw.json"] },
    javaScriptUnits(programs),
    rustTests("Rust tests", []),
    { title: "Clippy", command: ["cargo", "clippy", "--locked", "--all-targets", "--", "-D", "warnings"] },
    { title: "Licences", command: ["node", "scripts/licences.mjs"] },
    {
      // The others take longer, and change less: `npm run test:consumers` has them all.
      title: "Consumers of the package",
      command: ["node", "tests/consumers/run.mjs", "plain", "node", "esbuild"],
      env: programs,
      ...NODE_COUNTS,
    },
    {
      title: "Command line, package and page",
      command: [...NODE_TEST, "--test-concurrency=1", ...testFiles("tests/web/e2e")],
      env: programs,
      ...NODE_COUNTS,
    },
  ];
}

/**
 * @param {Record<string, string>} [env]
 * @returns {Check}
 */
function javaScriptUnits(env) {
  // By default, Node leaves one core idle.
  const concurrency = `--test-concurrency=${availableParallelism()}`;
  const command = [...NODE_TEST, concurrency, ...testFiles("tests/web/unit")];
  return { title: "JavaScript units", command, env, ...NODE_COUNTS };
}

/**
 * @param {string} title
 * @param {string[]} args
 * @returns {Check}
 */
function rustTests(title, args) {
  return {
    title,
    command: ["cargo", "test", "--locked", ...args],
    passed: /^test result: .* (\d+) passed/gm,
    failed: /^test result: .* (\d+) failed/gm,
  };
}

/** @returns {Check[]} */
function pythonChecks() {
  const command = [PYTHON, "-m", "unittest", "discover", "-s", "models/tests"];
  return [
    { title: "Python units", command, passed: /^Ran (\d+) test/gm },
    { title: "Lexicon as its sources give it", command: [PYTHON, "models/lexicon/build.py", "--check"] },
  ];
}

/** @param {string} folder */
function testFiles(folder) {
  return filesUnder(folder).filter((path) => path.endsWith(".test.js"));
}

/**
 * @param {Check} check
 * @returns {Promise<Outcome>}
 */
async function run({ title, command: [program, ...args], passed, failed, env }) {
  const started = Date.now();
  say(`\n── ${title}: ${[program, ...args].join(" ")}`);
  let output = "";
  const take = (/** @type {string} */ text) => {
    output += text;
    process.stdout.write(text);
  };
  const fault = await exec(program, args, { env, take }).then(
    () => undefined,
    (error) => /** @type {Error} */ (error),
  );
  const outcome = {
    title: `${title} (${seconds(started)})`,
    passed: count(output, passed),
    failed: count(output, failed),
  };
  if (!passed && !fault) outcome.passed = 1;
  if (fault && outcome.failed === 0) outcome.failed = 1;
  // A runner that found no tests has checked nothing.
  if (!fault && outcome.passed === 0) outcome.failed = 1;
  return outcome;
}

/**
 * @param {string} output
 * @param {RegExp} [pattern]
 */
function count(output, pattern) {
  if (!pattern) return 0;
  return [...output.matchAll(pattern)].reduce((sum, match) => sum + Number(match[1]), 0);
}

/**
 * @param {Outcome[]} outcomes
 * @param {number} started
 */
function report(outcomes, started) {
  say("");
  for (const { title, passed, failed } of outcomes)
    say(`${failed === 0 ? "✓" : "✗"} ${title}: ${passed} passed, ${failed} failed`);
  const sum = (/** @type {"passed" | "failed"} */ key) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  say(`\nAll of it took ${seconds(started)}`);
  say(`${sum("passed")} passed, ${sum("failed")} failed`);
  process.exitCode = sum("failed") === 0 ? 0 : 1;
}
