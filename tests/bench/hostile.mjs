/** Hostile requests to a real server: `node tests/bench/hostile.mjs [COUNT] [SEED]`. Fails if one is lost in silence. */
import { fileURLToPath } from "node:url";
import { FIXTURE_VOICES } from "../web/support/faulty-base.js";
import { attack, hostileRequests } from "../web/support/hostile.js";
import { scrape } from "../web/support/metrics-text.js";
import { startServer } from "../web/support/server-process.js";

const PROGRAM = fileURLToPath(new URL("../../www/bin/hanvox.js", import.meta.url));
const [count = 10_000, seed = 1] = process.argv.slice(2).map(Number);
const AT_ONCE = 16;
const LIMIT_MS = 60_000;

const options = ["--port", "0", "--queue", "1000", "--voice", "tone", "--log-level", "error", "--json"];
const server = await startServer([PROGRAM, "serve", ...options], { HANVOX_VOICES: FIXTURE_VOICES });
while (!(await fetch(`${server.url}healthz`)).ok) await new Promise((resolve) => setTimeout(resolve, 100));

/** @type {Record<string, number>} */
const outcomes = {};
/** @type {{kind: string, text: string}[]} */
const lost = [];
const rest = hostileRequests(seed, count);
const sender = async () => {
  for (const hostile of rest) {
    const outcome = await attack(server.port, hostile, LIMIT_MS);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (outcome === "silent" || outcome === "hung")
      lost.push({ kind: `${outcome} ${hostile.kind}`, text: hostile.bytes.subarray(0, 300).toString("latin1") });
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, sender));

for (;;) {
  const metrics = await scrape(server.url);
  if (metrics.sum("hanvox_requests_in_flight") === 0) {
    console.log(metrics.by("hanvox_http_requests_total", "status"));
    console.log(metrics.by("hanvox_http_requests_total", "route", { status: "503" }));
    console.log(Object.entries(metrics.by("hanvox_errors_total", "code")).filter(([, times]) => times > 0));
    console.log("engines replaced:", metrics.by("hanvox_engine_restarts_total", "code"));
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const spoken = await fetch(`${server.url}tts`, { method: "POST", body: '{"text":"你好。"}' });
console.log({ count, seed, ...outcomes, healthy: spoken.ok, memory_MB: Math.round(server.memory() / 1e6) });
for (const { kind, text } of lost.slice(0, 20)) console.log(kind, JSON.stringify(text));
server.signal("SIGTERM");
const [code] = await server.closed;
process.exitCode = lost.length === 0 && spoken.ok && code === 0 ? 0 : 1;
if (server.stderr()) console.log(server.stderr().slice(0, 3000));
