/** Characters a second of the front end in wasm, on the project's own running text: `npm run bench:frontend`. */
import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openFrontend } from "../../www/lib/node/index.js";

const RUNS = 5;
const root = fileURLToPath(new URL("../..", import.meta.url));
const rows = (await readFile(`${root}tests/frontend/running.tsv`, "utf8")).split("\n");
const lines = rows.filter((row) => row && !row.startsWith("#")).map((row) => row.split("\t")[1]);
const characters = lines.join("").length;
const engine = await openFrontend();

/** @type {Record<string, number[]>} */
const rates = { normalize: [], pinyin: [] };
for (let run = 0; run < RUNS; run += 1) {
  rates.normalize.push(rate((line) => engine.normalize(line)));
  rates.pinyin.push(rate((line) => engine.pinyin(line)));
}
for (const [stage, values] of Object.entries(rates)) {
  const sorted = values.sort((a, b) => a - b).map(Math.round);
  const [least, median, most] = [sorted[0], sorted[RUNS >> 1], sorted[RUNS - 1]];
  console.log(`${stage}: ${median} characters/s (${least} to ${most}, ${RUNS} runs of ${characters})`);
}
const { size } = await stat(`${root}models/lexicon/lexicon.bin`);
console.log(`lexicon: ${(size / 1e6).toFixed(2)} MB raw`);

/** @param {(line: string) => unknown} work */
function rate(work) {
  const start = performance.now();
  for (const line of lines) work(line);
  return (1000 * characters) / (performance.now() - start);
}
