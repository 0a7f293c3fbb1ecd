/**
 * What the engine's log costs: the time of one sentence at a level, or in another build, over the time with the
 * log off. `node tests/bench/engine-log.mjs [FOLDER_OF_ANOTHER_BUILD]`
 */
import { resolve } from "node:path";
import { speakingEngine } from "../web/support/speaking-engine.js";

const ROUNDS = 15;
const TEXT = "今天下午三点我们在公司门口见面，然后一起去吃饭。";

/** @typedef {import("../../www/lib/engine.js").Engine} Engine */

const engine = await speakingEngine();
let records = 0;
engine.setLog("off", () => void (records += 1));

/** @type {Record<string, () => number>} */
const cases = { "off, again": () => seconds(engine) };
for (const level of /** @type {const} */ (["info", "debug"]))
  cases[level] = () => {
    engine.setLogLevel(level);
    const spent = seconds(engine);
    engine.setLogLevel("off");
    return spent;
  };
const folder = process.argv[2];
if (folder) {
  const other = await speakingEngine(undefined, resolve(folder));
  seconds(other);
  cases[`off, the build in ${folder}`] = () => seconds(other);
}
seconds(engine);

/** @type {Record<string, number[]>} */
const ratios = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, run] of Object.entries(cases)) {
    // Before and after, so that a slow spell of the machine strikes both sides.
    const before = seconds(engine);
    const spent = run();
    ratios[name].push(spent / ((before + seconds(engine)) / 2));
  }
}
for (const [name, values] of Object.entries(ratios)) {
  const sorted = values.sort((a, b) => a - b).map((ratio) => ratio.toFixed(3));
  console.log(`${name}: ${sorted[ROUNDS >> 1]} of the time with the log off (${sorted[0]} to ${sorted[ROUNDS - 1]})`);
}
console.log(`${Math.round(records / ROUNDS)} records a round`);

/** @param {Engine} engine */
function seconds(engine) {
  const start = performance.now();
  const speech = engine.open(TEXT, {}, "bench");
  while (speech.next());
  speech.close();
  return performance.now() - start;
}
