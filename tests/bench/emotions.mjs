/**
 * `npm run bench:emotions [-- --voice han] [LINES]`: what the prosody presets do to the sound of a voice, on the lines of a
 * file (tests/bench/emotions.txt). The sounds stay in target/emotions. F0 is measured by Python, named by the variable
 * PYTHON, with the packages of models/requirements-golden.txt. The voice `baker` is made by `npm run import-baker`.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../../scripts/steps.mjs";

const PYTHON = join(ROOT, process.platform === "win32" ? ".venv/Scripts/python.exe" : ".venv/bin/python");
const { values, positionals } = parseArgs({
  options: { voice: { type: "string", default: "han" } },
  allowPositionals: true,
});
const lines = resolve(positionals[0] ?? join(ROOT, "tests/bench/emotions.txt"));
const out = join(ROOT, "target/emotions");
const inputs = ["models/lexicon/lexicon.bin", `www/voices/${values.voice}`, out];
run("cargo", ["run", "--quiet", "--locked", "--example", "emotions", "--", ...inputs], readFileSync(lines));
run(process.env.PYTHON ?? PYTHON, ["tests/bench/emotions.py", out]);

/**
 * Ends with the status of what failed.
 * @param {string} program
 * @param {string[]} parameters
 * @param {Buffer} [input]
 */
function run(program, parameters, input) {
  const { status, error } = spawnSync(program, parameters, { cwd: ROOT, input, stdio: ["pipe", "inherit", "inherit"] });
  if (error) console.error(`${program}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
