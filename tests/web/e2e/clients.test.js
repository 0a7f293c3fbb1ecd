/** Other people's clients speak to a real server. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import OpenAI from "openai";
import { FIXTURE_VOICES } from "../support/faulty-base.js";
import { temporaryFolder } from "../support/folder.js";
import { NEEDS_CLIENTS, PYTHON_CLIENTS } from "../support/python.js";
import { startServer } from "../support/server-process.js";

const PROGRAM = fileURLToPath(new URL("../../../www/bin/hanvox.js", import.meta.url));
const CLIENTS = fileURLToPath(new URL("../../clients/", import.meta.url));
const DOCS = fileURLToPath(new URL("../../../docs/http.md", import.meta.url));
const TOKEN = "s3cret";
const run = promisify(execFile);

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
/** @type {OpenAI} */
let client;

before(async () => {
  const options = [
    "--port",
    "0",
    "--wyoming",
    "0",
    "--voice",
    "tone",
    "--queue",
    "100",
    "--log-level",
    "off",
    "--json",
  ];
  server = await startServer([PROGRAM, "serve", ...options], {
    HANVOX_VOICES: FIXTURE_VOICES,
    HANVOX_CACHE: await temporaryFolder(),
    HANVOX_TOKEN: TOKEN,
  });
  while (!(await fetch(`${server.url}healthz`)).ok) await new Promise((resolve) => setTimeout(resolve, 50));
  client = new OpenAI({ baseURL: `${server.url}v1`, apiKey: TOKEN, maxRetries: 0 });
});

after(async () => {
  server.signal("SIGTERM");
  assert.deepEqual(await server.closed, [0, null]);
});

/** @param {string} path @param {RequestInit} [init] */
function ask(path, { headers, ...init } = {}) {
  return fetch(server.url + path, { ...init, headers: { Authorization: `Bearer ${TOKEN}`, ...headers } });
}

