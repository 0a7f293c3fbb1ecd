import assert from "node:assert/strict";
import { test } from "node:test";
import { createApi } from "../../../www/lib/api/api.js";
import { CODES } from "../../../www/lib/shared/codes.js";
import { FakeDiagnostics, FakeTts } from "../support/fake-tts.js";

const ORIGIN = "http://localhost";

/** @param {Partial<import("../../../www/lib/api/api.js").ApiOptions>} [options] */
function start(options) {
  const tts = new FakeTts();
  const diagnostics = new FakeDiagnostics();
  return { tts, diagnostics, api: createApi({ tts, diagnostics, ...options }) };
}

/**
 * @param {string} path
 * @param {string | Uint8Array<ArrayBuffer> | FormData | URLSearchParams} body
 * @param {string} [type]
 */
function post(path, body, type) {
  return new Request(ORIGIN + path, { method: "POST", body, headers: type ? { "Content-Type": type } : {} });
}

/** @param {string} path @param {unknown} value */
const postJson = (path, value) => post(path, JSON.stringify(value), "application/json");

/** @param {number[]} bytes The text in another charset. */
const jsonBytes = (bytes) => Uint8Array.from([...Buffer.from('{"text":"'), ...bytes, ...Buffer.from('"}')]);

// "你好" in charsets of its own.
const GBK = [0xc4, 0xe3, 0xba, 0xc3];
const BIG5 = [0xa7, 0x41, 0xa6, 0x6e];
const FORM = "application/x-www-form-urlencoded";
const MULTIPART = `--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n你好\r\n--b--\r\n`;

