<<<<<<<< HEAD:tests/bench/log.mjs
/** What a line of the log costs, and what it costs where its level is off: `npm run bench:log`. */
import { Log } from "../../www/lib/diagnostics/log.js";

const RUNS = 15;
const RUN_MS = 40;
const fields = { chunk: 3, stage: "decoder" };
let taken = 0;
const silent = () => void (taken += 1);
========
/**
 * What the engine's log costs: the time of one sentence at a level, or in another build, over the time with
 * the log off. `node tests/bench/engine-log.mjs [FOLDER_OF_ANOTHER_BUILD]`
 */
import { resolve } from "node:path";
import { speakingEngine } from "../web/support/speaking-engine.js";

const ROUNDS = 9;
const TEXT = "今天下午见。";
>>>>>>>> rust4:tests/bench/engine-log.mjs

const off = new Log({ level: "off" });
const info = new Log({ console: false });
const toConsole = new Log({ console: { error: silent, warn: silent, info: silent, debug: silent } });

/** @type {Record<string, () => void>} */
const CASES = {
  "empty call": silent,
  off: () => off.write("info", "a chunk is done", fields),
  "off, fields made for it": () => off.write("info", "a chunk is done", { chunk: taken, stage: "decoder" }),
  "debug span at info": () => info.span("decoder").end(),
  "info, no sink": () => info.write("info", "a chunk is done", fields),
  "info, console stubbed": () => toConsole.write("info", "a chunk is done", fields),
};

/** @type {Record<string, number[]>} */
<<<<<<<< HEAD:tests/bench/log.mjs
const times = Object.fromEntries(Object.keys(CASES).map((name) => [name, []]));
for (const work of Object.values(CASES)) nanoseconds(work);
for (let run = 0; run < RUNS; run += 1) {
  for (const [name, work] of Object.entries(CASES)) times[name].push(nanoseconds(work));
}
const empty = median(times["empty call"]);
for (const [name, values] of Object.entries(times)) {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map((ns) =>
    ns.toFixed(1),
  );
  const ratio = (median(values) / empty).toFixed(1);
  console.log(`${name}: ${middle} ns (${least} to ${most}, ${RUNS} runs), ${ratio} times an empty call`);
========
const ratios = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  const off = seconds(engine);
  for (const [name, run] of Object.entries(cases)) ratios[name].push(run() / off);
}
for (const [name, values] of Object.entries(ratios)) {
  const sorted = values.sort((a, b) => a - b).map((ratio) => ratio.toFixed(3));
  const [least, median, most] = [sorted[0], sorted[ROUNDS >> 1], sorted[ROUNDS - 1]];
  console.log(`${name}: ${median} of the time with the log off (${least} to ${most})`);
>>>>>>>> rust4:tests/bench/engine-log.mjs
}
if (taken === 0) throw new Error("nothing ran");

<<<<<<<< HEAD:tests/bench/log.mjs
/** Nanoseconds a call. @param {() => void} work */
function nanoseconds(work) {
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < RUN_MS) {
    for (let call = 0; call < 1000; call += 1) work();
    calls += 1000;
  }
  return (1e6 * (performance.now() - start)) / calls;
}

/** @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
========
/** @param {Engine} engine */
function seconds(engine) {
  // Of the processor, not of the clock: other work on the machine is no part of it.
  const start = process.cpuUsage();
  const speech = engine.open(TEXT, {}, "bench");
  while (speech.next());
  speech.close();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
>>>>>>>> rust4:tests/bench/engine-log.mjs
}
