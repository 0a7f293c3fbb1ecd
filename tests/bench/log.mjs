/** What a line of the log costs, and what it costs where its level is off: `npm run bench:log`. */
import { Log } from "../../www/lib/diagnostics/log.js";

const RUNS = 15;
const RUN_MS = 40;
const fields = { chunk: 3, stage: "decoder" };
let taken = 0;
const silent = () => void (taken += 1);

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
const times = Object.fromEntries(Object.keys(CASES).map((name) => [name, []]));
for (const work of Object.values(CASES)) nanoseconds(work);
for (let run = 0; run < RUNS; run += 1) {
  for (const [name, work] of Object.entries(CASES)) times[name].push(nanoseconds(work));
}
const empty = median(times["empty call"]);
for (const [name, values] of Object.entries(times)) {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map((ns) => ns.toFixed(1));
  const ratio = (median(values) / empty).toFixed(1);
  console.log(`${name}: ${middle} ns (${least} to ${most}, ${RUNS} runs), ${ratio} times an empty call`);
}
if (taken === 0) throw new Error("nothing ran");

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
}