/** @param {Record<string, string>} fields */
function formData(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

/** @type {{name: string, request: () => Request, text?: string, options?: Record<string, unknown>}[]} */
const SPOKEN = [
  { name: "JSON", request: () => postJson("/tts", { text: "你好" }) },
  {
    name: "JSON with every field",
    request: () =>
      postJson("/tts", {
        text: "你好",
        voice: "tiny",
        emotion: "happy",
        intensity: 0.6,
        speed: 1.5,
        pitch: 1,
        energy: 0.5,
        stream: false,
      }),
    options: { emotion: "happy", intensity: 0.6, speed: 1.5, pitch: 1, energy: 0.5 },
  },
  {
    name: "JSON with a mix of speakers",
    request: () => postJson("/tts", { text: "你好", speaker: "qing:0.7,song:0.3" }),
    options: { speaker: "qing:0.7,song:0.3" },
  },
  { name: "JSON of a vendor", request: () => post("/tts", `{"text": "你好"}`, "application/vnd.x+json") },
  {
    name: "JSON with a byte order mark",
    request: () => post("/tts", `\uFEFF{"text": "你好"}`, "application/json"),
  },
  { name: "JSON in GBK", request: () => post("/tts", jsonBytes(GBK), "application/json; charset=gbk") },
  {
    name: "JSON in GB 18030",
    request: () => post("/tts", jsonBytes(GBK), `application/json;charset="GB18030"`),
  },
  { name: "JSON in Big5", request: () => post("/tts", jsonBytes(BIG5), "application/json; charset=big5") },
  { name: "JSON to synthesize", request: () => postJson("/synthesize", { text: "你好" }) },
  {
    name: "a form",
    request: () => post("/synthesize", new URLSearchParams({ text: "你好", speed: "1.25" })),
    options: { speed: 1.25 },
  },
  {
    name: "a form with an emotion",
    request: () => post("/synthesize", new URLSearchParams({ text: "你好", emotion: "happy", intensity: "0.5" })),
    options: { emotion: "happy", intensity: 0.5 },
  },
  {
    name: "a form with pluses and percents",
    request: () => post("/synthesize", "text=a+b%20%e4%bd%a0%", FORM),
    text: "a b 你%",
  },
  { name: "a form in GBK", request: () => post("/synthesize", "text=%C4%E3%ba%c3", `${FORM}; charset=gbk`) },
  {
    name: "a multipart form",
    request: () => post("/synthesize", formData({ text: "你好", pitch: "0.9" })),
    options: { pitch: 0.9 },
  },
  {
    name: "a multipart form with its boundary in quotes",
    request: () => post("/synthesize", MULTIPART, `multipart/form-data; boundary="b"`),
  },
  {
    name: "a file in a form",
    request: () => {
      const form = new FormData();
      form.append("text", new Blob(["你好"]), "text.txt");
      return post("/synthesize", form);
    },
  },
];

for (const { name, request, text = "你好", options = {} } of SPOKEN) {
  test(`${name} is spoken`, async () => {
    const { api, tts, diagnostics } = start();
    const response = await api(request());
    assert.equal(response.status, 200);
    assert.deepEqual(tts.opened, [{ text, ...options, pcm: true }]);
    const bytes = new Uint8Array(await response.arrayBuffer());
    assert.deepEqual(headersOf(response, "Content-Type", "Content-Disposition", "Content-Length", "Cache-Control"), [
      "audio/wav",
      `attachment; filename="synthesized.wav"`,
      String(44 + text.length * 200),
      "no-store",
    ]);
    assert.match(response.headers.get("X-Request-Id") ?? "", /^[\da-f-]{36}$/);
    assert.equal(bytes.length, 44 + text.length * 200);
    assert.equal(new DataView(bytes.buffer).getUint32(40, true), text.length * 200);
    assert.deepEqual([tts.openSpeeches, diagnostics.handled], [0, []]);
  });
}

/** @param {Response} response @param {string[]} names */
function headersOf(response, ...names) {
  return names.map((name) => response.headers.get(name));
}

const LIMITS = { body: 1000, text: 200, whole: 100 };

/** @type {{name: string, request: () => Request, status: number, code: string, field?: string, headers?: Record<string, string>}[]} */
const REFUSED = [
  {
    name: "an unknown address",
    request: () => new Request(`${ORIGIN}/nothing`),
    status: 404,
    code: "request-invalid",
  },
  {
    name: "a route with a slash behind",
    request: () => postJson("/tts/", { text: "好" }),
    status: 404,
    code: "request-invalid",
  },
  {
    name: "a name of every object",
    request: () => new Request(`${ORIGIN}/toString`),
    status: 404,
    code: "request-invalid",
  },
  {
    name: "GET tts",
    request: () => new Request(`${ORIGIN}/tts`),
    status: 405,
    code: "request-invalid",
    headers: { Allow: "POST" },
  },
  {
    name: "POST metrics",
    request: () => postJson("/metrics", {}),
    status: 405,
    code: "request-invalid",
    headers: { Allow: "GET, HEAD" },
  },
  {
    name: "bad JSON",
    request: () => post("/tts", `{"text": "`, "application/json"),
    status: 400,
    code: "request-invalid",
  },
  {
    name: "an empty body",
    request: () => post("/tts", "", "application/json"),
    status: 400,
    code: "request-invalid",
  },
  ...["[]", "null", "1", `"好"`].map((body) => ({
    name: `JSON ${body}`,
    request: () => post("/tts", body, "application/json"),
    status: 400,
    code: "request-invalid",
  })),
  {
    name: "no text",
    request: () => postJson("/tts", {}),
    status: 400,
    code: "request-invalid",
    field: "text",
  },
  ...[
    { field: "text", value: 1 },
    { field: "text", value: null },
    { field: "text", value: ["好"] },
    { field: "voice", value: 1 },
    { field: "emotion", value: false },
    { field: "emotion", value: null },
    { field: "intensity", value: "1" },
    { field: "symbols", value: true },
    { field: "speed", value: "1" },
    { field: "pitch", value: null },
    { field: "energy", value: {} },
    { field: "stream", value: "true" },
    { field: "stream", value: 1 },
    { field: "loudness", value: 1 },
    { field: "constructor", value: 1 },
  ].map(({ field, value }) => ({
    name: `${field} ${JSON.stringify(value)}`,
    request: () => postJson("/tts", { text: "好", [field]: value }),
    status: 400,
    code: "option-invalid",
    field,
  })),
  {
    name: "__proto__",
    request: () => post("/tts", `{"text": "好", "__proto__": {}}`, "application/json"),
    status: 400,
    code: "option-invalid",
    field: "__proto__",
  },
  {
    name: "a number too large",
    request: () => post("/tts", `{"text": "好", "speed": 1e999}`, "application/json"),
    status: 400,
    code: "option-invalid",
    field: "speed",
  },
  {
    name: "a speed out of range",
    request: () => postJson("/tts", { text: "好", speed: 9 }),
    status: 400,
    code: "option-invalid",
  },
  {
    name: "an intensity out of range",
    request: () => postJson("/tts", { text: "好", emotion: "happy", intensity: 1.5 }),
    status: 400,
    code: "option-invalid",
  },
  {
    name: "an intensity in a form that is no number",
    request: () => post("/synthesize", new URLSearchParams({ text: "好", emotion: "happy", intensity: "half" })),
    status: 400,
    code: "option-invalid",
    field: "intensity",
  },
  ...["", " 1", "1 ", "0x1", "1,5", "fast", "Infinity", "NaN", "1_0"].map((speed) => ({
    name: `the speed "${speed}" in a form`,
    request: () => post("/synthesize", new URLSearchParams({ text: "好", speed })),
    status: 400,
    code: "option-invalid",
    field: "speed",
  })),
  {
    name: "a field given twice",
    request: () => post("/synthesize", "text=a&text=b", FORM),
    status: 400,
    code: "option-invalid",
    field: "text",
  },
  {
    name: "an option in the address",
    request: () => postJson("/tts?speed=1", { text: "好" }),
    status: 400,
    code: "option-invalid",
    field: "speed",
  },
  {
    name: "stream twice",
    request: () => postJson("/tts?stream=1", { text: "好", stream: true }),
    status: 400,
    code: "option-invalid",
    field: "stream",
  },
  {
    name: "a form to tts",
    request: () => post("/tts", new URLSearchParams({ text: "好" })),
    status: 415,
    code: "request-invalid",
  },
  {
    name: "plain text",
    request: () => post("/synthesize", "好", "text/plain"),
    status: 415,
    code: "request-invalid",
  },
  {
    name: "no content type",
    request: () => post("/synthesize", Uint8Array.from([1])),
    status: 415,
    code: "request-invalid",
  },
  {
    name: "an unknown charset",
    request: () => post("/tts", "{}", "application/json; charset=klingon"),
    status: 415,
    code: "request-invalid",
  },
  {
    name: "bytes that are no UTF-8",
    request: () => post("/tts", jsonBytes(GBK), "application/json"),
    status: 400,
    code: "encoding-invalid",
  },
  {
    name: "percents that are no UTF-8",
    request: () => post("/synthesize", "text=%C4%E3", FORM),
    status: 400,
    code: "encoding-invalid",
  },
  {
    name: "half of a surrogate pair",
    request: () => post("/tts", `{"text": "\\ud83d"}`, "application/json"),
    status: 400,
    code: "encoding-invalid",
  },
  {
    name: "a multipart form that is no UTF-8",
    request: () =>
      post(
        "/synthesize",
        Uint8Array.from(Buffer.from(MULTIPART.replace("你好", "\xc4\xe3"), "latin1")),
        "multipart/form-data; boundary=b",
      ),
    status: 400,
    code: "encoding-invalid",
  },
  {
    name: "a multipart form cut off",
    request: () => post("/synthesize", MULTIPART.slice(0, 40), "multipart/form-data; boundary=b"),
    status: 400,
    code: "request-invalid",
  },
  {
    name: "a multipart form without boundary",
    request: () => post("/synthesize", MULTIPART, "multipart/form-data"),
    status: 400,
    code: "request-invalid",
  },
  {
    name: "a large body",
    request: () => post("/tts", " ".repeat(1001), "application/json"),
    status: 413,
    code: "text-too-long",
  },
  {
    name: "a long text",
    request: () => postJson("/tts", { text: "好".repeat(201), stream: true }),
    status: 413,
    code: "text-too-long",
  },
  {
    name: "a long text in one piece",
    request: () => postJson("/tts", { text: "好".repeat(101) }),
    status: 413,
    code: "text-too-long",
  },
  {
    name: "another voice",
    request: () => postJson("/tts", { text: "好", voice: "nobody" }),
    status: 404,
    code: "unknown-voice",
  },
  ...["angry", "", "Happy", "toString"].map((emotion) => ({
    name: `the unknown emotion "${emotion}"`,
    request: () => postJson("/tts", { text: "好", emotion }),
    status: 400,
    code: "unknown-emotion",
  })),
  {
    name: "an unknown emotion in a form",
    request: () => post("/synthesize", new URLSearchParams({ text: "好", emotion: "angry", stream: "1" })),
    status: 400,
    code: "unknown-emotion",
  },
  { name: "empty text", request: () => postJson("/tts", { text: "  " }), status: 400, code: "empty-text" },
  { name: "a crash", request: () => postJson("/tts", { text: "炸" }), status: 500, code: "engine-crashed" },
  {
    name: "a crash before the first window of a stream",
    request: () => postJson("/tts", { text: "炸", stream: true }),
    status: 500,
    code: "engine-crashed",
  },
  ...Object.entries(CODES).map(([code, { status }]) => ({
    name: `the engine's ${code}`,
    request: () => postJson("/tts", { text: `<${code}>` }),
    status,
    code,
  })),
  {
    name: "the engine's busy, to be tried again",
    request: () => postJson("/tts", { text: "<busy>" }),
    status: 429,
    code: "busy",
    headers: { "Retry-After": "2" },
  },
];

for (const { name, request, status, code, field, headers = {} } of REFUSED) {
  test(`${name} is refused with ${status} ${code}`, async () => {
    const { api, tts, diagnostics } = start({ limits: LIMITS });
    const response = await api(request());
    const error = await response.json();
    assert.deepEqual([response.status, error.code], [status, code], error.message);
    assert.deepEqual(Object.keys(error), ["code", "level", "message", "advice", "request", "context"]);
    assert.ok(error.message && error.advice && error.request);
    assert.equal(response.headers.get("X-Request-Id"), error.request);
    if (field) assert.equal(error.context.field, field);
    for (const [name, value] of Object.entries(headers)) assert.equal(response.headers.get(name), value);
    assert.deepEqual(diagnostics.handled, [code]);
    assert.deepEqual([diagnostics.counted.length, diagnostics.timed.length], [1, 1]);
    assert.equal(diagnostics.counted[0].status, String(status));
    assert.equal(tts.openSpeeches, 0);
  });
}

test("an emotion that the voice lacks is answered with those that it has", async () => {
  const { api } = start();
  const error = await (await api(postJson("/tts", { text: "好", emotion: "angry" }))).json();
  assert.match(error.message, /"angry".*neutral, happy/);
  assert.deepEqual(error.context, { voice: "tiny", emotion: "angry", emotions: ["neutral", "happy"] });
});

test("a body over the limit is not read to its end", async () => {
  const { api } = start({ limits: LIMITS });
  let given = 0;
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array((given += 100) && 100)),
  });
  const init = { method: "POST", body, duplex: "half", headers: { "Content-Type": "application/json" } };
  const response = await api(new Request(`${ORIGIN}/tts`, init));
  assert.equal(response.status, 413);
  assert.ok(given < 2000, `${given} bytes`);
});

