/**
 * Requests of 20 characters a second that `hanvox serve` answers with one worker and with several, taken in turns, and
 * the time of the processor that each thread takes for one: `node tests/bench/workers.mjs [WORKERS] [ROUNDS] [SECONDS]`.
 * On Linux.
 */
import { readFileSync, readdirSync } from "node:fs";
import { request, Agent } from "node:http";
import { fileURLToPath } from "node:url";
import { startServer } from "../web/support/server-process.js";

const PROGRAM = fileURLToPath(new URL("../../www/bin/hanvox.js", import.meta.url));
const TEXT = "今天天气很好，我们一起去公园散步吧好不好";
const [most = 2, rounds = 3, seconds = 10] = process.argv.slice(2).map(Number);
const TICKS_PER_SECOND = 100;

/** @typedef {Awaited<ReturnType<typeof start>>} Server */

/** @param {number} workers */
async function start(workers) {
  const options = ["--workers", String(workers), "--queue", "1000", "--log-level", "warning", "--json"];
  const server = await startServer([PROGRAM, "serve", "--port", "0", ...options]);
  while (!(await fetch(`${server.url}healthz`)).ok) await new Promise((resolve) => setTimeout(resolve, 100));
  return { ...server, workers };
}

/** @param {Server} server @param {number} for_ms */
async function load({ port, workers }, for_ms) {
  const agent = new Agent({ keepAlive: true });
  const end = Date.now() + for_ms;
  let done = 0;
  const sender = async () => {
    while (Date.now() < end) {
      await speak(port, agent);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: 4 * workers }, sender));
  agent.destroy();
  return done;
}

/** @param {number} port @param {Agent} agent @returns {Promise<void>} */
function speak(port, agent) {
  const body = JSON.stringify({ text: TEXT });
  const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sending = request({ port, path: "/tts", method: "POST", agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume().on("end", resolve);
    });
    sending.on("error", reject).end(body);
  });
}

/** Seconds of processor by thread. @param {number} pid @returns {Map<string, {name: string, seconds: number}>} */
function threads(pid) {
  const folder = `/proc/${pid}/task`;
  return new Map(
    readdirSync(folder).map((id) => {
      const [, name, rest] = /\((.*)\) (.*)/s.exec(readFileSync(`${folder}/${id}/stat`, "utf8")) ?? [];
      const [user, system] = rest.split(" ").slice(11, 13).map(Number);
      return [id, { name, seconds: (user + system) / TICKS_PER_SECOND }];
    }),
  );
}

/** @param {Server} server */
async function measure(server) {
  const [before, started] = [threads(server.pid), performance.now()];
  const done = await load(server, 1000 * seconds);
  const wall_s = (performance.now() - started) / 1000;
  const after = threads(server.pid);
  const used = [...after].map(([id, { name, seconds }]) => ({
    name: Number(id) === server.pid ? "main" : name,
    ms: (1000 * (seconds - (before.get(id)?.seconds ?? 0))) / done,
  }));
  const main = used.filter(({ name }) => name === "main").reduce((sum, { ms }) => sum + ms, 0);
  const all = used.reduce((sum, { ms }) => sum + ms, 0);
  return { rate: done / wall_s, main, others: all - main, used: used.filter(({ ms }) => ms > 0.2) };
}

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const servers = [await start(1), await start(most)];
/** @type {Map<number, Awaited<ReturnType<typeof measure>>[]>} */
const results = new Map(servers.map(({ workers }) => [workers, []]));
for (const server of servers) await load(server, 3000);
for (let round = 0; round < rounds; round += 1)
  for (const server of servers) results.get(server.workers)?.push(await measure(server));
for (const [workers, measured] of results) {
  const of = (/** @type {"rate" | "main" | "others"} */ key) => median(measured.map((one) => one[key])).toFixed(2);
  console.log(
    `${workers} workers: ${of("rate")} requests/s; ms of processor each: main ${of("main")}, others ${of("others")}`,
  );
  if (process.env.THREADS)
    console.log(
      measured
        .at(-1)
        ?.used.map(({ name, ms }) => `${name} ${ms.toFixed(1)}`)
        .join(", "),
    );
}
const [one, more] = [...results.values()].map((measured) => median(measured.map(({ rate }) => rate)));
console.log(`${(more / one).toFixed(2)} times`);
for (const server of servers) server.signal("SIGTERM");
