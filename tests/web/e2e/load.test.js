/** A thousand requests to a real server, one in twenty with a fault: none is lost, none is wrong. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODES } from "../../../www/lib/shared/codes.js";
import { Hanvox } from "../../../www/lib/node/index.js";
import { faultWords } from "../support/faults.js";
import { FIXTURE_VOICES, faultyBase } from "../support/faulty-base.js";
import { growth, scrape } from "../support/metrics-text.js";
import { randomFrom } from "../support/random.js";
import { startServer } from "../support/server-process.js";
import { readWav } from "../support/wav.js";

const REQUESTS = 1000;
const SEED = 4;
// Two engines take four each, and sixteen may wait.
const AT_ONCE = 12;
// Only so long does a hung net hold an engine here.
const CHUNK_MS = 2000;
const HEADER_BYTES = 44;
// Of the mistakes; the first ones tell.
const SHOWN = 20;

const SENTENCES = [
  "今天天气很好。",
  "我们一起去公园散步吧！",
  "二零二四年三月八日，星期五。",
  "他说：“明天见。”",
  "银行的行长姓李，会弹钢琴。",
  "价格是十二块五，要不要？",
  "一二三四五，上山打老虎。",
];

/** @typedef {import("../support/faults.js").FaultKind} FaultKind */

/**
 * @typedef {object} Planned
 * @property {Record<string, unknown> | string} fields Of the body; a string is sent as it is.
 * @property {"json" | "form" | "stream"} way
 * @property {string} [code] The error that is due.
 */

/** @typedef {{status: number, type: string | null, code?: string, bytes: Uint8Array}} Answer */

/** Faults of a request, each with the code that is due. @type {{count: number, code: string, fields: Planned["fields"]}[]} */
const REFUSED = [
  { count: 4, code: "empty-text", fields: { text: "  " } },
  { count: 3, code: "nothing-to-speak", fields: { text: "……——。" } },
  { count: 3, code: "unknown-voice", fields: { text: "你好。", voice: "nobody" } },
  { count: 3, code: "option-invalid", fields: { text: "你好。", speed: 9 } },
  { count: 2, code: "request-invalid", fields: `{"text": "你好` },
  { count: 2, code: "encoding-invalid", fields: { text: "你\ud83d好。" } },
  { count: 2, code: "markup-invalid", fields: { text: "<speak>你好" } },
  { count: 2, code: "text-too-long", fields: { text: "你".repeat(100_001) } },
];

/** Faults of an engine that stay. @type {{count: number, code: string, words: string}[]} */
const LASTING = [
  { count: 4, code: "engine-crashed", words: faultWords("trap") },
  { count: 2, code: "engine-crashed", words: faultWords("trap", { at: "synthesize" }) },
  { count: 2, code: "out-of-memory", words: faultWords("unreachable") },
  { count: 3, code: "engine-crashed", words: faultWords("death") },
  { count: 2, code: "synthesis-timeout", words: faultWords("hang") },
  { count: 3, code: "output-invalid", words: faultWords("no-samples") },
  { count: 3, code: "output-invalid", words: faultWords("nothing") },
];

/** Faults of an engine that a second try mends. @type {{count: number, words: string}[]} */
const HEALING = [
  { count: 3, words: faultWords("trap", { heals: true }) },
  { count: 3, words: faultWords("death", { heals: true }) },
  { count: 1, words: faultWords("hang", { heals: true }) },
  { count: 3, words: faultWords("no-samples", { heals: true }) },
];

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
/** @type {Hanvox} Healthy, for what is due. */
let reference;

before(async () => {
  const { program } = await faultyBase({ chunk_ms: CHUNK_MS });
  const options = ["--port", "0", "--workers", "2", "--queue", "16", "--voice", "tone", "--log-level", "off", "--json"];
  server = await startServer([program, "serve", ...options]);
  reference = await Hanvox.from_pretrained("tone", { voices: FIXTURE_VOICES });
  while ((await fetch(`${server.url}healthz`)).status !== 200) await new Promise((go) => setTimeout(go, 100));
});