for (const request of [
  () => postJson("/tts", { text: "一二三四五。六七。", stream: true }),
  () => postJson("/tts?stream=1", { text: "一二三四五。六七。" }),
  () => post("/synthesize", new URLSearchParams({ text: "一二三四五。六七。", stream: "true" })),
]) {
  test("a stream has a header of open length, and windows only as they are read", async () => {
    const { api, tts, diagnostics } = start();
    const response = await api(request());
    const reader = response.body?.getReader();
    assert.ok(reader);
    assert.deepEqual([response.status, response.headers.get("Content-Length")], [200, null]);
    assert.equal(tts.taken, 1);
    assert.equal((await reader.read()).value?.length, 44);
    assert.equal((await reader.read()).value?.length, 800);
    assert.equal(tts.taken, 1);
    assert.deepEqual([diagnostics.counted.length, diagnostics.timed.length], [1, 0]);
    let bytes = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.length;
    assert.equal(bytes, 5 * 200);
    assert.deepEqual([diagnostics.timed.length, tts.openSpeeches], [1, 0]);
  });
}

test("tts takes JSON that is called plain text, as a fetch with a string calls it", async () => {
  const { api } = start();
  const response = await api(post("/tts", JSON.stringify({ text: "一二。" })));
  assert.deepEqual([response.status, response.headers.get("Content-Type")], [200, "audio/wav"]);
});

