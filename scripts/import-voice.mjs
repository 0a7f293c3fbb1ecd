/** `npm run import-voice -- PATH`: voice packs from a Sambert-HifiGAN package. Fails with one JSON error on stderr. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { python } from "./set-up.mjs";
import { PYTHON, ROOT } from "./steps.mjs";

const USAGE = `npm run import-voice -- PATH [--voice NAME] [--storage f32|f16|int8] [--out FOLDER]

PATH        a Sambert-HifiGAN package (KAN-TTS): the folder that its hub's client downloads, or a zip of it
--voice     one voice of the package instead of all
--storage   how weights are stored: f16 (the default, half the size), int8 (smaller, not as good) or f32 (for tests)
--emotions  names of the emotions that the voices were trained on, with commas between: no others are offered
--out       the folder that gets a pack for each voice, by the voice's name; www/voices, where hanvox looks

A Sambert pack of the same name is replaced, whole; anything else that has the name is left alone, and nothing is
imported. docs/sambert.md tells more.
`;
const IMPORTER = join(ROOT, "models/sambert/import.py");
// npm runs scripts in the package's folder, wherever it was called.
const HERE = process.env.INIT_CWD ?? process.cwd();
const STORAGES = ["f32", "f16", "int8"];

try {
  const { values, positionals } = parseArgs({
    options: {
      voice: { type: "string" },
      storage: { type: "string", default: "f16" },
      emotions: { type: "string" },
      out: { type: "string", default: join(ROOT, "www/voices") },
      help: { type: "boolean", short: "h", default: false },
    },
    allowPositionals: true,
  });
  const [path, ...rest] = positionals;
  if (values.help) process.stdout.write(USAGE);
  else if (!path || rest.length > 0) throw new TypeError("one PATH is needed");
  else if (!STORAGES.includes(values.storage)) throw new TypeError(`--storage takes ${STORAGES.join(", ")}`);
  else await importVoices(resolve(HERE, path), values);
} catch (error) {
  tell("option-invalid", `${/** @type {Error} */ (error).message}; npm run import-voice -- --help shows all options`);
}

/**
 * @param {string} path
 * @param {{voice?: string, emotions?: string, storage: string, out: string}} options
 */
async function importVoices(path, { voice, emotions, storage, out }) {
  try {
    if (!existsSync(PYTHON)) await python();
  } catch {
    // The step has already shown why.
    return tell("not-supported", "the importer needs Python 3 with venv");
  }
  const named = voice === undefined ? [] : [`--voice=${voice}`];
  const trained = emotions === undefined ? [] : [`--emotions=${emotions}`];
  const into = `--into=${resolve(HERE, out)}`;
  const words = [IMPORTER, into, `--storage=${storage}`, ...named, ...trained, "--", path];
  const { status, error } = spawnSync(PYTHON, words, { stdio: ["ignore", "inherit", "inherit"] });
  if (error) tell("not-supported", `${PYTHON} did not start (${error.message})`);
  // The importer has already reported why.
  else if (status !== 0) process.exitCode = 1;
}

/**
 * @param {string} code
 * @param {string} message
 */
function tell(code, message) {
  process.stderr.write(`${JSON.stringify({ name: "HanvoxError", code, level: "error", message })}\n`);
  process.exitCode = 1;
}
