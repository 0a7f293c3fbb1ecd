import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CODES } from "../../../www/lib/shared/codes.js";
import { METRICS, Metrics } from "../../../www/lib/diagnostics/metrics.js";
import { PrometheusMetrics } from "../../../www/lib/node/prometheus.js";
import { PromClientMetrics } from "../support/prom-client-metrics.js";
import { randomFrom } from "../support/random.js";

/** @typedef {Record<string, string | number>} Labels */

/** Values that only a careful writer of the text gets right. */
const HARD = ["baker", "", 'quo"te', "back\\slash", "two\nlines", "晓晓", "{}=,", "\\n", "constructor", "1"];

/** @typedef {Pick<Metrics, "add" | "set" | "observe" | "remove">} Keeper */

/** @param {(metrics: Keeper) => void} feed */
async function texts(feed) {
  const all = [new Metrics(), new PromClientMetrics()];
  all.forEach(feed);
  return Promise.all(all.map((metrics) => metrics.text()));
}

test("without any event the text is that of prom-client, with all codes at 0", async () => {
  const [own, reference] = await texts(() => {});
  assert.equal(own, reference);
  for (const code of Object.keys(CODES)) assert.ok(own.includes(`\nhanvox_errors_total{code="${code}"} 0\n`));
  for (const { name, labels, type } of METRICS) {
    assert.ok(own.includes(`# TYPE ${name} ${type}\n`));
    if (labels.length === 0) assert.match(own, new RegExp(`^${name}(_count)? 0$`, "m"));
  }
});

test("any run of events gives the text of prom-client", async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const [own, reference] = await texts((metrics) => feedAtRandom(metrics, randomFrom(seed)));
    assert.equal(own, reference, `seed ${seed}`);
  }
});

/** @param {Keeper} metrics @param {() => number} random */
function feedAtRandom(metrics, random) {
  for (let step = 0; step < 300; step += 1) {
    const { name, type, labels } = METRICS[Math.floor(random() * METRICS.length)];
    const given = Object.fromEntries(labels.map((label) => [label, HARD[Math.floor(random() * HARD.length)]]));
    const value = [random(), 10 ** (4 * random() - 2), Math.floor(random() * 1e9), 0, 0.1, 60][step % 6];
    if (type === "histogram") metrics.observe(name, given, value);
    else if (type === "counter") metrics.add(name, given, value);
    else if (random() < 0.2) metrics.remove(name, given);
    else if (random() < 0.5) metrics.set(name, given, -value);
    else metrics.add(name, given, -value);
  }
}

test("a value on a bound belongs to it, and the infinite bucket is the count", async () => {
  const metrics = new Metrics();
  for (const value of [0.05, 0.051, 60, 61, 1e9]) metrics.observe("hanvox_request_duration_seconds", {}, value);
  const text = await metrics.text();
  for (const line of [
    'bucket{le="0.05"} 1',
    'bucket{le="0.1"} 2',
    'bucket{le="60"} 3',
    'bucket{le="+Inf"} 5',
    "count 5",
  ])
    assert.ok(text.includes(`hanvox_request_duration_seconds_${line}\n`), line);
});

test("the snapshot is plain data of its own", () => {
  for (const metrics of [new Metrics(), new PrometheusMetrics()]) {
    metrics.add("hanvox_requests_total", { voice: "baker", outcome: "ok" });
    metrics.observe("hanvox_real_time_factor", {}, 0.25);
    const snapshot = metrics.snapshot();
    assert.deepEqual(snapshot, JSON.parse(JSON.stringify(snapshot)));
    assert.deepEqual(snapshot.hanvox_requests_total.series, [{ labels: { voice: "baker", outcome: "ok" }, value: 1 }]);
    const { value, count, buckets } = snapshot.hanvox_real_time_factor.series[0];
    assert.deepEqual([value, count, buckets?.["0.2"], buckets?.["0.3"]], [0.25, 1, 0, 1]);
    snapshot.hanvox_requests_total.series[0].value = 9;
    assert.equal(metrics.snapshot().hanvox_requests_total.series[0].value, 1);
  }
});

test("label values from outside can't grow the memory", async () => {
  const [own, reference] = await texts((metrics) => {
    for (let index = 0; index < 1000; index += 1)
      metrics.add("hanvox_requests_total", { voice: `voice${index}`, outcome: "error" });
  });
  assert.equal(own, reference);
  assert.ok(own.includes('hanvox_requests_total{voice="other",outcome="error"} 900'));
  assert.equal(own.match(/^hanvox_requests_total\{/gm)?.length, 101);
});

test("what is no finite number is dropped, and what there is not is refused", async () => {
  const [own, reference] = await texts((metrics) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1, /** @type {any} */ ("1"), /** @type {any} */ (null)])
      metrics.add("hanvox_audio_seconds_total", {}, value);
    metrics.set("hanvox_queue_depth", {}, Number.NaN);
    metrics.observe("hanvox_first_sound_seconds", {}, Number.NaN);
  });
  assert.equal(own, reference);
  assert.equal(own, await new Metrics().text());
  const metrics = new Metrics();
  const unknown = { code: "option-invalid" };
  assert.throws(() => metrics.add("hanvox_nothing_total"), unknown);
  assert.throws(() => metrics.set("hanvox_errors_total", {}, 1), unknown);
  assert.throws(() => metrics.observe("hanvox_queue_depth", {}, 1), unknown);
});

test("names and units follow the conventions of Prometheus", () => {
  assert.equal(new Set(METRICS.map(({ name }) => name)).size, METRICS.length);
  for (const { name, type, help, labels, buckets } of METRICS) {
    assert.match(name, /^hanvox_[a-z][a-z_]*[a-z]$/);
    assert.equal(name.endsWith("_total"), type === "counter", name);
    assert.equal(Boolean(buckets), type === "histogram", name);
    assert.ok(help.endsWith(".") && !labels.includes("le"));
    for (const [index, bound] of (buckets ?? []).entries()) assert.ok(bound > (buckets?.[index - 1] ?? 0), name);
  }
});

test("in Node the figures of the process come along when asked for", async () => {
  const text = await new PrometheusMetrics({ process: true }).text();
  assert.match(text, /^process_resident_memory_bytes \d+/m);
  assert.match(text, /^nodejs_eventloop_lag_seconds /m);
  assert.ok(!(await new PrometheusMetrics().text()).includes("nodejs_"));
});

test("a series that is removed is gone", async () => {
  const [own, reference] = await texts((metrics) => {
    metrics.set("hanvox_wasm_memory_bytes", { engine: 1 }, 5);
    metrics.set("hanvox_wasm_memory_bytes", { engine: 2 }, 7);
    metrics.remove("hanvox_wasm_memory_bytes", { engine: 1 });
    metrics.remove("hanvox_wasm_memory_bytes", { engine: 3 });
  });
  assert.equal(own, reference);
  assert.match(own, /TYPE hanvox_wasm_memory_bytes gauge\nhanvox_wasm_memory_bytes\{engine="2"\} 7\n/);
});

test("the documentation has a row for every metric", () => {
  const docs = readFileSync(new URL("../../../docs/diagnostics.md", import.meta.url), "utf8");
  for (const { name, type, help, labels } of METRICS) {
    const quoted = labels.map((label) => `\`${label}\``).join(", ");
    assert.ok(docs.includes(`| \`${name}\` | ${type} | ${quoted} | ${help} |`), name);
  }
});
