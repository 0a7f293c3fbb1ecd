/** Some hostile requests of `tests/bench/hostile.mjs`, the same each time: each is answered, and the server is well after. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { attack, hostileRequests } from "../support/hostile.js";
import { FIXTURE_VOICES } from "../support/faulty-base.js";
import { scrape } from "../support/metrics-text.js";
import { startServer } from "../support/server-process.js";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../../www/bin/hanvox.js", import.meta.url));
const COUNT = 300;
const SEED = 3;
const AT_ONCE = 8;
const LIMIT_MS = 60_000;

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;

before(async () => {
  const options = ["--port", "0", "--queue", "1000", "--voice", "tone", "--log-level", "off", "--json"];
  server = await startServer([PROGRAM, "serve", ...options], { HANVOX_VOICES: FIXTURE_VOICES });
  while (!(await fetch(`${server.url}healthz`)).ok) await new Promise((resolve) => setTimeout(resolve, 50));
});

after(async () => {
  server.signal("SIGTERM");
  assert.deepEqual([await server.closed, server.stderr()], [[0, null], ""]);
});

test("no hostile request is lost in silence, none breaks an engine, and the next is spoken", async () => {
  const rest = hostileRequests(SEED, COUNT);
  /** @type {string[]} */
  const lost = [];
  const sender = async () => {
    for (const hostile of rest) {
      const outcome = await attack(server.port, hostile, LIMIT_MS);
      if (outcome === "silent" || outcome === "hung")
        lost.push(`${outcome} ${hostile.kind}: ${JSON.stringify(hostile.bytes.subarray(0, 200).toString("latin1"))}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  assert.deepEqual(lost, []);
  const spoken = await fetch(`${server.url}tts`, { method: "POST", body: JSON.stringify({ text: "你好。" }) });
  assert.equal(spoken.status, 200);
  await spoken.arrayBuffer();
  const metrics = await scrape(server.url);
  assert.equal(metrics.sum("hanvox_engine_restarts_total"), 0);
  assert.equal(metrics.sum("hanvox_errors_total", { code: "internal-error" }), 0);
});
