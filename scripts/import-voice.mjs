/**
 * `npm run import-voice -- PATH [--voice NAME] [--storage f32|f16|int8]`: makes a pack in www/voices of a voice, or
 * of every voice, of a Sambert-HifiGAN package: its folder, or a zip of it. Ends with one JSON error on stderr.
 */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./steps.mjs";

const USAGE = "npm run import-voice -- PATH [--voice NAME] [--storage f32|f16|int8]";
const PYTHON = join(ROOT, process.platform === "win32" ? ".venv/Scripts/python.exe" : ".venv/bin/python");
const IMPORTER = join(ROOT, "models/sambert/import.py");

try {
  const { values, positionals } = parseArgs({
    options: { voice: { type: "string" }, storage: { type: "string", default: "f16" } },
    allowPositionals: true,
  });
  const [path, ...rest] = positionals;
  if (path === undefined || rest.length > 0) throw new TypeError("one PATH is needed");
  importAll(resolve(path), values.voice, values.storage);
} catch (error) {
  tell("option-invalid", `${/** @type {Error} */ (error).message}; usage: ${USAGE}`);
}

/**
 * @param {string} path
 * @param {string | undefined} voice
 * @param {string} storage
 */
function importAll(path, voice, storage) {
  const listed = python([path, "--list"], "pipe");
  if (listed === undefined) return;
  /** @type {string[]} */
  const names = voice === undefined ? JSON.parse(listed) : [voice];
  for (const name of names) {
    const out = join(ROOT, "www/voices", name);
    if (python([path, "--voice", name, "--storage", storage, "--out", out], "inherit") === undefined) return;
  }
}

/**
 * What the importer printed; nothing if it failed, which it has told by then.
 * @param {string[]} words
 * @param {"pipe" | "inherit"} stdout
 */
function python(words, stdout) {
  const { status, error, stdout: text } = spawnSync(PYTHON, [IMPORTER, ...words], {
    stdio: ["ignore", stdout, "inherit"],
    encoding: "utf8",
  });
  if (status === 0) return text ?? "";
  if (error) tell("not-supported", `${PYTHON} did not start (${error.message}): run npm start once, which makes it`);
  process.exitCode = 1;
  return undefined;
}

/**
 * @param {string} code
 * @param {string} message
 */
function tell(code, message) {
  process.stderr.write(`${JSON.stringify({ name: "HanvoxError", code, level: "error", message })}\n`);
  process.exitCode = 1;
}
