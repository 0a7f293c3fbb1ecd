import assert from "node:assert/strict";
import { get, request } from "node:http";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { answersIn, exchange, startServer } from "../support/server-process.js";

const PROGRAM = fileURLToPath(new URL("../support/fake-server.js", import.meta.url));
const MB = 1024 * 1024;
// Rounds of heavy use until a process is warm, and those that are measured.
const WARM_ROUNDS = 2;
const ROUNDS = 5;
// What is kept of one of the 1,000 answers and 500 broken streams of these rounds would be 3 kB at most.
const MOST_GROWTH = 4 * MB;

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;

before(async () => {
  server = await startServer(["--expose-gc", PROGRAM]);
});

after(async () => {
  server.signal("SIGTERM");
  assert.deepEqual(await server.closed, [0, null]);
});

/** @param {Record<string, unknown>} [fields] */
async function speak(fields) {
  const response = await fetch(`${server.url}tts`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text: "你好。再见。", ...fields }),
  });
  return { status: response.status, bytes: (await response.arrayBuffer()).byteLength };
}

const WAV_BYTES = 44 + 6 * 200;
const SPOKEN = { status: 200, bytes: WAV_BYTES };

const JSON_POST = "POST /tts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
const BODY = `{"text":"hello"}`;
const GOOD = `${JSON_POST}Content-Length: ${BODY.length}\r\n\r\n${BODY}`;

/** @type {{name: string, send: string | string[], half?: boolean, answers: {status: number, code?: string}[]}[]} */
const ABUSES = [
  { name: "no http", send: "what is this?\r\n\r\n", answers: [{ status: 400, code: "request-invalid" }] },
  {
    name: "a TLS greeting",
    send: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    answers: [{ status: 400, code: "request-invalid" }],
  },
  {
    name: "a half head that never ends",
    send: ["GET / HT", "TP/1.1\r\nHo"],
    answers: [{ status: 408, code: "request-invalid" }],
  },
  {
    name: "a head that comes drop by drop",
    send: ["GET /", ...Array(40).fill("x")],
    answers: [{ status: 408, code: "request-invalid" }],
  },
  {
    name: "a body that never ends",
    send: [`${JSON_POST}Content-Length: 100\r\n\r\n`, `{"te`],
    answers: [{ status: 408, code: "request-invalid" }],
  },
  {
    name: "a body cut off by a closed half",
    send: `${JSON_POST}Content-Length: 100\r\n\r\n{"te`,
    half: true,
    answers: [{ status: 400, code: "request-invalid" }],
  },
  {
    name: "a head cut off by a closed half",
    send: "GET /he",
    half: true,
    answers: [{ status: 400, code: "request-invalid" }],
  },
  {
    name: "a broken chunk of a body",
    send: `${JSON_POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    answers: [{ status: 400, code: "request-invalid" }],
  },
  {
    name: "two lengths",
    send: `${JSON_POST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`,
    answers: [{ status: 400, code: "request-invalid" }],
  },
  {
    name: "a length and chunks",
    send: `${JSON_POST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    answers: [{ status: 400, code: "request-invalid" }],
  },
  {
    name: "a very long address",
    send: `GET /${"a".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    answers: [{ status: 431, code: "request-invalid" }],
  },
  {
    name: "a very large header",
    send: `GET /healthz HTTP/1.1\r\nX-Large: ${"a".repeat(MB)}\r\n\r\n`,
    answers: [{ status: 431, code: "request-invalid" }],
  },
  {
    name: "an address of no host",
    send: "GET http:// HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    answers: [{ status: 400, code: "request-invalid" }],
  },
  {
    name: "TRACE",
    send: "TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    answers: [{ status: 400, code: "request-invalid" }],
  },
  {
    name: "CONNECT",
    send: "CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    answers: [{ status: 405, code: "request-invalid" }],
  },
  { name: "a good request and a closed half", send: GOOD, half: true, answers: [{ status: 200 }] },
  { name: "a good request of HTTP/1.0", send: GOOD.replace("1.1", "1.0"), answers: [{ status: 200 }] },
  {
    name: "three requests at a time",
    send: `${GOOD}GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n${GOOD}`,
    half: true,
    answers: [{ status: 200 }, { status: 200 }, { status: 200 }],
  },
  {
    name: "a good request and rubbish",
    send: `${GOOD}rubbish\r\n\r\n`,
    answers: [{ status: 200 }, { status: 400, code: "request-invalid" }],
  },
];

for (const { name, send, half, answers } of ABUSES) {
  test(`${name} is answered with ${answers.map(({ status }) => status)}, and the next request is spoken`, async () => {
    const got = answersIn(await exchange(server.port, send, { half }));
    assert.deepEqual(
      got.map(({ status, code }) => (code ? { status, code } : { status })),
      answers,
    );
    assert.ok(got.every(({ status, json }) => status === 200 || json));
    assert.deepEqual(await speak(), SPOKEN);
  });
}

// Not by fetch: that would tidy the paths up before it sends them.
for (const path of [
  "/../package.json",
  "/..%2fpackage.json",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/app/..%2f..%2fpackage.json",
  "/..%5cpackage.json",
  "//etc/passwd",
  "//tts",
  "/%00",
  "/index.html%00.js",
  "/%",
  "/%c0%ae%c0%ae/package.json",
  "/bin/hanvox.js",
  "/lib/node/index.js",
  "/lib",
  "/tts/../../package.json",
]) {
  test(`${path} is not found`, async () => {
    const { status, text } = await answerTo(path);
    assert.deepEqual([status, JSON.parse(text).code], [404, "request-invalid"]);
  });
}

/** @param {string} path @returns {Promise<{status: number | undefined, text: string, headers: import("node:http").IncomingHttpHeaders}>} */
function answerTo(path) {
  return new Promise((resolve, reject) => {
    get({ port: server.port, host: "127.0.0.1", path }, async (response) => {
      let text = "";
      for await (const part of response) text += part;
      resolve({ status: response.statusCode, text, headers: response.headers });
    }).on("error", reject);
  });
}

test("the page is served, and its files by their type", async () => {
  for (const [path, type] of [
    ["/", "text/html; charset=utf-8"],
    ["/lib/api/api.js", "text/javascript; charset=utf-8"],
  ]) {
    const { status, headers } = await answerTo(path);
    assert.deepEqual([status, headers["content-type"], headers["x-content-type-options"]], [200, type, "nosniff"]);
  }
});

/** @type {Record<string, string>[]} */
const UPLOADS = [
  { "Content-Length": String(50 * MB) },
  { "Transfer-Encoding": "chunked" },
  { "Content-Length": String(50 * MB), Expect: "100-continue" },
];

for (const headers of UPLOADS) {
  test(`50 MB by ${Object.keys(headers).join(" and ")} are refused`, async () => {
    assert.equal(await upload(headers), 413);
    assert.deepEqual(await speak(), SPOKEN);
  });
}

/** @param {Record<string, string>} headers @returns {Promise<number | undefined>} */
function upload(headers) {
  return new Promise((resolve, reject) => {
    const sending = request(`${server.url}tts`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
    });
    sending.on("response", (response) => (response.resume(), resolve(response.statusCode)));
    sending.on("error", reject);
    if (headers.Expect) return sending.flushHeaders();
    for (let part = 0; part < 50; part += 1) sending.write(Buffer.alloc(MB, " "));
    sending.end();
  });
}

test("200 at a time are all spoken", speakManyAtATime);

async function speakManyAtATime() {
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => speak({ stream: index % 2 === 0 })));
  for (const answer of answers) assert.deepEqual(answer, SPOKEN);
}

test("100 readers who leave in the middle leave nothing behind", leaveMany);

async function leaveMany() {
  const body = JSON.stringify({ text: "一二三四。慢。", stream: true });
  const head = `${JSON_POST}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const socket = connect({ port: server.port, host: "127.0.0.1" });
      socket.on("error", () => {}).write(head + body);
      await new Promise((resolve) => socket.once("data", resolve));
      socket.destroy();
    }),
  );
  await untilIdle();
  assert.deepEqual(await speak(), SPOKEN);
}