/** The sound as 16-bit samples. @param {string} text */
async function due(text) {
  const response = await ask(`tts?format=pcm&text=${encodeURIComponent(text)}`);
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

test("openai for Node speaks, streams, lists and is told of errors", async () => {
  const { data } = await client.models.list();
  assert.ok(data.some(({ id }) => id === "tone"));
  const ask = { model: "tts-1", voice: "alloy", input: "今天天气很好。" };
  const mp3 = Buffer.from(await (await client.audio.speech.create(ask)).arrayBuffer());
  assert.equal(mp3.readUInt16BE(0) & 0xffe0, 0xffe0);
  const pcm = await client.audio.speech.create({ ...ask, response_format: "pcm" });
  assert.deepEqual(Buffer.from(await pcm.arrayBuffer()), await due(ask.input));
  const streamed = await client.audio.speech.create({ ...ask, input: ask.input.repeat(20), response_format: "wav" });
  let parts = 0;
  for await (const part of /** @type {any} */ (streamed.body)) parts += part.length > 0 ? 1 : 0;
  assert.ok(parts > 1);
  await assert.rejects(client.audio.speech.create({ ...ask, voice: "nobody" }), { status: 404, code: "unknown-voice" });
  const stranger = new OpenAI({ baseURL: `${server.url}v1`, apiKey: "other", maxRetries: 0 });
  await assert.rejects(stranger.models.list(), { status: 401 });
});

test("openai for Python speaks, streams, lists and is told of errors", NEEDS_CLIENTS, async () => {
  const folder = await temporaryFolder();
  const { stdout } = await run(PYTHON_CLIENTS, [join(CLIENTS, "speak.py"), server.url, folder]);
  const { models, events, refused } = JSON.parse(stdout);
  assert.ok(models.includes("tone"));
  assert.deepEqual([events.at(0), events.at(-1)], ["speech.audio.delta", "speech.audio.done"]);
  assert.equal(refused, "unknown-voice");
  assert.ok((await stat(join(folder, "whole.mp3"))).size > 1000);
  assert.equal((await readFile(join(folder, "stream.opus"), "latin1")).slice(0, 4), "OggS");
});

test("wyoming for Python speaks as Home Assistant does", NEEDS_CLIENTS, async () => {
  const { hostname, port } = new URL(String(server.wyoming));
  const { stdout } = await run(PYTHON_CLIENTS, [join(CLIENTS, "wyoming_speak.py"), hostname, port]);
  const { voices, streams, languages, whole, plain, stream, refused } = JSON.parse(stdout);
  assert.equal(voices[0], "tone");
  assert.ok(voices.includes("moods"));
  assert.deepEqual([streams, languages, refused], [true, ["zh-CN"], "unknown-voice"]);
  const { length } = await due("今天天气很好。明天见。");
  const told = { bytes: length, rate: 24_000 };
  assert.deepEqual(whole, { ...told, seen: ["audio-start", "audio-chunk", "audio-stop"] });
  assert.deepEqual(plain, whole);
  assert.deepEqual(stream.seen, ["audio-start", "audio-chunk", "audio-stop", "synthesize-stopped"]);
  assert.ok(stream.bytes > 0.8 * length && stream.bytes < 1.2 * length, `${stream.bytes} of ${length}`);
});

test("what is no Wyoming is refused, and the next client is served", async () => {
  const { hostname, port } = new URL(String(server.wyoming));
  for (const bytes of [
    "GET / HTTP/1.1\r\n\r\n",
    "{}\n",
    '{"type":"describe","data_length":9e9}\n',
    "x".repeat(100_000),
    "\xff\n",
  ]) {
    const socket = connect({ host: hostname, port: Number(port) }).on("error", () => {});
    socket.write(bytes);
    let answer = "";
    socket.on("data", (data) => (answer += data));
    await new Promise((resolve) => socket.on("close", resolve));
    assert.match(answer, /"type":"error".*"code":"request-invalid"/s, bytes.slice(0, 40));
  }
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write('{"type":"describe"}\n');
  const [data] = await new Promise((resolve) => socket.once("data", (data) => resolve([String(data)])));
  assert.match(data, /"type":"info"/);
  socket.destroy();
});

test("the rule for legado that the documentation gives is spoken at each of its speeds", async () => {
  const [, rule] = /^(http\S+\/tts\?.*)$/m.exec(await readFile(DOCS, "utf8")) ?? [];
  assert.ok(rule);
  for (const speakSpeed of [5, 10, 18, 50]) {
    const url = legado(rule, { speakText: "“今天”天气 很好&坏。", speakSpeed });
    const response = await fetch(url.replace(/^http:\/\/[^/]+\//, server.url), {
      headers: { Authorization: `Bearer ${TOKEN}` },
    });
    assert.deepEqual([response.status, response.headers.get("content-type")], [200, "audio/mpeg"], url);
    assert.ok((await response.arrayBuffer()).byteLength > 1000);
  }
});

/**
 * The address that the app makes of a rule: what is in double braces is JavaScript.
 * @param {string} rule
 * @param {{speakText: string, speakSpeed: number}} values
 */
function legado(rule, { speakText, speakSpeed }) {
  const java = { encodeURI: (/** @type {string} */ text) => encodeURIComponent(text).replaceAll("%20", "+") };
  return rule.replace(/\{\{(.*?)\}\}/g, (_, script) =>
    String(new Function("java", "speakText", "speakSpeed", `return ${script}`)(java, speakText, speakSpeed)),
  );
}

test("SSML as edge-tts writes it is spoken as Azure would be asked for it", async () => {
  const ssml = (
    /** @type {string} */ rate,
  ) => `<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='en-US'>
<voice name='Microsoft Server Speech Text to Speech Voice (zh-CN, XiaoxiaoNeural)'>
<prosody pitch='+0Hz' rate='${rate}' volume='+0%'>今天天气很好。</prosody></voice></speak>`;
  const speak = async (/** @type {string} */ rate) => {
    const headers = {
      "Content-Type": "application/ssml+xml",
      "Ocp-Apim-Subscription-Key": TOKEN,
      "X-Microsoft-OutputFormat": "raw-24khz-16bit-mono-pcm",
    };
    const init = { method: "POST", headers, body: ssml(rate) };
    const response = await fetch(`${server.url}cognitiveservices/v1`, init);
    assert.equal(response.status, 200);
    return (await response.arrayBuffer()).byteLength;
  };
  assert.ok((await speak("+50%")) < 0.8 * (await speak("+0%")));
});

test("another voice of this machine is loaded when it is asked for", async () => {
  const { voices } = await (await ask("voices")).json();
  assert.equal(voices[0].id, "tone");
  assert.ok(voices.some((/** @type {any} */ { id }) => id === "moods"));
  const spoken = await ask("tts", { method: "POST", body: JSON.stringify({ text: "你好。", voice: "moods" }) });
  assert.equal(spoken.status, 200);
  assert.notDeepEqual(Buffer.from(await spoken.arrayBuffer()).subarray(44), await due("你好。"));
  const unknown = await ask("tts", { method: "POST", body: JSON.stringify({ text: "你好。", voice: "nobody" }) });
  assert.deepEqual([unknown.status, (await unknown.json()).code], [404, "unknown-voice"]);
});

const NEEDS_CURL = spawnSync("curl", ["--version"]).status === 0 ? {} : { skip: "there is no curl" };

test("curl speaks", NEEDS_CURL, async () => {
  const options = ["-sSf", "-H", `Authorization: Bearer ${TOKEN}`, `${server.url}v1/audio/speech`];
  const { stdout } = await run("curl", [...options, "--json", '{"input": "你好。", "response_format": "flac"}'], {
    encoding: "buffer",
  });
  assert.equal(stdout.subarray(0, 4).toString(), "fLaC");
});
