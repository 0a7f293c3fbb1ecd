import assert from "node:assert/strict";
import { test } from "node:test";
import { CODES } from "../../../www/lib/shared/codes.js";
import { FORM, GBK, MULTIPART, ORIGIN, jsonBytes, post, postJson, start } from "../support/api-requests.js";

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
    name: "GET tts without a text",
    request: () => new Request(`${ORIGIN}/tts`),
    status: 400,
    code: "request-invalid",
  },
  {
    name: "GET tts with bytes that are no text",
    request: () => new Request(`${ORIGIN}/tts?text=%FF`),
    status: 400,
    code: "encoding-invalid",
  },
  {
    name: "GET tts in an unknown format",
    request: () => new Request(`${ORIGIN}/tts?text=a&format=aac`),
    status: 400,
    code: "option-invalid",
    field: "format",
  },
  {
    name: "DELETE tts",
    request: () => new Request(`${ORIGIN}/tts`, { method: "DELETE" }),
    status: 405,
    code: "request-invalid",
    headers: { Allow: "GET, POST" },
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
  ...[`{"text": "好", "text": "坏"}`, `{"text": "好", "te\\u0078t": "坏"}`].map((body) => ({
    name: `a field of JSON given twice (${body})`,
    request: () => post("/tts", body, "application/json"),
    status: 400,
    code: "option-invalid",
    field: "text",
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
