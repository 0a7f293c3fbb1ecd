/**
 * `npm run demo-voice`: makes the demonstration voices in target/demo-voice: full-size Sambert packs with either
 * vocoder and fixed random weights. They are for benchmarks: no list of voices includes them, and the library
 * rejects their manifests.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT, say } from "./steps.mjs";

const PYTHON = join(ROOT, process.platform === "win32" ? ".venv/Scripts/python.exe" : ".venv/bin/python");
const PACKS = { "demo_random": [], "demo_random_causal": ["--causal"] };

export const DEMO_VOICES = join(ROOT, "target/demo-voice");

/** @param {string} [storage] f32, f16 or int8. */
export function makeDemoVoices(storage = "f16") {
  for (const [name, flags] of Object.entries(PACKS)) {
    const words = [join(ROOT, "models/sambert/demo.py"), join(DEMO_VOICES, name), "--pack", storage, ...flags];
    // Standard output belongs to whoever asked for the voices, such as `npm run bench -- --json`.
    const { status, error } = spawnSync(PYTHON, words, { stdio: ["ignore", 2, 2] });
    if (status !== 0) throw new Error(error ? `${error.message}: run npm start once` : `${name} was not made`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    makeDemoVoices(process.argv[2]);
  } catch (error) {
    say(`No demonstration voice: ${/** @type {Error} */ (error).message}`);
    process.exitCode = 1;
  }
}
