/** A real Prometheus scrapes a real server; the dashboard's queries give what the client did. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { filled, panels, queriesOf } from "../support/dashboard.js";
import { FIXTURE_VOICES } from "../support/faulty-base.js";
import { scrape } from "../support/metrics-text.js";
import { startPrometheus } from "../support/prometheus.js";
import { startServer } from "../support/server-process.js";

const PROGRAM = fileURLToPath(new URL("../../../www/bin/hanvox.js", import.meta.url));
const GOOD = "今天天气很好，我们一起去公园散步吧！";
const BAD = "……——。";
const ROUNDS = 40;
// Each fourth request of a round is a bad one.
const ROUND = [GOOD, GOOD, GOOD, BAD];
const REQUESTS = ROUNDS * ROUND.length;
const PAUSE_MS = 200;
const ALL = "sum(hanvox_requests_total)";

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
/** @type {Awaited<ReturnType<typeof startPrometheus>>} */
let prometheus;

before(async () => {
  const options = ["--port", "0", "--workers", "1", "--queue", "16", "--voice", "tone", "--log-level", "off", "--json"];
  server = await startServer([PROGRAM, "serve", ...options], { HANVOX_VOICES: FIXTURE_VOICES });
  while ((await fetch(`${server.url}healthz`)).status !== 200) await setTimeout(100);
  prometheus = await startPrometheus(new URL(server.url).host);
});

after(async () => {
  await prometheus?.stop();
  server?.signal("SIGTERM");
  assert.deepEqual(await server?.closed, [0, null]);
});

test("QPS, mean latency and error rate are the client's own", async () => {
  const { api } = prometheus;
  // A rate does not see the first of a series: these open them.
  for (const text of [GOOD, BAD]) await speak(text);
  await api.until(ALL, 2);
  const [started, before] = [Date.now() / 1000, await scrape(server.url)];
  const clientMean = mean(await load());
  const afterwards = await scrape(server.url);
  await api.until(ALL, 2 + REQUESTS);
  const now = Date.now() / 1000;
  const span = Math.ceil(now - started) + 1;
  const value = (/** @type {string} */ title) => api.number(queriesOf(title, span)[0], now);

  // Prometheus widens what it saw of a series to the whole of the span: a little more or less than there was.
  const requests = (await value("QPS")) * span;
  assert.ok(Math.abs(requests - REQUESTS) < 0.15 * REQUESTS, `${requests} requests, the client sent ${REQUESTS}`);
  const rate = await value("Error rate");
  assert.ok(Math.abs(rate - 1 / ROUND.length) < 0.03, `error rate ${rate}`);
  const grown = (/** @type {string} */ name) => afterwards.sum(name) - before.sum(name);
  const due = grown("hanvox_request_duration_seconds_sum") / grown("hanvox_request_duration_seconds_count");
  const latency = await value("Mean latency");
  assert.ok(Math.abs(latency - due) < 0.1 * due, `mean latency ${latency} s, the server had ${due} s`);
  assert.ok(due > 0 && due <= clientMean, `mean latency ${due} s at the server, ${clientMean} s for the client`);
});

test("every query of the dashboard is one, and those of what happened give something", async () => {
  const quiet = ["Retries", "Downloads", "Voices from the store", "Starts and restarts of engines"];
  for (const { title, targets } of panels()) {
    for (const { expr, legendFormat } of targets) {
      const results = await prometheus.api.query(filled(expr, 120));
      if (!quiet.includes(title)) assert.ok(results.length > 0, `${title}, ${legendFormat}: nothing`);
    }
  }
});

test("the rules are loaded, and the alert that is due fires", async () => {
  const { api } = prometheus;
  const { groups } = await api.get("rules");
  assert.ok(groups[0].rules.length > 10);
  await api.until(`count(ALERTS{alertname="HanvoxEmptyText", alertstate="firing"})`, 1);
  const { alerts } = await api.get("alerts");
  const { labels, annotations } = alerts.find(
    (/** @type {any} */ alert) => alert.labels.alertname === "HanvoxEmptyText",
  );
  assert.equal(labels.severity, "low");
  assert.match(annotations.description, /validate the text/);
});

/** Steadily, for some seconds. Gives the seconds of each request. */
async function load() {
  const all = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const answers = await Promise.all(ROUND.map(speak));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 400],
    );
    all.push(...answers.map(({ seconds }) => seconds));
    await setTimeout(PAUSE_MS);
  }
  return all;
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param {string} text */
async function speak(text) {
  const start = performance.now();
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${server.url}tts`, { method: "POST", headers, body: JSON.stringify({ text }) });
  await response.arrayBuffer();
  return { status: response.status, seconds: (performance.now() - start) / 1000 };
}
