/** Requests as other people's clients send them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openEncoder } from "../../../www/lib/node/node-encoders.js";
import { ORIGIN, post, postJson, start } from "../support/api-requests.js";

const MAGIC = { mp3: "\xff\xf3", opus: "OggS", flac: "fLaC", wav: "RIFF" };
const TYPES = { mp3: "audio/mpeg", opus: "audio/ogg", flac: "audio/flac", wav: "audio/wav", pcm: "audio/pcm" };

const startNode = () => start({ openEncoder });

/** @param {Response} response */
async function latin1(response) {
  return Buffer.from(await response.arrayBuffer()).toString("latin1");
}

test("every format comes whole and as a stream, by its type", async () => {
  for (const [format, type] of Object.entries(TYPES))
    for (const stream of [false, true]) {
      const { api, tts } = startNode();
      const response = await api(postJson("/tts", { text: "一二三四五六七八。".repeat(20), format, stream }));
      assert.deepEqual([response.status, response.headers.get("Content-Type")], [200, type]);
      assert.equal(response.headers.has("Content-Length"), !stream);
      const bytes = await latin1(response);
      const magic = MAGIC[/** @type {keyof typeof MAGIC} */ (format)] ?? "";
      assert.equal(bytes.slice(0, magic.length), magic);
      assert.equal(tts.openSpeeches, 0);
    }
});

test("a reading app asks by GET, and gets what it asks for", async () => {
  const { api, tts } = startNode();
  const query = "text=%E4%BD%A0%E5%A5%BD+a&speed=1.5&speaker=long&format=mp3";
  const response = await api(new Request(`${ORIGIN}/tts?${query}`));
  assert.deepEqual([response.status, response.headers.get("Content-Type")], [200, "audio/mpeg"]);
  assert.deepEqual(tts.opened, [{ text: "你好 a", speed: 1.5, speaker: "long", pcm: true }]);
});

test("whether a text is markup may be said in any way of asking", async () => {
  for (const [request, markup] of /** @type {[Request, unknown][]} */ ([
    [postJson("/tts", { text: "好", markup: false }), false],
    [postJson("/tts", { text: "好", markup: "auto" }), "auto"],
    [post("/synthesize", new URLSearchParams({ text: "好", markup: "true" })), true],
    [new Request(`${ORIGIN}/tts?text=a&markup=0`), false],
  ])) {
    const { api, tts } = startNode();
    assert.equal((await api(request)).status, 200);
    assert.equal(tts.opened[0].markup, markup);
  }
  const { api } = startNode();
  const response = await api(postJson("/tts", { text: "好", markup: "yes" }));
  assert.deepEqual([response.status, (await response.json()).context.field], [400, "markup"]);
});

test("speech as OpenAI's clients ask for it", async () => {
  for (const [fields, opened, type] of /** @type {[object, object, string][]} */ ([
    [{ voice: "tiny" }, {}, "audio/mpeg"],
    [{}, {}, "audio/mpeg"],
    [{ voice: "alloy", response_format: "opus" }, { speaker: "mei" }, "audio/ogg"],
    [{ voice: { id: "long" }, response_format: "pcm", speed: 0.8 }, { speaker: "long", speed: 0.8 }, "audio/pcm"],
    [{ voice: "mei:0.7,long:0.3", response_format: "flac" }, { speaker: "mei:0.7,long:0.3" }, "audio/flac"],
    [{ voice: "onyx", response_format: "wav", instructions: "kindly" }, { speaker: "long" }, "audio/wav"],
  ])) {
    const { api, tts } = startNode();
    const response = await api(postJson("/v1/audio/speech", { model: "tts-1", input: "你好", ...fields }));
    assert.deepEqual([response.status, response.headers.get("Content-Type")], [200, type]);
    await response.arrayBuffer();
    assert.deepEqual(tts.opened, [{ text: "你好", ...opened, pcm: true }]);
  }
});

test("speech comes as events, and they carry all of it", async () => {
  const { api } = startNode();
  const ask = (/** @type {object} */ more) =>
    api(postJson("/v1/audio/speech", { model: "tts-1", input: "一二三四五六。", response_format: "pcm", ...more }));
  const response = await ask({ stream_format: "sse" });
  assert.equal(response.headers.get("Content-Type"), "text/event-stream");
  const events = (await response.text())
    .trim()
    .split("\n\n")
    .map((event) => JSON.parse(event.replace(/^data: /, "")));
  const deltas = events.filter(({ type }) => type === "speech.audio.delta");
  assert.ok(deltas.length > 1);
  const sound = Buffer.concat(deltas.map(({ audio }) => Buffer.from(audio, "base64")));
  assert.deepEqual(sound, Buffer.from(await (await ask({})).arrayBuffer()));
  assert.equal(events.at(-1).type, "speech.audio.done");
});

