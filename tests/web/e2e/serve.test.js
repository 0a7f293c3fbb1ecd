import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { FIXTURE_VOICES, faultyBase } from "../support/faulty-base.js";
import { faultWords } from "../support/faults.js";
import { temporaryFolder } from "../support/folder.js";
import { hanvox } from "../support/hanvox.js";
import { answersIn, exchange, startServer } from "../support/server-process.js";
import { readWav } from "../support/wav.js";

const MB = 1024 * 1024;
// After a first round of the same it was seen to grow by 0 to 20 MB.
const MOST_GROWTH = 64 * MB;

const env = { HANVOX_VOICES: FIXTURE_VOICES };
/** @type {string} */
let program;
/** @type {string} */
let folder;
/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;

/** @param {string[]} options */
function start(...options) {
  return startServer([program, "serve", "--port", "0", "--voice", "tone", "--json", ...options], env);
}

before(async () => {
  ({ program } = await faultyBase());
  folder = await temporaryFolder();
  server = await start("--workers", "2", "--queue", "250", "--log-level", "warning", "--log-folder", folder);
  await untilReady(server.url);
});

after(async () => {
  server.signal("SIGTERM");
  assert.deepEqual(await server.closed, [0, null]);
});

/** @param {string} url */
async function untilReady(url) {
  while (!(await fetch(`${url}healthz`)).ok) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** @param {Record<string, unknown>} fields @param {string} [url] */
function post(fields, url = server.url) {
  const init = { method: "POST", headers: { "Content-Type": "application/json" } };
  return fetch(`${url}tts`, { ...init, body: JSON.stringify(fields) });
}

/** @param {Record<string, unknown>} [fields] */
async function speak(fields) {
  const response = await post({ text: "你好。", ...fields });
  return new Uint8Array(await response.arrayBuffer());
}

test("speech comes whole, and the same as a stream", async () => {
  const whole = await speak();
  const { rate, seconds } = readWav(whole);
  assert.equal(rate, 24000);
  assert.ok(seconds > 0.2);
  const streamed = await speak({ stream: true });
  assert.deepEqual(streamed.subarray(44), whole.subarray(44));
});

test("the emotions of the voice are listed, and spoken by name", async () => {
  const moods = await startServer([program, "serve", "--port", "0", "--voice", "moods", "--json"], env);
  try {
    await untilReady(moods.url);
    const { voices } = await (await fetch(`${moods.url}voices`)).json();
    assert.deepEqual(voices[0].emotions, ["neutral", "happy", "sad", "hate"]);
    assert.equal(voices[0].emotion_kind, "trained");
    const bytes = async (/** @type {Record<string, unknown>} */ fields) =>
      new Uint8Array(await (await post({ text: "你好。", ...fields }, moods.url)).arrayBuffer());
    const neutral = await bytes({});
    assert.deepEqual(await bytes({ emotion: "happy", intensity: 0 }), neutral);
    assert.notDeepEqual(await bytes({ emotion: "happy" }), neutral);
    for (const [fields, code] of /** @type {[object, string][]} */ ([
      [{ emotion: "angry" }, "unknown-emotion"],
      [{ emotion: "happy", intensity: 1.5 }, "option-invalid"],
      [{ text: '<speak><emotion name="angry">好</emotion></speak>' }, "unknown-emotion"],
    ])) {
      const response = await post({ text: "好", ...fields }, moods.url);
      const error = await response.json();
      assert.deepEqual([response.status, error.code], [400, code], error.message);
    }
  } finally {
    moods.signal("SIGTERM");
    assert.deepEqual(await moods.closed, [0, null]);
  }
});

test("what fails is answered with its code, logged once and counted, and the next is spoken", async () => {
  const response = await post({ text: `${faultWords("no-samples")}。` });
  const { code, request } = await response.json();
  assert.deepEqual([response.status, code, response.headers.get("X-Request-Id")], [500, "output-invalid", request]);
  const records = (await readFile(join(folder, "hanvox.log"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(records.filter((record) => record.code === code && record.request === request).length, 1);
  const metrics = await (await fetch(`${server.url}metrics`)).text();
  assert.match(metrics, /^hanvox_errors_total\{code="output-invalid"\} 1$/m);
  assert.match(metrics, /^hanvox_http_requests_total\{route="tts",status="500"\} 1$/m);
  assert.ok((await speak()).length > 1000);
});

test("a stream that fails breaks off", async () => {
  await assert.rejects(speak({ text: `你好。${faultWords("no-samples")}。`, stream: true }));
});

test("many at a time and many who leave: all are spoken, and the memory is flat", async () => {
  await abuse();
  const before = server.memory();
  await abuse();
  const growth = server.memory() - before;
  assert.ok(growth < MOST_GROWTH, `${Math.round(growth / MB)} MB more`);
});

async function abuse() {
  const { length } = await speak();
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => speak({ stream: index % 2 === 0 })));
  for (const answer of answers) assert.equal(answer.length, length);
  await Promise.all(Array.from({ length: 20 }, leave));
  await untilIdle();
}

/** A reader of a long text who is gone after the first bytes. */
async function leave() {
  const body = JSON.stringify({ text: "今天天气很好。".repeat(500), stream: true });
  const socket = connect({ port: server.port, host: "127.0.0.1" }).on("error", () => {});
  const head = "POST /tts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  await new Promise((resolve) => socket.once("data", resolve));
  socket.destroy();
}

async function untilIdle() {
  for (;;) {
    const metrics = await (await fetch(`${server.url}metrics`)).text();
    if (/^hanvox_requests_in_flight 0$/m.test(metrics)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("more than the queue takes are told to come again, and the others are spoken", async () => {
  const small = await start("--workers", "1", "--queue", "2");
  await untilReady(small.url);
  const answers = await Promise.all(Array.from({ length: 40 }, () => post({ text: "今天天气很好。" }, small.url)));
  const busy = answers.filter(({ status }) => status === 429);
  assert.ok(busy.length > 0 && busy.length < 40, `${busy.length} of 40 were refused`);
  for (const answer of answers) {
    if (answer.status === 429) assert.equal((await answer.json()).code, "busy");
    else readWav(new Uint8Array(await answer.arrayBuffer()));
  }
  small.signal("SIGTERM");
  assert.deepEqual(await small.closed, [0, null]);
});

test("told to stop it ends what runs, and told again it ends at once", async () => {
  for (const [times, status] of [
    [1, 0],
    [2, 1],
  ]) {
    const other = await start();
    await untilReady(other.url);
    const response = await post({ text: "今天天气很好。".repeat(times === 1 ? 30 : 3000), stream: true }, other.url);
    const body = response.arrayBuffer().then(
      ({ byteLength }) => byteLength,
      () => 0,
    );
    for (let time = 0; time < times; time += 1) {
      other.signal("SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(await other.closed, [status, null]);
    assert.equal((await body) > 0, times === 1);
  }
});

test("told to stop it cuts off what runs for longer than it may, and says so", async () => {
  const other = await start("--grace", "1", "--log-level", "warning");
  await untilReady(other.url);
  const response = await post({ text: "今天天气很好。".repeat(3000), stream: true }, other.url);
  const body = response.arrayBuffer().catch(() => "cut");
  other.signal("SIGTERM");
  assert.deepEqual([await other.closed, await body], [[0, null], "cut"]);
  assert.match(other.stderr(), /"1 requests were cut off after 1 s"/);
});

test("a page of another site and a strange host name get nothing", async () => {
  const { status } = await fetch(`${server.url}voices`, { headers: { Origin: "https://evil.example" } });
  assert.equal(status, 403);
  const head = "GET /voices HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
  assert.equal(answersIn(await exchange(server.port, head))[0].status, 421);
});

/** @type {{name: string, args: () => string[], code: string}[]} */
const REFUSED = [
  { name: "a port that is taken", args: () => ["--port", String(server.port)], code: "option-invalid" },
  { name: "a port that is none", args: () => ["--port", "65536"], code: "option-invalid" },
  {
    name: "an address that is not here",
    args: () => ["--port", "0", "--host", "192.0.2.1"],
    code: "option-invalid",
  },
  { name: "no workers", args: () => ["--workers", "0"], code: "option-invalid" },
  { name: "a queue that is no number", args: () => ["--queue", "x"], code: "option-invalid" },
  { name: "an endless grace", args: () => ["--grace", "4000"], code: "option-invalid" },
  { name: "a site that is no origin", args: () => ["--cors", "example.org"], code: "option-invalid" },
  { name: "a dictionary that is not there", args: () => ["--dictionary", "no/such"], code: "option-invalid" },
  { name: "an unknown level", args: () => ["--log-level", "loud"], code: "option-invalid" },
  { name: "a text", args: () => ["你好"], code: "option-invalid" },
  {
    name: "a voice that is not here",
    args: () => ["--port", "0", "--voice", "nobody"],
    code: "unknown-voice",
  },
];

for (const { name, args, code } of REFUSED) {
  test(`serve with ${name} ends with ${code}`, async () => {
    const { status, stderr } = await hanvox(["serve", ...args()]);
    assert.equal(status, 1);
    assert.equal(JSON.parse(stderr.trim().split("\n").at(-1) ?? "").code, code);
  });
}
