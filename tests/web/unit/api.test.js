import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BIG5,
  FORM,
  GBK,
  MULTIPART,
  ORIGIN,
  formData,
  headersOf,
  jsonBytes,
  post,
  postJson,
  start,
} from "../support/api-requests.js";
import { FakeTts } from "../support/fake-tts.js";

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
  const { api, tts } = start();
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
  assert.deepEqual(voices, [tts.voice]);
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
