/**
 * What the engine's log costs: the time of one sentence at a level, or in another build, over the time with
 * the log off. `node tests/bench/engine-log.mjs [FOLDER_OF_ANOTHER_BUILD]`
 */
import { resolve } from "node:path";
import { speakingEngine } from "../web/support/speaking-engine.js";

const ROUNDS = 9;
const TEXT = "今天下午见。";

/** @typedef {import("../../www/lib/engine/engine.js").Engine} Engine */

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
  const off = seconds(engine);
  for (const [name, run] of Object.entries(cases)) ratios[name].push(run() / off);
}
for (const [name, values] of Object.entries(ratios)) {
  const sorted = values.sort((a, b) => a - b).map((ratio) => ratio.toFixed(3));
  const [least, median, most] = [sorted[0], sorted[ROUNDS >> 1], sorted[ROUNDS - 1]];
  console.log(`${name}: ${median} of the time with the log off (${least} to ${most})`);
}
console.log(`${Math.round(records / ROUNDS)} records a round`);

/** @param {Engine} engine */
function seconds(engine) {
  // Of the processor, not of the clock: other work on the machine is no part of it.
  const start = process.cpuUsage();
  const speech = engine.open(TEXT, {}, "bench");
  while (speech.next());
  speech.close();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}