test("a stream that fails on its way ends with an error, and its reader knows", async () => {
  const { api, tts, diagnostics } = start();
  const response = await api(postJson("/tts", { text: "一二。炸。", stream: true }));
  await assert.rejects(response.arrayBuffer(), { code: "engine-crashed" });
  assert.deepEqual([diagnostics.timed.length, tts.openSpeeches], [1, 0]);
});

test("a reader who leaves a stream cancels its speech", async () => {
  const { api, tts, diagnostics } = start();
  const response = await api(postJson("/tts", { text: "一二。慢。", stream: true }));
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.read();
  const pending = reader?.read();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await reader?.cancel();
  await pending;
  assert.deepEqual([tts.openSpeeches, diagnostics.timed.length], [0, 1]);
});

test("a reader who leaves before the answer cancels its speech", async () => {
  const { api, tts } = start();
  const controller = new AbortController();
  const answer = api(new Request(postJson("/tts", { text: "一二三四五六。慢。" }), { signal: controller.signal }));
  await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  assert.equal((await answer).status, 499);
  assert.deepEqual([tts.canceled, tts.openSpeeches], [1, 0]);
});

test("metrics, voices and health answer GET and HEAD", async () => {
  const { api } = start();
  for (const [route, type] of /** @type {const} */ ([
    ["metrics", "text/plain; version=0.0.4; charset=utf-8"],
    ["voices", "application/json"],
    ["healthz", "application/json"],
  ])) {
    const response = await api(new Request(`${ORIGIN}/${route}`));
    assert.deepEqual([response.status, response.headers.get("Content-Type")], [200, type]);
    const length = (await response.arrayBuffer()).byteLength;
    assert.equal(response.headers.get("Content-Length"), String(length));
    const head = await api(new Request(`${ORIGIN}/${route}`, { method: "HEAD" }));
    assert.deepEqual([head.status, await head.text()], [200, ""]);
    assert.equal(head.headers.get("Content-Length"), String(length));
  }
  const { voices } = await (await api(new Request(`${ORIGIN}/voices`))).json();
  assert.deepEqual(voices, [{ id: "tiny", emotions: ["neutral", "happy"], emotion_kind: "trained" }]);
});