async function untilIdle() {
  for (;;) {
    const metrics = await (await fetch(`${server.url}metrics`)).text();
    if (/^hanvox_requests_in_flight 0$/m.test(metrics)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("a reader who leaves before the answer ends the work for it", async () => {
  const body = JSON.stringify({ text: "一二三四。慢。" });
  const socket = connect({ port: server.port, host: "127.0.0.1" });
  socket.write(`${JSON_POST}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await untilIdle();
});

test("a stream that fails breaks off", async () => {
  await assert.rejects(speak({ text: "你好。炸。", stream: true }));
  assert.deepEqual(await speak(), SPOKEN);
});

test("the memory is flat over rounds of abuse", async () => {
  await abuse(WARM_ROUNDS);
  const before = await memoryInUse();
  await abuse(ROUNDS);
  const growth = (await memoryInUse()) - before;
  assert.ok(growth < MOST_GROWTH, `${growth} bytes more after ${ROUNDS} rounds`);
});

/** Bytes that the server uses, after collections. */
async function memoryInUse() {
  const line = server.line();
  server.signal("SIGUSR2");
  return Number(await line);
}

/** @param {number} rounds */
async function abuse(rounds) {
  for (let round = 0; round < rounds; round += 1) {
    for (const headers of UPLOADS) assert.equal(await upload(headers), 413);
    await speakManyAtATime();
    await leaveMany();
  }
}

test("told to stop it ends what runs, refuses what is new, and ends with 0", async () => {
  const other = await startServer([PROGRAM]);
  const body = JSON.stringify({ text: "一二三四。慢。", stream: true });
  const reader = connect({ port: other.port, host: "127.0.0.1" });
  reader.write(`${JSON_POST}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  await new Promise((resolve) => reader.once("data", resolve));
  other.signal("SIGTERM");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(answersIn(await exchange(other.port, GOOD)), [{ status: 503, code: "loading", json: true }]);
  reader.destroy();
  assert.deepEqual(await other.closed, [0, null]);
});
