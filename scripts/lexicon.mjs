/**
 * `npm run lexicon`: rebuilds models/lexicon/lexicon.bin. With `--check`: says whether it is up to date, how large it is,
 * and how many words of the dictionary the front end reads otherwise than the dictionary.
 */
import { mkdir, readFile } from "node:fs/promises";
import { brotliCompressSync } from "node:zlib";
import { python } from "./set-up.mjs";
import { PYTHON, exec, say } from "./steps.mjs";

const BUILD = "models/lexicon/build.py";
const WORDS = "target/lexicon/words.tsv";
const take = (/** @type {string} */ text) => process.stdout.write(text);

try {
  await python();
  await exec(PYTHON, [BUILD, ...process.argv.slice(2)], { take });
  if (process.argv.includes("--check")) await report();
} catch (error) {
  say(/** @type {Error} */ (error).message);
  process.exitCode = 1;
}

/** Prints the sizes, and lets the front end read every word of the dictionary. */
async function report() {
  const bytes = await readFile("models/lexicon/lexicon.bin");
  const small = brotliCompressSync(bytes).length;
  say(`lexicon.bin: ${(bytes.length / 1e6).toFixed(2)} MB, brotli ${(small / 1e6).toFixed(3)} MB`);
  await mkdir("target/lexicon", { recursive: true });
  await exec(PYTHON, [BUILD, "--words", WORDS], { take });
  await exec("cargo", ["run", "--quiet", "--locked", "--example", "words", WORDS], { take });
}