/** @param {(request: Request) => Promise<Response>} api */
async function health(api) {
  const response = await api(new Request(`${ORIGIN}/healthz`));
  return [response.status, (await response.json()).status];
}

test("health tells what the engine is up to, and speech is refused until there is one", async () => {
  const tts = new FakeTts();
  let load = (/** @type {FakeTts} */ _) => {};
  const loading = new Promise((resolve) => (load = resolve));
  const closing = new AbortController();
  const { api } = start({ tts: /** @type {Promise<FakeTts>} */ (loading), closing: closing.signal });
  assert.deepEqual(await health(api), [503, "loading"]);
  const early = await api(postJson("/tts", { text: "好" }));
  assert.deepEqual([early.status, early.headers.get("Retry-After"), (await early.json()).code], [503, "2", "loading"]);
  load(tts);
  await loading;
  assert.deepEqual(await health(api), [200, "ok"]);
  tts.state = "broken";
  assert.deepEqual(await health(api), [503, "degraded"]);
  closing.abort();
  assert.deepEqual(await health(api), [503, "stopping"]);
  assert.equal((await api(postJson("/tts", { text: "好" }))).status, 503);
});

test("an engine that did not load is told by health and by every answer", async () => {
  const { HanvoxError } = await import("../../../www/lib/shared/errors.js");
  const { api } = start({ tts: Promise.reject(new HanvoxError("voice-corrupt", "a file is too short")) });
  await Promise.resolve();
  assert.deepEqual(await health(api), [503, "degraded"]);
  const response = await api(postJson("/tts", { text: "好" }));
  assert.deepEqual([response.status, (await response.json()).code], [500, "voice-corrupt"]);
});

test("a circuit that is open says when to come back", async () => {
  const { api, tts } = start();
  const { HanvoxError } = await import("../../../www/lib/shared/errors.js");
  tts.open = () => Promise.reject(new HanvoxError("engine-crashed", "resting", { context: { retry_after_ms: 1200 } }));
  const response = await api(postJson("/tts", { text: "好" }));
  assert.deepEqual([response.status, response.headers.get("Retry-After")], [500, "2"]);
});

test("the routes stand under the base, and nowhere else", async () => {
  const { api } = start({ base: "/some/folder/" });
  assert.equal((await api(postJson("/some/folder/tts", { text: "好" }))).status, 200);
  for (const path of ["/tts", "/some/folder/x/tts", "/some/foldertts", "//some/folder/tts"])
    assert.equal((await api(postJson(path, { text: "好" }))).status, 404, path);
});