test("what OpenAI's clients get wrong is told in their words", async () => {
  for (const [fields, status, param] of /** @type {[object, number, string | null][]} */ ([
    [{ input: "好", response_format: "aac" }, 400, "response_format"],
    [{ input: "好", stream_format: "websocket" }, 400, "stream_format"],
    [{ input: "好", voice: "nobody" }, 404, null],
    [{ input: "好", speed: 4 }, 400, null],
    [{ input: "好", speed: 0.25 }, 400, null],
    [{ input: "好", speed: 0 }, 400, null],
    [{ model: "tts-1" }, 400, "input"],
    [{ input: "好", temperature: 1 }, 400, "temperature"],
    [{ input: "好", voice: 3 }, 400, "voice"],
  ])) {
    const { api } = startNode();
    const response = await api(postJson("/v1/audio/speech", fields));
    const { code, error } = await response.json();
    assert.deepEqual([response.status, error.param, error.code], [status, param, code], JSON.stringify(fields));
    assert.equal(error.type, "invalid_request_error");
  }
});

test("models and voices are listed", async () => {
  const { api } = startNode();
  const get = async (/** @type {string} */ path) => (await api(new Request(ORIGIN + path))).json();
  const { data } = await get("/v1/models");
  assert.deepEqual(
    data.map((/** @type {any} */ { id, object }) => [id, object]),
    [["tiny", "model"]],
  );
  const { voices } = await get("/v1/audio/voices");
  assert.deepEqual(
    voices.map((/** @type {any} */ { id }) => id),
    ["tiny", "mei", "long"],
  );
  const azure = await get("/cognitiveservices/voices/list");
  assert.deepEqual(
    azure.map((/** @type {any} */ { ShortName, Gender, Locale }) => [ShortName, Gender, Locale]),
    [
      ["mei", "Female", "zh-CN"],
      ["long", "Male", "zh-CN"],
    ],
  );
});

test("speech as Azure's clients ask for it", async () => {
  const ssml = `<speak version="1.0" xml:lang="zh-CN">你好</speak>`;
  for (const [name, type] of [
    ["audio-24khz-48kbitrate-mono-mp3", "audio/mpeg"],
    ["riff-24khz-16bit-mono-pcm", "audio/wav"],
    ["raw-16khz-16bit-mono-pcm", "audio/pcm"],
    ["ogg-24khz-16bit-mono-opus", "audio/ogg"],
  ]) {
    const { api, tts } = startNode();
    const request = post("/cognitiveservices/v1", ssml, "application/ssml+xml");
    request.headers.set("X-Microsoft-OutputFormat", name);
    const response = await api(request);
    assert.deepEqual([response.status, response.headers.get("Content-Type")], [200, type]);
    await response.arrayBuffer();
    assert.deepEqual(tts.opened, [{ text: ssml, markup: true, pcm: true }]);
  }
  const { api } = startNode();
  const request = post("/cognitiveservices/v1", ssml, "application/ssml+xml");
  request.headers.set("X-Microsoft-OutputFormat", "webm-24khz-16bit-mono-opus");
  assert.equal((await api(request)).status, 400);
  assert.equal((await api(postJson("/cognitiveservices/v1", {}))).status, 415);
});

test("another voice is found by its id, and its speakers by theirs", async () => {
  const { tts: other } = start();
  other.voice = { ...other.voice, id: "other", speakers: [{ name: "fang", sex: "female" }] };
  const { tts } = start();
  const list = async () => [tts.voice, other.voice];
  const voices = { list, find: async (/** @type {string} */ id) => found(id, other) };
  const { api } = start({ tts, openEncoder, voices });
  for (const path of ["/tts?text=a&voice=other", "/tts?text=b"])
    await (await api(new Request(ORIGIN + path))).arrayBuffer();
  const speech = (/** @type {string} */ voice) =>
    api(postJson("/v1/audio/speech", { model: "m", input: "c", voice, response_format: "pcm" }));
  await (await speech("fang")).arrayBuffer();
  assert.deepEqual(
    [tts.opened, other.opened].map((all) => all.map(({ text, speaker }) => [text, speaker])),
    [
      [["b", undefined]],
      [
        ["a", undefined],
        ["c", "fang"],
      ],
    ],
  );
});

/** @param {string} id @param {any} other */
function found(id, other) {
  assert.equal(id, "other");
  return other;
}