after(async () => {
  reference?.dispose();
  server?.signal("SIGTERM");
  assert.deepEqual(await server?.closed, [0, null]);
});

test("of a thousand requests with faults none is lost, none is wrong, and the metrics agree", async () => {
  const planned = plan();
  assert.equal(planned.length, REQUESTS);
  const due = await references(planned);
  const before = await scrape(server.url);

  const answers = await all(planned);

  const wrong = planned.flatMap((request, at) => mistakes(request, answers[at], due));
  assert.deepEqual(wrong.slice(0, SHOWN), [], `${wrong.length} are wrong`);
  const afterwards = await settled();
  const grown = (/** @type {string} */ name, /** @type {string} */ label) =>
    growth(before.by(name, label), afterwards.by(name, label));
  assert.deepEqual(
    grown("hanvox_errors_total", "code"),
    counted(answers, ({ code }) => code),
  );
  const spoken = answers.filter(({ status }) => status === 200);
  assert.equal(grown("hanvox_requests_total", "outcome").ok, spoken.length);
  for (const route of ["tts", "synthesize"]) {
    const ofRoute = answers.filter((_, at) => routeOf(planned[at]) === route);
    const statuses = (/** @type {typeof before} */ scraped) =>
      scraped.by("hanvox_http_requests_total", "status", { route });
    assert.deepEqual(
      growth(statuses(before), statuses(afterwards)),
      counted(ofRoute, ({ status }) => String(status)),
    );
  }
  const seconds = spoken.reduce((sum, { bytes }) => sum + (bytes.length - HEADER_BYTES) / 2 / 24_000, 0);
  const audio = afterwards.sum("hanvox_audio_seconds_total") - before.sum("hanvox_audio_seconds_total");
  assert.ok(Math.abs(audio - seconds) < 0.01, `${audio} s in the metrics, ${seconds} s came`);
  const healing = HEALING.reduce((sum, { count }) => sum + count, 0);
  const lasting = LASTING.reduce((sum, { count }) => sum + count, 0);
  const retries = Object.values(grown("hanvox_retries_total", "code")).reduce((sum, count) => sum + count, 0);
  assert.equal(retries, healing + lasting);
});

/** The requests in their order: the faults spread out, so that no engine meets many in a row. @returns {Planned[]} */
function plan() {
  const random = randomFrom(SEED);
  const faults = shuffled(faulty(), random);
  const each = REQUESTS / faults.length;
  return faults.flatMap((fault) => {
    const requests = Array.from({ length: each - 1 }, () => healthy(random));
    requests.splice(Math.floor(random() * each), 0, fault);
    return requests;
  });
}

/**
 * @template T
 * @param {T[]} values
 * @param {() => number} random
 * @returns {T[]} In another order.
 */
function shuffled(values, random) {
  const placed = values.map((value) => ({ value, at: random() }));
  return placed.sort((a, b) => a.at - b.at).map(({ value }) => value);
}

/** @returns {Planned[]} */
function faulty() {
  const times = (/** @type {number} */ count, /** @type {(at: number) => Planned} */ make) =>
    Array.from({ length: count }, (_, at) => make(at));
  return [
    ...REFUSED.flatMap(({ count, code, fields }) => times(count, () => ({ fields, way: "json", code }))),
    ...LASTING.flatMap(({ count, code, words }) =>
      times(count, (at) => ({ fields: { text: `${SENTENCES[at]}${words}。` }, way: "json", code })),
    ),
    // A fault heals for one text: each has its own.
    ...HEALING.flatMap(({ count, words }) =>
      times(count, (at) => ({ fields: { text: `${SENTENCES[at]}${words}。再见。` }, way: "json" })),
    ),
  ];
}

/** @param {() => number} random @returns {Planned} */
function healthy(random) {
  const some = (/** @type {readonly any[]} */ values) => values[Math.floor(random() * values.length)];
  const text = Array.from({ length: some([1, 1, 2, 3]) }, () => some(SENTENCES)).join("");
  return { fields: { text, speed: some([1, 1, 1.5]) }, way: some(["json", "form", "stream"]) };
}

/**
 * The samples that are due, by text and speed.
 * @param {Planned[]} requests
 */
async function references(requests) {
  /** @type {Map<string, Uint8Array>} */
  const due = new Map();
  for (const request of requests) {
    if (request.code !== undefined || due.has(keyOf(request))) continue;
    const { text, speed = 1 } = /** @type {any} */ (request.fields);
    const wav = (await reference.generate(text, { speed })).toWav();
    due.set(keyOf(request), wav.subarray(HEADER_BYTES));
  }
  return due;
}

/** @param {Planned} request */
function keyOf({ fields }) {
  const { text, speed = 1 } = /** @type {any} */ (fields);
  return `${speed} ${text}`;
}

/**
 * Sends them, so many at once; the answers in the order of the requests.
 * @param {Planned[]} requests
 */
async function all(requests) {
  /** @type {Answer[]} */
  const answers = [];
  const rest = requests.entries();
  const sender = async () => {
    for (const [at, request] of rest) answers[at] = await send(request);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return answers;
}

/** @param {Pick<Planned, "way">} request */
function routeOf({ way }) {
  return way === "form" ? "synthesize" : "tts";
}

/** @param {Planned} request @returns {Promise<Answer>} */
async function send({ fields, way }) {
  const response = await fetch(server.url + routeOf({ way }), { method: "POST", ...bodyOf(fields, way) });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const type = response.headers.get("content-type");
  const code = response.ok ? undefined : JSON.parse(new TextDecoder().decode(bytes)).code;
  return { status: response.status, type, code, bytes };
}

/** @param {Planned["fields"]} fields @param {Planned["way"]} way */
function bodyOf(fields, way) {
  if (way === "form") return { body: new URLSearchParams(/** @type {any} */ (fields)) };
  const headers = { "Content-Type": "application/json" };
  if (typeof fields === "string") return { headers, body: fields };
  return { headers, body: JSON.stringify({ ...fields, stream: way === "stream" }) };
}

/**
 * What is wrong with an answer, in words.
 * @param {Planned} request
 * @param {Answer} answer
 * @param {Map<string, Uint8Array>} due
 * @returns {string[]}
 */
function mistakes(request, { status, type, code, bytes }, due) {
  const about = JSON.stringify(request).slice(0, 200);
  const wanted = request.code === undefined ? 200 : CODES[/** @type {keyof typeof CODES} */ (request.code)].status;
  if (status !== wanted || code !== request.code) return [`${about}: ${status} ${code}`];
  if (status !== 200) return [];
  const samples = /** @type {Uint8Array} */ (due.get(keyOf(request)));
  if (type !== "audio/wav") return [`${about}: ${type}`];
  if (!Buffer.from(samples).equals(bytes.subarray(HEADER_BYTES)))
    return [`${about}: ${bytes.length - HEADER_BYTES} bytes of other samples, ${samples.length} are due`];
  if (request.way !== "stream") readWav(bytes);
  return [];
}

/** @param {Answer[]} answers @param {(answer: Answer) => string | undefined} key @returns {Record<string, number>} */
function counted(answers, key) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const value of answers.flatMap((answer) => key(answer) ?? [])) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** The metrics when all is done that was begun. */
async function settled() {
  for (;;) {
    const now = await scrape(server.url);
    if (now.sum("hanvox_requests_in_flight") === 0 && now.sum("hanvox_queue_depth") === 0) return now;
    await new Promise((go) => setTimeout(go, 100));
  }
}
